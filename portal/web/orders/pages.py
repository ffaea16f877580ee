"""List and search a store's orders, and show one of them with all that is known of it."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Order, Store
from portal.services.api_keys import keys_of
from portal.services.browse_orders import browse_orders, find_order, items_of
from portal.services.mirror_pages import Place
from portal.services.order_story import story_of
from portal.web.login import signed_in_merchant
from portal.web.orders import submissions
from portal.web.orders.filter_form import filter_choices, read_order_filter
from portal.web.orders.shown import extras_of, options_of, persons_of
from portal.web.places import place_in_query
from portal.web.stores.access import my_store

blueprint = Blueprint("orders", __name__, url_prefix="/stores/<key:store_id>/orders")
blueprint.add_app_template_filter(options_of, "chosen_options")
submissions.add_to(blueprint)


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the orders, the latest first."""
    store, form = my_store(store_id), read_order_filter(request.args)
    page = browse_orders(
        store, form.wanted, after=place_in_query("after"), before=place_in_query("before")
    )

    def address(**place: Place) -> str:
        return url_for("orders.index", store_id=store.id, **form.arguments, **place)  # type: ignore[arg-type]

    return render_template(
        "orders/index.html",
        store=store,
        form=form,
        total=Order.live_count(store.id),
        choices=filter_choices(keys_of(signed_in_merchant())),
        orders=page.orders,
        looked_to=page.looked_to,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    ), 422 if form.problems else 200


@blueprint.get("/<key:order_id>")
@login_required
def show(store_id: int, order_id: int) -> ResponseReturnValue:
    """Show one order: what, for whom, for how much, and what happened to it."""
    store = my_store(store_id)
    return render_template("orders/show.html", **order_page(store, my_order(store, order_id)))


def my_order(store: Store, order_id: int) -> Order:
    """Return the store's order; answer 404 if it has no such."""
    order = find_order(store, order_id)
    if order is None:
        abort(404)
    return order


def order_page(store: Store, order: Order) -> dict[str, object]:
    """Return what the page of an order shows."""
    return {
        "store": store,
        "order": order,
        "items": items_of(order),
        "persons": persons_of(order.raw),
        "extras": extras_of(order.raw),
        "story": story_of(order),
    }
