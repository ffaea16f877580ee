"""Show merchants the customers that were copied from their stores."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Customer
from portal.services.records.browse_customers import browse_customers, find_customer
from portal.services.records.mirror_pages import Place
from portal.web.places import place_in_query
from portal.web.stores.access import my_store

blueprint = Blueprint("customers", __name__, url_prefix="/stores/<key:store_id>/customers")

SEARCH_LIMIT = 200


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the customers."""
    store = my_store(store_id)
    search = request.args.get("q", "").replace("\x00", "").strip()[:SEARCH_LIMIT]
    after, before = place_in_query("after"), place_in_query("before")
    page = browse_customers(store, search=search, after=after, before=before)

    def address(**place: Place) -> str:
        return url_for(".index", store_id=store.id, q=search or None, **place)  # type: ignore[arg-type]

    return render_template(
        "customers/index.html",
        store=store,
        search=search,
        total=Customer.live_count(store.id),
        customers=page.rows,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    )


@blueprint.get("/<key:customer_id>")
@login_required
def show(store_id: int, customer_id: int) -> ResponseReturnValue:
    """Show one customer."""
    store = my_store(store_id)
    customer = find_customer(store, customer_id)
    if customer is None:
        abort(404)
    return render_template("customers/show.html", store=store, customer=customer)
