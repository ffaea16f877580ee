"""Show merchants the products that were copied from their stores."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Resource
from portal.services.records.browse_products import (
    browse_products,
    categories_of,
    count_matches,
    find_product,
    variations_of,
)
from portal.services.records.mirror_pages import Place
from portal.services.records.record_changes import last_change
from portal.web.places import place_in_query
from portal.web.stores.access import my_store

blueprint = Blueprint("products", __name__, url_prefix="/stores/<key:store_id>/products")


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the products, the most recently changed first."""
    store = my_store(store_id)
    search = request.args.get("q", "").replace("\x00", "").strip()
    page = browse_products(
        store, search=search, after=place_in_query("after"), before=place_in_query("before")
    )

    def address(**place: Place) -> str:
        return url_for(".index", store_id=store.id, q=search or None, **place)  # type: ignore[arg-type]

    return render_template(
        "products/index.html",
        store=store,
        search=search,
        total=count_matches(store, search),
        products=page.rows,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.get("/<key:product_id>")
@login_required
def show(store_id: int, product_id: int) -> ResponseReturnValue:
    """Show one product with its variations."""
    store = my_store(store_id)
    product = find_product(store, product_id)
    if product is None:
        abort(404)
    return render_template(
        "products/show.html",
        store=store,
        product=product,
        variations=variations_of(product),
        categories=categories_of(product),
        last_change=last_change(store.id, Resource.PRODUCTS, product.remote_id),
    )
