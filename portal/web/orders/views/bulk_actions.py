"""Actions on several orders: change their statuses, print their packing slips, export them."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import login_required

from portal.errors.orders import OrderUpdateError, StoreNotWorkingError
from portal.models import Order, Store
from portal.rules.orders.order_changes import OrderChanges, parse_order_changes
from portal.rules.orders.order_statuses import CONSEQUENCES, FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.services.orders.bulk_updates import (
    MAX_ORDERS,
    BulkUpdate,
    chosen_orders,
    items_by_order,
    update_statuses,
)
from portal.services.records.export_selected import export_orders
from portal.web.exports.files import status_names, written_file
from portal.web.formats import number
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.login import signed_in_merchant
from portal.web.order_labels import offered_statuses
from portal.web.orders.access import signed_in_sender
from portal.web.orders.blueprint import blueprint
from portal.web.orders.raw_order import addresses_of, extras_of
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404, members_only
from portal.web.url_converters import key_in

STATUSES = ("payment_status", "fulfillment_status")


@blueprint.get("/selected")
@login_required
def selected(store_id: int) -> ResponseReturnValue:
    """Show the selected orders and what can be done with all of them."""
    store = get_store_or_404(store_id)
    orders = _chosen(store)
    if not orders:
        return _nothing_selected(store)
    return _page(store, orders)


@blueprint.get("/packing-slips")
@login_required
def packing_slips(store_id: int) -> ResponseReturnValue:
    """Show the packing slips of the selected orders, one a sheet; prices only if asked for."""
    store = get_store_or_404(store_id)
    orders = _chosen(store)
    if not orders:
        return _nothing_selected(store)
    items = items_by_order(store, orders)
    slips = [
        (each, items[each.remote_id], addresses_of(each.raw), extras_of(each.raw))
        for each in orders
    ]
    ids = [order.remote_id for order in orders]
    has_prices = "prices" in request.args
    return render_template(
        "orders/packing_slips.html",
        store=store,
        slips=slips,
        has_prices=has_prices,
        other=url_for(
            "orders.packing_slips", store_id=store.id, order=ids, prices=None if has_prices else 1
        ),
    )


@blueprint.post("/selected/statuses")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def update_selected(store_id: int) -> ResponseReturnValue:
    """Request an update of each selected order that has another status."""
    store = get_store_or_404(store_id)
    orders = _chosen(store)
    wanted = {name: request.form[name] for name in STATUSES if request.form.get(name)}
    if not orders:
        return _nothing_selected(store)
    if not wanted:
        return _page(store, orders, _("Choose the new status.")), 422
    try:
        parse_order_changes(OrderChanges(**wanted).document())
        done = update_statuses(current_runtime(), store, orders, wanted, signed_in_sender())
    except OrderUpdateError:
        return _page(store, orders, _("Choose a status from the list.")), 422
    except StoreNotWorkingError:
        return _page(store, orders, _("Connect the store again first. Nothing was changed.")), 422
    _flash(done)
    return redirect(url_for("orders.index", store_id=store.id), 303)


@blueprint.post("/selected/export")
@login_required
@members_only
@limiter.limit(CONTROL_BY_ADDRESS)
def export_selected(store_id: int) -> ResponseReturnValue:
    """Return the selected orders as a CSV file; the audit log records who downloads it."""
    store = get_store_or_404(store_id)
    ids = [order.remote_id for order in _chosen(store)]
    chunks = export_orders(store, ids, status_names(store), signed_in_merchant())
    return written_file(chunks, "text/csv", f"orders-{store.id}", "csv")


def _chosen(store: Store) -> list[Order]:
    """Return the orders whose ids the request has."""
    ids = (key_in(text) for text in request.values.getlist("order"))
    return chosen_orders(store, [each for each in ids if each is not None])


def _nothing_selected(store: Store) -> ResponseReturnValue:
    flash(_("Select at least one order."), "info")
    return redirect(url_for("orders.index", store_id=store.id), 303)


def _page(store: Store, orders: list[Order], problem: str = "") -> str:
    return render_template(
        "orders/selected.html",
        store=store,
        orders=orders,
        problem=problem,
        chosen={name: request.form.get(name, "") for name in STATUSES},
        max_orders=MAX_ORDERS,
        slips=url_for(
            "orders.packing_slips", store_id=store.id, order=[each.remote_id for each in orders]
        ),
        payment_statuses=offered_statuses(store, PAYMENT_STATUSES),
        fulfillment_statuses=offered_statuses(store, FULFILLMENT_STATUSES),
        consequences=CONSEQUENCES,
    )


def _flash(done: BulkUpdate) -> None:
    if done.requested:
        text = ngettext(
            "%(count)s order is being changed in Ecwid.",
            "%(count)s orders are being changed in Ecwid.",
            done.requested,
            count=number(done.requested),
        )
        flash(text, "success")
    if done.unchanged:
        text = ngettext(
            "%(count)s order already has this status.",
            "%(count)s orders already have this status.",
            done.unchanged,
            count=number(done.unchanged),
        )
        flash(text, "info")
    if done.missing:
        text = ngettext(
            "%(count)s order was deleted in the store.",
            "%(count)s orders were deleted in the store.",
            done.missing,
            count=number(done.missing),
        )
        flash(text, "error")
