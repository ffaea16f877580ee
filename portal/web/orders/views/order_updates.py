"""Update orders in the store from their pages; list conflicts with the store, and resolve them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import login_required

from portal.errors.orders import (
    OrderNotFoundError,
    OrderUpdateError,
    OrderUpdateStateError,
    StoreNotWorkingError,
)
from portal.models import Order, Store
from portal.models.order_update import UNDECIDED_STATES
from portal.rules.orders.line_ends import with_line_feeds
from portal.rules.orders.order_changes import ECWID_NAMES, OrderChanges, remote_values
from portal.services.orders.order_history import sender_names
from portal.services.orders.order_updates import find_update, list_updates
from portal.services.orders.submissions import PAGE_SIZE
from portal.services.orders.update_order import discard_update, request_update, retry_update
from portal.services.records.mirrored_ids import mirrored_ids
from portal.web.limits import CONTROL_BY_ADDRESS, limiter
from portal.web.orders.access import get_order_or_404, signed_in_sender
from portal.web.orders.blueprint import blueprint
from portal.web.orders.order_page import order_page
from portal.web.pagination import id_param
from portal.web.runtime import current_runtime
from portal.web.stores.access import get_store_or_404

ORIGINAL_PREFIX = "original-"


@blueprint.get("/updates")
@login_required
def undecided_updates(store_id: int) -> ResponseReturnValue:
    """List the order updates that a person has to decide, newest first."""
    store, after = get_store_or_404(store_id), id_param("after")
    found = list_updates(store.id, states=UNDECIDED_STATES, before_id=after, limit=PAGE_SIZE + 1)
    rows = found[:PAGE_SIZE]
    has_more = len(found) > PAGE_SIZE
    return render_template(
        "orders/updates.html",
        store=store,
        updates=rows,
        linked_orders=mirrored_ids(Order, store.id, [row.order_id for row in rows]),
        names=sender_names(row.sender for row in rows),
        newest=after and url_for("orders.undecided_updates", store_id=store.id),
        later=has_more
        and url_for("orders.undecided_updates", store_id=store.id, after=rows[-1].id),
    )


@blueprint.post("/<key:order_id>/updates")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def update(store_id: int, order_id: int) -> ResponseReturnValue:
    """Request an update of the fields that differ from the values that the form showed."""
    store = get_store_or_404(store_id)
    order = get_order_or_404(store, order_id)
    wanted, original = _changed(order)
    if not wanted:
        flash(_("No changes to save."), "info")
        return _back(store, order.remote_id)
    try:
        request_update(
            current_runtime(),
            store.id,
            order.number,
            OrderChanges(**wanted),
            signed_in_sender(),
            expected=OrderChanges(**original),
        )
    except OrderUpdateError as error:
        page = order_page(store, order) | {"problem": error, "form_values": request.form}
        return render_template("orders/show.html", **page), 422
    except OrderNotFoundError:
        flash(_("This order was deleted in Ecwid. Nothing was changed."), "error")
    except StoreNotWorkingError:
        flash(_("Connect the store again first. Nothing was changed."), "error")
    else:
        flash(_("Saving your change in Ecwid."), "info")
    return _back(store, order.remote_id)


@blueprint.post("/updates/<key:update_id>/<any(retry, drop):decision>")
@login_required
@limiter.limit(CONTROL_BY_ADDRESS)
def resolve_update(store_id: int, update_id: int, decision: str) -> ResponseReturnValue:
    """Retry an update, which overwrites the store's values, or discard it."""
    store = get_store_or_404(store_id)
    view = find_update(store.id, update_id)
    if view is None:
        abort(404)
    try:
        if decision == "drop":
            discard_update(store.id, update_id, signed_in_sender())
        else:
            retry_update(current_runtime(), store.id, update_id, signed_in_sender())
    except OrderUpdateStateError:
        flash(_("This change was already sent or discarded."), "error")
    else:
        dropped = _("Discarded. Ecwid's version stays.")
        flash(dropped if decision == "drop" else _("Sending the change to Ecwid again."), "info")
    return _back(store, view.order_id)


def _changed(order: Order) -> tuple[dict[str, str], dict[str, str]]:
    """Return the changed fields and the values that the form showed for them."""
    # Forms submit CRLF; the store may have either.
    current = remote_values(ECWID_NAMES, order.raw)
    wanted, original = {}, {}
    for name in ECWID_NAMES:
        was = with_line_feeds(request.form.get(f"{ORIGINAL_PREFIX}{name}", current[name]))
        typed = with_line_feeds(request.form.get(name, was)).strip()
        if typed != was.strip():
            wanted[name], original[name] = typed, was
    return wanted, original


def _back(store: Store, order_id: int) -> ResponseReturnValue:
    return redirect(url_for("orders.show", store_id=store.id, order_id=order_id), 303)
