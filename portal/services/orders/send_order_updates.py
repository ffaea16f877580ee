"""Send the changes of a store's orders, one after the other.

Each reads the order first: what the store has so already is done, what it has changed itself since
is a conflict. A change that may or may not have arrived is read again, never guessed.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from random import Random
from typing import Any

import structlog
from peewee import Expression, InterfaceError, ModelSelect, OperationalError, fn

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidError, EcwidNotFoundError, EcwidRateLimitError
from portal.errors import PortalError, StoreNotConnectedError
from portal.jobs import SEND_UPDATES
from portal.models import (
    WORKING_STATES,
    Lease,
    OrderUpdate,
    Store,
    UpdateState,
    database,
    utc_now,
)
from portal.rules.orders.order_changes import conflicting, ecwid_changes, is_done, remote_values
from portal.rules.sync.retry import is_spent, wait_s
from portal.services.connection.handle_refusals import stops_the_store
from portal.services.mirror import own_writes
from portal.services.mirror.mirror_orders import save_orders
from portal.services.orders.submission_transitions import words_of
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# Three calls, each of which may be tried again.
LEASE_TTL_S = 120.0
ASK_AGAIN_S = 60.0
JITTER = Random()  # noqa: S311 - spreads retries, guards no secret


def send_updates(runtime: Runtime, store_id: int) -> None:
    """Send what is due of a store's changes; safe to run twice, and beside itself."""
    owner, name = uuid.uuid4().hex, f"updates:{store_id}"
    try:
        while Lease.acquire(name, owner, LEASE_TTL_S):
            row = _due().where(OrderUpdate.store == store_id).first()
            if row is None or not Store.get_by_id(store_id).is_working:
                return
            _work_on(runtime, row)
    finally:
        Lease.release(name, owner)


def wake_waiting_updates(runtime: Runtime) -> int:
    """Wake the daemon for every working store with due changes; return how many."""
    rows = _due().select(OrderUpdate.store).order_by().distinct()
    store_ids = [row.store_id for row in rows.join(Store).where(Store.state.in_(WORKING_STATES))]
    for store_id in store_ids:
        runtime.wake(SEND_UPDATES, store_id)
    return len(store_ids)


def _due() -> ModelSelect[OrderUpdate]:
    """Return the changes that are due, in order: of one order each waits for those before it."""
    earlier = OrderUpdate.alias()
    waits = fn.EXISTS(
        earlier.select(1).where(
            earlier.store == OrderUpdate.store,
            earlier.order_id == OrderUpdate.order_id,
            earlier.id < OrderUpdate.id,
            earlier.state == UpdateState.WAITING,
        )
    )
    is_due: Expression = OrderUpdate.due_at <= utc_now()
    return OrderUpdate.select().where(is_due, ~waits).order_by(OrderUpdate.id)


def _work_on(runtime: Runtime, row: OrderUpdate) -> None:
    try:
        _send(runtime.client(row.store_id), row)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other changes go on
        _fail(runtime, row, error)


def _send(client: EcwidClient, row: OrderUpdate) -> None:
    read_at = utc_now()
    order = client.order(row.order_number)
    remote = remote_values(row.changes, order)
    if is_done(row.changes, remote):
        # What was tried before has arrived, though its answer hasn't.
        state = UpdateState.SENT if row.sent_at else UpdateState.UNCHANGED
        _finish(row, state, remote)
    elif fields := conflicting(row.changes, row.expected, remote):
        with database.atomic():
            save_orders(row.store_id, [order], read_at)
            _finish(row, UpdateState.CONFLICT, remote, error=f"changed in the store: {fields}")
    else:
        # Before the sending: if its answer is lost, the next attempt knows that it may be ours.
        _change(row, sent_at=utc_now())
        changes = ecwid_changes(row.changes)
        own_writes.update_order(client, row.order_id, row.order_number, changes)
        _finish(row, UpdateState.SENT, row.changes)


def _fail(runtime: Runtime, row: OrderUpdate, error: Exception) -> None:
    log.warning(
        "order_update.failed", store=row.store_id, update=row.id, error=type(error).__name__
    )
    words = words_of(error)
    if isinstance(error, EcwidNotFoundError):
        _finish(row, UpdateState.FAILED, None, error="the store has no such order any more")
        return
    is_refused = isinstance(error, EcwidError) and not error.retryable
    if isinstance(error, StoreNotConnectedError) or (
        isinstance(error, EcwidError)
        and is_refused
        and stops_the_store(runtime, row.store_id, error)
    ):
        # Waits until the store is mended.
        _put_off(row, words, ASK_AGAIN_S)
    elif isinstance(error, EcwidRateLimitError):
        _put_off(row, words, error.retry_after_s)
    elif is_refused or not isinstance(error, PortalError) or is_spent(row.attempts + 1):
        _finish(row, UpdateState.FAILED, row.remote, error=words)
    else:
        _change(row, attempts=row.attempts + 1)
        _put_off(row, words, wait_s(row.attempts, JITTER))


def _put_off(row: OrderUpdate, error: str, seconds: float) -> None:
    _change(row, error=error, due_at=utc_now() + timedelta(seconds=seconds))


def _finish(
    row: OrderUpdate, state: UpdateState, remote: dict[str, str] | None, error: str | None = None
) -> None:
    _change(row, state=state, remote=remote, error=error, due_at=None, finished_at=utc_now())
    log.info("order_update.done", store=row.store_id, update=row.id, state=state)


def _change(row: OrderUpdate, **changes: Any) -> None:
    """Change the row, unless somebody has dropped it meanwhile."""
    OrderUpdate.update(changes).where(
        OrderUpdate.id == row.id, OrderUpdate.state == row.state
    ).execute()
    for name, value in changes.items():
        setattr(row, name, value)
