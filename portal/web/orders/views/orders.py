"""List and search a store's orders, and show a single one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from portal.models import Customer, Order
from portal.services.channels.consents import consents_of_store
from portal.services.records.cursor_pagination import PAGE_SIZE, PageCursor
from portal.services.records.mirrored_ids import mirrored_ids
from portal.services.records.search_customers import find_customer
from portal.services.records.search_orders import search_oldest_orders, search_orders
from portal.web.orders.access import get_order_or_404
from portal.web.orders.blueprint import blueprint
from portal.web.orders.filter_form import filter_choices, read_order_filter
from portal.web.orders.order_page import order_page
from portal.web.pagination import cursor_in_query
from portal.web.stores.access import get_store_or_404
from portal.web.url_converters import key_in


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the orders, newest or oldest first."""
    store, form = get_store_or_404(store_id), read_order_filter(request.args)
    search = search_oldest_orders if form.is_oldest_first else search_orders
    page = search(
        store, form.wanted, after=cursor_in_query("after"), before=cursor_in_query("before")
    )
    first = _first_position()
    customer_id = form.wanted.customer_id

    def address(**place: PageCursor | int | str) -> str:
        return url_for("orders.index", store_id=store.id, **form.arguments, **place)  # type: ignore[arg-type]

    return render_template(
        "orders/index.html",
        store=store,
        form=form,
        customer=find_customer(store, customer_id) if customer_id else None,
        without_customer=_without_customer(store.id, form.arguments),
        total=Order.live_count(store.id),
        choices=filter_choices(store, [each.channel for each in consents_of_store(store)]),
        orders=page.rows,
        linked_customers=mirrored_ids(Customer, store.id, [row.customer_id for row in page.rows]),
        searched_to=page.searched_to,
        first=first,
        is_all_selected="select_all" in request.args,
        earlier=page.earlier and address(before=page.earlier, first=max(1, first - PAGE_SIZE)),
        later=page.later and address(after=page.later, first=first + len(page.rows)),
        select_all=address(**_place(), select_all=1),
    ), 422 if form.problems else 200


def _without_customer(store_id: int, arguments: Mapping[str, str]) -> str:
    """Return the URL of the list with all filters but that of the customer."""
    others = {name: text for name, text in arguments.items() if name != "customer"}
    return url_for("orders.index", store_id=store_id, **others)  # type: ignore[arg-type]


def _first_position() -> int:
    """Return the position of the page's first order, which the links between pages carry."""
    is_first_page = "after" not in request.args and "before" not in request.args
    return 1 if is_first_page else key_in(request.args.get("first", "")) or 1


def _place() -> dict[str, str]:
    """Return the query parameters of the present page of the list."""
    names = ("after", "before", "first")
    return {name: request.args[name] for name in names if name in request.args}


@blueprint.get("/<key:order_id>")
@login_required
def show(store_id: int, order_id: int) -> ResponseReturnValue:
    """Show one order with its items, amounts, customer and history."""
    store = get_store_or_404(store_id)
    return render_template(
        "orders/show.html", **order_page(store, get_order_or_404(store, order_id))
    )
