"""Send the changes of a store's orders, one after the other.

Each reads the order first: what the store has so already is done, what it has changed itself since
is a conflict. A change that may or may not have arrived is read again, never guessed.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from peewee import Expression, ModelSelect, fn

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidNotFoundError
from portal.jobs import SEND_UPDATES
from portal.models import (
    WORKING_STATES,
    OrderUpdate,
    Store,
    UpdateState,
    database,
    utc_now,
)
from portal.rules.orders.order_changes import conflicting, ecwid_changes, is_done, remote_values
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.connection.handle_refusals import stops_the_store
from portal.services.mirror import own_writes
from portal.services.mirror.mirror_orders import save_orders
from portal.services.runtime import Runtime
from portal.services.work.failures import INTERRUPTIONS, Action, FailurePolicy
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

# An update takes three calls, each of which may be tried again.
LEASE_TTL_S = 120.0
POLICY = FailurePolicy(DEFAULT_BACKOFF)


def send_updates(runtime: Runtime, store_id: int) -> None:
    """Send a store's order updates that are due; safe to run twice, also at the same time."""
    with claimed(f"updates:{store_id}", LEASE_TTL_S) as claim:
        while claim is not None:
            row = _due().where(OrderUpdate.store == store_id).first()
            if row is None or not Store.get_by_id(store_id).is_working:
                return
            _work_on(runtime, row)
            claim.keep()


def wake_waiting_updates(runtime: Runtime) -> int:
    """Wake the daemon for every working store with updates due; return how many."""
    rows = _due().select(OrderUpdate.store).order_by().distinct()
    working = rows.join(Store).where(Store.state.in_(WORKING_STATES))
    return runtime.wake_each(SEND_UPDATES, (row.store_id for row in working))


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
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other updates continue
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
    if isinstance(error, EcwidNotFoundError):
        _finish(row, UpdateState.FAILED, None, error="the store has no such order any more")
        return
    stops_store = partial(stops_the_store, runtime, row.store_id)
    decision = POLICY.decide(error, row.attempts, stops_store)
    if decision.action is Action.FINISH:
        _finish(row, UpdateState.FAILED, row.remote, error=decision.error)
    else:
        _change(row, **decision.changes)


def _finish(
    row: OrderUpdate, state: UpdateState, remote: dict[str, str] | None, error: str | None = None
) -> None:
    _change(row, state=state, remote=remote, error=error, due_at=None, finished_at=utc_now())
    log.info("order_update.done", store=row.store_id, update=row.id, state=state)


def _change(row: OrderUpdate, **changes: Any) -> None:
    """Change the row, unless somebody has dropped it since it was read."""
    OrderUpdate.update(changes).where(
        OrderUpdate.id == row.id, OrderUpdate.state == row.state
    ).execute()
    for name, value in changes.items():
        setattr(row, name, value)
