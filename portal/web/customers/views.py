"""Pages about a store's mirrored customers."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.services.records.search_customers import find_customer, latest_orders_of
from portal.web.customers.list_labels import CUSTOMER_LIST_LABELS
from portal.web.record_list import read_listing
from portal.web.stores.access import get_store_or_404

blueprint = Blueprint("customers", __name__, url_prefix="/stores/<key:store_id>/customers")

ORDERS_SHOWN = 5


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List the customers: searched, filtered and sorted as the URL says."""
    store = get_store_or_404(store_id)
    listing = read_listing(store, CUSTOMER_LIST_LABELS)
    return render_template("customers/index.html", store=store, listing=listing)


@blueprint.get("/<key:customer_id>")
@login_required
def show(store_id: int, customer_id: int) -> ResponseReturnValue:
    store = get_store_or_404(store_id)
    customer = find_customer(store, customer_id)
    if customer is None:
        abort(404)
    orders = latest_orders_of(customer, ORDERS_SHOWN)
    return render_template("customers/show.html", store=store, customer=customer, orders=orders)
