"""Accept order updates: store a row, then wake the daemon to send it.

A change that the store has made in the meantime is never silently overwritten. It becomes a
conflict, which keeps both values until a person decides.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.errors import OrderNotFoundError, OrderUpdateStateError
from portal.jobs import SEND_ORDER_UPDATES
from portal.models import AuditLogEntry, Order, OrderUpdate, OrderUpdateState, database, utc_now
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.orders.order_changes import OrderChanges, parse_order_changes, remote_values
from portal.services.orders.quote_order import get_working_store
from portal.services.orders.submissions import PAGE_SIZE, POLL_INTERVAL_S, WAIT_TIMEOUT_S
from portal.services.orders.submit_order import OrderSender
from portal.services.runtime import Runtime

OPEN_STATES = (OrderUpdateState.WAITING, OrderUpdateState.CONFLICT, OrderUpdateState.FAILED)


@dataclass(frozen=True)
class OrderUpdateView:
    """An order update with the requested, the expected and the store's values.

    ``remote`` is None until the first attempt.
    """

    id: int
    store_id: int
    order_id: int
    order_number: str
    sender: str
    changes: dict[str, str]
    expected: dict[str, str]
    remote: dict[str, str] | None
    state: OrderUpdateState
    attempts: int
    error: str | None
    requested_at: datetime
    due_at: datetime | None
    finished_at: datetime | None

    @property
    def is_waiting(self) -> bool:
        """Return whether the update still waits to be sent."""
        return self.state == OrderUpdateState.WAITING


def request_update(
    runtime: Runtime,
    store_id: int,
    order_number: str,
    changes: OrderChanges,
    sender: OrderSender,
    *,
    expected: OrderChanges | None = None,
) -> OrderUpdateView:
    """Store an order update for the daemon to send; nothing is sent to the store yet.

    ``expected`` are the values that the sender saw; missing fields are taken from the mirror.
    Raises OrderUpdateError, OrderNotFoundError and StoreNotWorkingError.
    """
    wanted = parse_order_changes(changes.document()).document()
    get_working_store(store_id)
    order = _order(store_id, order_number)
    seen = remote_values(wanted, order.raw) | (expected.document() if expected else {})
    with database.atomic():
        row = OrderUpdate.create(
            store=store_id,
            order_id=order.remote_id,
            order_number=order.number,
            sender=sender.name,
            actor=sender.actor,
            changes=wanted,
            expected={name: seen[name] for name in wanted},
        )
        _audit(AuditAction.ORDER_CHANGE_REQUESTED, row, sender)
    runtime.wake(SEND_ORDER_UPDATES, store_id, at_front=True)
    return update_view(row)


def wait_for_update(
    update_id: int, timeout_s: float = WAIT_TIMEOUT_S, every_s: float = POLL_INTERVAL_S
) -> OrderUpdateView:
    """Return the update once it no longer waits, or in its state after ``timeout_s``."""
    deadline_s = time.monotonic() + timeout_s
    while True:
        view = update_view(OrderUpdate.get_by_id(update_id))
        if not view.is_waiting or time.monotonic() >= deadline_s:
            return view
        time.sleep(every_s)


def find_update(store_id: int, update_id: int) -> OrderUpdateView | None:
    """Return an order update of this store, or None."""
    row = OrderUpdate.get_or_none(OrderUpdate.store == store_id, OrderUpdate.id == update_id)
    return None if row is None else update_view(row)


def list_updates(
    store_id: int,
    *,
    order_id: int | None = None,
    states: Sequence[OrderUpdateState] = (),
    before_id: int | None = None,
    limit: int = PAGE_SIZE,
) -> list[OrderUpdateView]:
    """Return the updates of a store's orders, or of one order, newest first.

    ``before_id`` is the last id of the previous page.
    """
    rows = OrderUpdate.select().where(OrderUpdate.store == store_id)
    if order_id is not None:
        rows = rows.where(OrderUpdate.order_id == order_id)
    if states:
        rows = rows.where(OrderUpdate.state.in_(states))
    if before_id is not None:
        rows = rows.where(OrderUpdate.id < before_id)
    return [update_view(row) for row in rows.order_by(OrderUpdate.id.desc()).limit(limit)]


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


def update_view(row: OrderUpdate) -> OrderUpdateView:
    """Return the view of a row."""
    return OrderUpdateView(
        id=row.id,
        store_id=row.store_id,
        order_id=row.order_id,
        order_number=row.order_number,
        sender=row.sender,
        changes=row.changes,
        expected=row.expected,
        remote=row.remote,
        state=OrderUpdateState(row.state),
        attempts=row.attempts,
        error=row.error,
        requested_at=row.requested_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
    )


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
        actor_name=sender.name,
        before=before,
        after=after | {"fields": fields},
    )
