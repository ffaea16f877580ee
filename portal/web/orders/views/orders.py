"""List and search a store's orders, and show a single one."""

from __future__ import annotations

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Order
from portal.services.channels.consents import consents_of_store
from portal.services.records.cursor_pagination import PageCursor
from portal.services.records.search_orders import search_orders
from portal.web.orders.access import get_order_or_404
from portal.web.orders.blueprint import blueprint
from portal.web.orders.filter_form import filter_choices, read_order_filter
from portal.web.orders.order_page import order_page
from portal.web.pagination import cursor_in_query
from portal.web.stores.access import get_store_or_404


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the orders, newest first."""
    store, form = get_store_or_404(store_id), read_order_filter(request.args)
    page = search_orders(
        store, form.wanted, after=cursor_in_query("after"), before=cursor_in_query("before")
    )

    def address(**place: PageCursor) -> str:
        return url_for("orders.index", store_id=store.id, **form.arguments, **place)  # type: ignore[arg-type]

    return render_template(
        "orders/index.html",
        store=store,
        form=form,
        total=Order.live_count(store.id),
        choices=filter_choices(store, [each.channel for each in consents_of_store(store)]),
        orders=page.rows,
        searched_to=page.searched_to,
        earlier=page.earlier and address(before=page.earlier),
        later=page.later and address(after=page.later),
    ), 422 if form.problems else 200


@blueprint.get("/<key:order_id>")
@login_required
def show(store_id: int, order_id: int) -> ResponseReturnValue:
    """Show one order with its items, amounts, customer and history."""
    store = get_store_or_404(store_id)
    return render_template(
        "orders/show.html", **order_page(store, get_order_or_404(store, order_id))
    )
