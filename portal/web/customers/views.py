"""Pages about a store's mirrored customers."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Customer
from portal.services.records.search_customers import find_customer, search_customers
from portal.web.pagination import ListQuery
from portal.web.stores.access import get_store_or_404

blueprint = Blueprint("customers", __name__, url_prefix="/stores/<key:store_id>/customers")


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the customers."""
    store = get_store_or_404(store_id)
    asked = ListQuery.from_request()
    page = search_customers(store, search=asked.search, after=asked.after, before=asked.before)
    return render_template(
        "customers/index.html",
        store=store,
        search=asked.search,
        total=Customer.live_count(store.id),
        customers=page.rows,
        searched_to=page.searched_to,
        **asked.adjacent_page_urls(store.id, page),
    )


@blueprint.get("/<key:customer_id>")
@login_required
def show(store_id: int, customer_id: int) -> ResponseReturnValue:
    store = get_store_or_404(store_id)
    customer = find_customer(store, customer_id)
    if customer is None:
        abort(404)
    return render_template("customers/show.html", store=store, customer=customer)
