"""Send the document's example order with the client of openapi-generator: URL, KEY, ORDER."""

import json
import sys

import generated_client as api
from generated_client.exceptions import NotFoundException

url, key, order = sys.argv[1:]
with api.ApiClient(api.Configuration(host=url, access_token=key)) as client:
    catalog, orders, stores = api.CatalogApi(client), api.OrdersApi(client), api.StoresApi(client)
    body = api.OrderRequest.from_dict(json.loads(order))
    body.coupon_code = "TEN"
    store_id = stores.list_stores().items[0].id
    found = catalog.list_products(store_id, sku=body.lines[0].sku).items[0]
    product = catalog.get_product(store_id, found.id)
    quote = orders.create_quote(store_id, body)
    submission = orders.submit_order(store_id, "openapi-generator", body)
    sent = orders.get_order(store_id, submission.order_id)
    try:
        stores.get_store(1)
    except NotFoundException as error:
        problem = json.loads(error.body)["code"]
    printed = {
        "product": product.name,
        "discount": quote.coupon_discount,
        "total": quote.total,
        "number": sent.number,
        "sent_total": sent.total,
        "coupon": sent.coupon_code,
        "problem": problem,
    }
    sys.stdout.write(json.dumps(printed) + "\n")
