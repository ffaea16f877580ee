"""Send the updates of a store's orders, one after the other.

Each update reads the order first. If the store already has the new values, the update is finished.
If the store has changed a field since, the update becomes a conflict. After a lost response the
order is read again to find out whether the update arrived.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import structlog
from peewee import Expression, ModelSelect, fn

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidNotFoundError
from portal.jobs import SEND_ORDER_UPDATES
from portal.models import (
    WORKING_STATES,
    Lease,
    Order,
    OrderUpdate,
    OrderUpdateState,
    Store,
    database,
    utc_now,
)
from portal.rules.orders.order_changes import (
    conflicting_fields,
    is_applied,
    remote_values,
    to_ecwid_fields,
)
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.channels.sender_access import has_access
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.mirror import own_writes
from portal.services.mirror.resources import ORDERS
from portal.services.orders.outbound_order_events import publish_update
from portal.services.records.order_notes import IN_STORE
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.failures import (
    INTERRUPTIONS,
    Action,
    FailurePolicy,
    postpone_if_hanging,
)
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

# An update takes three calls, and each may be retried.
LEASE_TTL_S = 120.0
LEASE_PREFIX = "order_updates:"
POLICY = FailurePolicy(DEFAULT_BACKOFF)


def send_order_updates(runtime: Runtime, store_id: int) -> None:
    """Send a store's order updates that are due; safe to run twice, also at the same time."""
    with claimed(f"{LEASE_PREFIX}{store_id}", LEASE_TTL_S) as claim:
        while claim is not None:
            row = _due().where(OrderUpdate.store == store_id).first()
            if row is None or not Store.get_by_id(store_id).is_working:
                return
            _process(runtime, row)
            claim.keep()


def wake_waiting_updates(runtime: Runtime) -> int:
    """Wake the daemon for working stores with updates due that no worker sends; return how many."""
    return runtime.wake_due(due_updates())


def due_updates() -> DueWork:
    """Return the working stores with updates due that no worker sends."""
    working = (
        _due()
        .select(OrderUpdate.store)
        .join(Store)
        .where(
            Store.state.in_(WORKING_STATES),
            OrderUpdate.store.not_in(Lease.held_ids(LEASE_PREFIX)),
        )
        .group_by(OrderUpdate.store)
    )
    return DueWork(SEND_ORDER_UPDATES, working, fn.MIN(OrderUpdate.due_at))


def _due() -> ModelSelect[OrderUpdate]:
    """Return the due updates in order; an update waits for earlier updates of the same order."""
    earlier = OrderUpdate.alias()
    waits = fn.EXISTS(
        earlier.select(1).where(
            earlier.store == OrderUpdate.store,
            earlier.order_id == OrderUpdate.order_id,
            earlier.id < OrderUpdate.id,
            earlier.state == OrderUpdateState.WAITING,
        )
    )
    is_due: Expression = OrderUpdate.due_at <= utc_now()
    return OrderUpdate.select().where(is_due, ~waits).order_by(OrderUpdate.id)


def _process(runtime: Runtime, row: OrderUpdate) -> None:
    # One that was sent before may have arrived, so its outcome is found out all the same.
    if row.sent_at is None and not has_access(row.store_id, row.sender):
        error = "the store no longer allows the channel to change orders"
        _finish(row, OrderUpdateState.FAILED, row.remote, error=error)
        return
    try:
        _send(runtime.client(row.store_id), row)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other updates continue
        _handle_failure(runtime, row, error)


def _send(client: EcwidClient, row: OrderUpdate) -> None:
    read_at = utc_now()
    order = client.order(row.order_number)
    remote = remote_values(row.changes, order)
    if is_applied(row.changes, remote):
        # If it was sent before, it has arrived although the response was lost.
        state = OrderUpdateState.SENT if row.sent_at else OrderUpdateState.UNCHANGED
        with database.atomic():
            ORDERS.save(row.store_id, [order], read_at)
            _finish(row, state, remote)
    elif fields := conflicting_fields(row.changes, row.expected, remote):
        with database.atomic():
            ORDERS.save(row.store_id, [order], read_at)
            error = f"changed in the store: {', '.join(fields)}"
            _finish(row, OrderUpdateState.CONFLICT, remote, error=error)
    else:
        # Before sending: if the response is lost, the next attempt knows that it may have arrived.
        _change(row, sent_at=utc_now())
        changes = to_ecwid_fields(row.changes)
        if own_writes.update_order(client, row.order_id, row.order_number, changes):
            _finish(row, OrderUpdateState.SENT, row.changes)
        else:
            _finish(row, OrderUpdateState.FAILED, remote, error="the store refused the change")


def _handle_failure(runtime: Runtime, row: OrderUpdate, error: Exception) -> None:
    log.warning(
        "order_update.failed", store=row.store_id, update=row.id, error=type(error).__name__
    )
    if isinstance(error, EcwidNotFoundError):
        _finish(row, OrderUpdateState.FAILED, None, error="the store has no such order any more")
        return
    stops_store = partial(handle_refusal, runtime, row.store_id)
    decision = POLICY.decide(error, row.attempts, stops_store)
    if decision.action is Action.FINISH:
        _finish(row, OrderUpdateState.FAILED, row.remote, error=decision.error)
    else:
        _change(row, **decision.changes)
        postpone_if_hanging(error, decision.due_at, OrderUpdate, row.store_id)


def _finish(
    row: OrderUpdate,
    state: OrderUpdateState,
    remote: dict[str, str] | None,
    error: str | None = None,
) -> None:
    with database.atomic():
        values = {"state": state, "remote": remote, "error": error, "due_at": None}
        if _change(row, **values, finished_at=utc_now()):
            if row.notes is not None and state in IN_STORE:
                Order.lock(row.store_id)
                Order.record_update(row.store_id, [row.order_id])
            publish_update(row)
    log.info("order_update.done", store=row.store_id, update=row.id, state=state)


def _change(row: OrderUpdate, **changes: Any) -> bool:
    """Change the row and return True, unless its state has changed, as when it was discarded."""
    changed = (
        OrderUpdate.update(changes)
        .where(OrderUpdate.id == row.id, OrderUpdate.state == row.state)
        .execute()
    )
    for name, value in changes.items():
        setattr(row, name, value)
    return bool(changed)
