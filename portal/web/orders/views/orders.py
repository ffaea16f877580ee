"""List and search a store's orders, and show a single one."""

from __future__ import annotations

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.models import Customer, Order, Store
from portal.services.channels.consents import consents_of_store
from portal.services.records.cursor_pagination import PAGE_SIZE, CursorError
from portal.services.records.mirrored_ids import mirrored_ids
from portal.services.records.order_filter import OrderFilter
from portal.services.records.order_list import OrderPage, list_orders
from portal.services.records.search_customers import find_customer
from portal.services.records.search_products import find_product
from portal.web.orders.access import get_order_or_404
from portal.web.orders.blueprint import blueprint
from portal.web.orders.filter_form import OrderFilterForm, filter_choices, read_order_filter
from portal.web.orders.order_page import order_page
from portal.web.stores.access import get_store_or_404
from portal.web.url_converters import key_in


@blueprint.get("")
@login_required
def index(store_id: int) -> ResponseReturnValue:
    """List or search the orders, newest first or as the URL says."""
    store, form = get_store_or_404(store_id), read_order_filter(request.args)
    page = _page(store, form)
    first = page.first or _first_position()

    def address(**place: int | str) -> str:
        return url_for("orders.index", store_id=store.id, **form.arguments, **place)  # type: ignore[arg-type]

    return render_template(
        "orders/index.html",
        store=store,
        form=form,
        linked=_linked(store, form),
        total=_total(store, form, page),
        choices=filter_choices(store, [each.channel for each in consents_of_store(store)]),
        page=page,
        orders=page.rows,
        linked_customers=mirrored_ids(Customer, store.id, [row.customer_id for row in page.rows]),
        first=first,
        is_all_selected="select_all" in request.args,
        earlier=page.earlier and address(before=page.earlier, first=max(1, first - PAGE_SIZE)),
        later=page.later and address(after=page.later, first=first + len(page.rows)),
        select_all=address(**_place(), select_all=1),
    ), 422 if form.problems else 200


def _page(store: Store, form: OrderFilterForm) -> OrderPage:
    """Return the page that the URL asks for; respond with 404 if a cursor is malformed."""
    after, before = request.args.get("after"), request.args.get("before")
    try:
        return list_orders(store, form.wanted, form.sort, after=after, before=before)
    except CursorError:
        abort(404)


def _total(store: Store, form: OrderFilterForm, page: OrderPage) -> int | None:
    """Return the number of all orders of the list, None if it isn't known."""
    if page.matches is not None or form.active:
        return page.matches
    return Order.live_count(store.id)


def _linked(store: Store, form: OrderFilterForm) -> list[tuple[str, str]]:
    """Return the filters that links set: each one's text, and the URL of the list without it."""
    return [
        (text, url_for("orders.index", store_id=store.id, **_without(form, name)))  # type: ignore[arg-type]
        for name, text in _linked_names(store, form.wanted).items()
    ]


def _linked_names(store: Store, wanted: OrderFilter) -> dict[str, str]:
    found: dict[str, str] = {}
    if wanted.customer_id:
        customer = find_customer(store, wanted.customer_id)
        named = customer and (customer.name or customer.email)
        found["customer"] = _("Customer: %(name)s", name=named or wanted.customer_id)
    if wanted.product_id:
        product = find_product(store, wanted.product_id)
        title = product and product.name
        found["product"] = _("Product: %(name)s", name=title or wanted.product_id)
    return found


def _without(form: OrderFilterForm, name: str) -> dict[str, str]:
    return {other: text for other, text in form.arguments.items() if other != name}


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
