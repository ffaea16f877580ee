"""Pages about a store's mirrored products."""

from __future__ import annotations

from typing import NamedTuple

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Resource
from portal.rules.records.json_values import Json, part, parts, whole
from portal.rules.records.product_images import images_of
from portal.rules.records.product_stock import stock_of
from portal.rules.records.sellable import product_reasons
from portal.services.records.channel_catalog import categories_to_choose
from portal.services.records.record_changes import last_change
from portal.services.records.search_products import (
    categories_of,
    count_orders_of,
    find_product,
    variations_of,
)
from portal.web.products.list_labels import product_list_labels
from portal.web.products.sellable_labels import REASON_LABELS
from portal.web.record_list import read_listing
from portal.web.stores.access import get_store_or_404
from portal.web.url_converters import key_in

blueprint = Blueprint("products", __name__, url_prefix="/stores/<key:store_id>/products")

VARIATIONS_SHOWN = 100
# More orders of a product are not counted.
ORDERS_COUNTED = 1_000
PICTURES_SHOWN = 9


class Picture(NamedTuple):
    """Picture of a product with its alternative text."""

    url: str
    alt: str


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List the products: searched, filtered and sorted as the URL says."""
    store = get_store_or_404(store_id)
    chosen = key_in(request.args.get("category", ""))
    categories, _has_more = categories_to_choose(store, [chosen] if chosen else [])
    listing = read_listing(store, product_list_labels(categories))
    return render_template("products/index.html", store=store, listing=listing)


@blueprint.get("/<key:product_id>")
@login_required
def show(store_id: int, product_id: int) -> ResponseReturnValue:
    """Show one product with its variations."""
    store = get_store_or_404(store_id)
    product = find_product(store, product_id)
    if product is None:
        abort(404)
    variations = variations_of(product, VARIATIONS_SHOWN + 1)
    record = part(product.raw)
    return render_template(
        "products/show.html",
        store=store,
        product=product,
        variations=variations[:VARIATIONS_SHOWN],
        has_more_variations=len(variations) > VARIATIONS_SHOWN,
        images=_pictures(record, product.name),
        stocks=_stocks(record),
        unsellable=[REASON_LABELS[reason] for reason in product_reasons(record)],
        categories=categories_of(product),
        order_count=count_orders_of(product, ORDERS_COUNTED),
        last_change=last_change(store.id, Resource.PRODUCTS, product.remote_id),
    )


def _stocks(record: Json) -> dict[int | None, int | None]:
    """Return the stock of each variation by its id; None if it is unlimited."""
    variations = parts(record.get("combinations"))
    return {whole(each.get("id")): stock_of(record, each).quantity for each in variations}


def _pictures(record: Json, name: str) -> list[Picture]:
    """Return the first pictures; one without an alternative text has the product's name."""
    found = []
    for image in images_of(record)[:PICTURES_SHOWN]:
        urls = (image[size] for size in ("url_400", "url_800", "url_160", "url_original"))
        found.append(Picture(next(filter(None, urls), ""), image["alt"] or name))
    return found
