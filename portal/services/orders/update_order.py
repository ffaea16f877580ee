"""Accept order updates: store a row, then wake the daemon to send it.

A change that the store has made in the meantime is never silently overwritten. It becomes a
conflict, which keeps both values until a person decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.errors.orders import OrderNotFoundError, OrderShippedError, OrderUpdateStateError
from portal.jobs import SEND_ORDER_UPDATES
from portal.models import AuditLogEntry, Order, OrderUpdate, OrderUpdateState, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.orders.order_changes import OrderChanges, parse_order_changes, remote_values
from portal.rules.orders.order_notes import OrderNotes, check_room
from portal.rules.orders.order_statuses import SHIPPED_STATUSES
from portal.services.orders.order_updates import OrderUpdateView, update_view
from portal.services.orders.quote_checks import get_working_store
from portal.services.orders.submit_order import OrderSender
from portal.services.orders.update_preconditions import Seen, check_seen
from portal.services.records.order_notes import count_noted_updates
from portal.services.runtime import Runtime

CANCELLATION = OrderChanges(payment_status="CANCELLED", fulfillment_status="WILL_NOT_DELIVER")
OPEN_STATES = (OrderUpdateState.WAITING, OrderUpdateState.CONFLICT, OrderUpdateState.FAILED)


def request_update(
    runtime: Runtime,
    store_id: int,
    order_number: str,
    changes: OrderChanges,
    sender: OrderSender,
    *,
    expected: OrderChanges | None = None,
    precondition: Seen | None = None,
    notes: OrderNotes | None = None,
) -> OrderUpdateView:
    """Store an order update for the daemon to send; nothing is sent to the store yet.

    ``expected`` are the values that the sender saw; missing fields are taken from the mirror. If
    they differ at the store, the update becomes a conflict. ``precondition`` is checked at once.
    ``notes`` are kept with the update, and count once it is in the store; the caller has checked
    them with `with_first_parcel`. Raises OrderUpdateError, OrderNotFoundError,
    StoreNotWorkingError, InvalidFieldError for too many notes, and the errors of `check_seen`.
    """
    wanted = parse_order_changes(changes.document()).document()
    get_working_store(store_id)
    order = _order(store_id, order_number)
    if precondition is not None:
        check_seen(order, wanted, precondition)
    seen = remote_values(wanted, order.raw) | (expected.document() if expected else {})
    if notes is not None:
        check_room(notes, count_noted_updates(store_id, order.remote_id))
    with database.atomic():
        row = OrderUpdate.create(
            store=store_id,
            order_id=order.remote_id,
            order_number=order.number,
            sender=sender.name,
            actor=sender.actor,
            changes=wanted,
            expected={name: seen[name] for name in wanted},
            notes=None if notes is None else notes.document(),
        )
        _audit(AuditAction.ORDER_CHANGE_REQUESTED, row, sender)
    runtime.wake(SEND_ORDER_UPDATES, store_id, at_front=True)
    return update_view(row)


def cancel_order(
    runtime: Runtime, store_id: int, order_number: str, sender: OrderSender
) -> OrderUpdateView:
    """Store an update that cancels an order and its fulfillment; see `request_update`.

    Raises OrderShippedError for an order on its way. If the store ships it before the update is
    sent, the update becomes a conflict.
    """
    order = _order(store_id, order_number)
    if order.fulfillment_status in SHIPPED_STATUSES:
        raise OrderShippedError(f"order {order_number} is {order.fulfillment_status}")
    return request_update(runtime, store_id, order_number, CANCELLATION, sender)


def retry_update(
    runtime: Runtime, store_id: int, update_id: int, sender: OrderSender
) -> OrderUpdateView:
    """Send a failed update again, or overwrite the store's values shown in its conflict.

    If the store has changed the order once more, the update conflicts again. Raises
    OrderNotFoundError, and OrderUpdateStateError unless the update has failed or conflicts.
    """
    row = _row(store_id, update_id)
    seen = row.expected if row.remote is None else row.remote
    _change_state(
        row,
        (OrderUpdateState.CONFLICT, OrderUpdateState.FAILED),
        sender,
        AuditAction.ORDER_CHANGE_RETRIED,
        state=OrderUpdateState.WAITING,
        expected=seen,
        attempts=0,
        error=None,
        due_at=utc_now(),
        finished_at=None,
    )
    runtime.wake(SEND_ORDER_UPDATES, store_id, at_front=True)
    return update_view(OrderUpdate.get_by_id(update_id))


def discard_update(store_id: int, update_id: int, sender: OrderSender) -> OrderUpdateView:
    """Discard an update and keep the store's values.

    Raises OrderNotFoundError, and OrderUpdateStateError if it was sent or discarded already.
    """
    row = _row(store_id, update_id)
    dropped = {"state": OrderUpdateState.DROPPED, "due_at": None, "finished_at": utc_now()}
    _change_state(row, OPEN_STATES, sender, AuditAction.ORDER_CHANGE_DISCARDED, **dropped)
    return update_view(OrderUpdate.get_by_id(update_id))


def _order(store_id: int, number: str) -> Order:
    rows = Order.select().where(
        Order.store == store_id, Order.number == number, Order.deleted_at.is_null()
    )
    order: Order | None = rows.order_by(Order.remote_id.desc()).first()
    if order is None:
        raise OrderNotFoundError(f"store {store_id} has no order {number}")
    return order


def _row(store_id: int, update_id: int) -> OrderUpdate:
    row: OrderUpdate | None = OrderUpdate.get_or_none(
        OrderUpdate.store == store_id, OrderUpdate.id == update_id
    )
    if row is None:
        raise OrderNotFoundError(f"store {store_id} has no change {update_id} of an order")
    return row


def _change_state(
    row: OrderUpdate,
    states: Sequence[OrderUpdateState],
    sender: OrderSender,
    action: AuditAction,
    **changes: Any,
) -> None:
    """Change a row that is in one of these states, and record the person in the audit log."""
    with database.atomic():
        changed = (
            OrderUpdate.update(changes)
            .where(OrderUpdate.id == row.id, OrderUpdate.state.in_(states))
            .execute()
        )
        if not changed:
            raise OrderUpdateStateError(
                f"change {row.id} of order {row.order_number} is {row.state}"
            )
        _audit(action, row, sender)


def _audit(action: AuditAction, row: OrderUpdate, sender: OrderSender) -> None:
    """Record the sender's action; values of text fields are left out, only their names are kept."""
    before, after = (
        {name: value for name, value in reported.items() if name.endswith("_status")}
        for reported in (row.expected, row.changes)
    )
    fields = sorted(row.changes)
    AuditLogEntry.record(
        row.store_id,
        action,
        f"order {row.order_number}",
        actor=sender.actor,
        actor_name=sender.key_name or sender.name,
        before=before,
        after=after | {"fields": fields},
    )
