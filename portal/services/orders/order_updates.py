"""Order updates: how they are listed, found and waited for."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.models import OrderUpdate, OrderUpdateState
from portal.models.order_update import IS_UNDECIDED, UNDECIDED_STATES
from portal.services.orders.submissions import PAGE_SIZE, POLL_INTERVAL_S, WAIT_TIMEOUT_S


@dataclass(frozen=True)
class OrderUpdateView:
    """An order update with the requested, the expected and the store's values.

    ``remote`` is None until the first attempt. ``notes`` are parcels and a refund that the store
    doesn't keep.
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
    notes: Mapping[str, Any] | None = None

    @property
    def is_waiting(self) -> bool:
        """Return whether the update still waits to be sent."""
        return self.state == OrderUpdateState.WAITING


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
    order_number: str | None = None,
    states: Sequence[OrderUpdateState] = (),
    sender: str | None = None,
    before_id: int | None = None,
    limit: int = PAGE_SIZE,
) -> list[OrderUpdateView]:
    """Return the updates of a store's orders, or of one order, newest first.

    With ``sender`` only those of one sender are returned. ``before_id`` is the last id of the
    previous page.
    """
    rows = OrderUpdate.select().where(OrderUpdate.store == store_id)
    if order_number is not None:
        rows = rows.where(OrderUpdate.order_number == order_number)
    if order_id is not None:
        rows = rows.where(OrderUpdate.order_id == order_id)
    if tuple(states) == UNDECIDED_STATES:
        rows = rows.where(IS_UNDECIDED)  # by its index
    elif states:
        rows = rows.where(OrderUpdate.state.in_(states))
    if sender is not None:
        rows = rows.where(OrderUpdate.sender == sender)
    if before_id is not None:
        rows = rows.where(OrderUpdate.id < before_id)
    return [update_view(row) for row in rows.order_by(OrderUpdate.id.desc()).limit(limit)]


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
        notes=row.notes,
    )
