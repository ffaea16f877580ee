"""Pages about a store's mirrored products."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Product, Resource
from portal.rules.records.json_values import Json, part, parts, whole
from portal.rules.records.product_stock import stock_of
from portal.rules.records.sellable import product_reasons
from portal.services.records.record_changes import last_change
from portal.services.records.search_products import (
    categories_of,
    find_product,
    search_products,
    variations_of,
)
from portal.web.pagination import ListQuery
from portal.web.products.sellable_labels import REASON_LABELS
from portal.web.stores.access import get_store_or_404

blueprint = Blueprint("products", __name__, url_prefix="/stores/<key:store_id>/products")

VARIATIONS_SHOWN = 100


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the products, most recently updated first."""
    store = get_store_or_404(store_id)
    asked = ListQuery.from_request()
    page = search_products(store, search=asked.search, after=asked.after, before=asked.before)
    return render_template(
        "products/index.html",
        store=store,
        search=asked.search,
        total=page.matches if asked.search else Product.live_count(store.id),
        products=page.rows,
        searched_to=page.searched_to,
        **asked.adjacent_page_urls(store.id, page),
    )


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
        stocks=_stocks(record),
        unsellable=[REASON_LABELS[reason] for reason in product_reasons(record)],
        categories=categories_of(product),
        last_change=last_change(store.id, Resource.PRODUCTS, product.remote_id),
    )


def _stocks(record: Json) -> dict[int | None, int | None]:
    """Return the stock of each variation by its id; None if it is unlimited."""
    variations = parts(record.get("combinations"))
    return {whole(each.get("id")): stock_of(record, each).quantity for each in variations}
