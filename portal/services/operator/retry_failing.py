"""Retry the failing work of one cause over all stores, in bounded parts.

Each kind goes the way of its own retry: a replay of events, a run that a person starts, another
attempt of an update, a delivery or an e-mail. Work that still has attempts left only becomes due
now. Nothing of a stopped store is retried.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from portal.errors import RunRefusedError
from portal.errors.orders import OrderUpdateStateError
from portal.jobs import DRAIN_EVENTS, SEND_ORDER_UPDATES, SUBMIT_ORDER
from portal.models import (
    IS_FAILING_UPDATE,
    IS_OPEN_CIRCUIT,
    IS_PENDING,
    AuditLogEntry,
    CircuitBreaker,
    Merchant,
    OrderSubmission,
    OrderUpdate,
    OrderUpdateState,
    Resource,
    RunKind,
    Store,
    SyncRun,
    WebhookEvent,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.work.failure_causes import failure_cause
from portal.services.connection.connect_link_emails import retry_connect_link_emails
from portal.services.events.replay_events import replay_failed_events
from portal.services.notifications.channel_alerts import retry_channel_alerts
from portal.services.notifications.queued_emails import retry_queued_emails
from portal.services.notifications.retry_notifications import retry_emails
from portal.services.operator.bulk_action_emails import retry_bulk_action_emails
from portal.services.operator.failing_groups import FailingGroup
from portal.services.operator.failing_kinds import FAILING_KINDS
from portal.services.orders.submit_order import OrderSender
from portal.services.orders.update_order import retry_update
from portal.services.outbound_webhooks.alert_log import retry_alerts
from portal.services.outbound_webhooks.replay import replay_deliveries
from portal.services.runs.requested_runs import start
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# Rows of one request. Each may take several statements, and a person can repeat it.
RETRY_LIMIT = 200


@dataclass(frozen=True)
class FailingRow:
    """One failing row; ``store_id`` is None if it concerns no single store."""

    id: int
    store_id: int | None


Retry = Callable[[Runtime, Sequence[FailingRow], Merchant], int]


def retry_failing_group(runtime: Runtime, group: FailingGroup, actor: Merchant) -> int:
    """Retry the newest rows of the group, up to `RETRY_LIMIT`; return how many are tried again."""
    rows = _rows_of(group)
    if not rows:
        return 0
    by_store: dict[int | None, int] = defaultdict(int)
    for row in rows:
        by_store[row.store_id] += 1
    with database.atomic():
        for store_id, count in by_store.items():
            AuditLogEntry.record(
                store_id,
                AuditAction.FAILURES_RETRIED,
                group.kind,
                actor=actor,
                after={"cause": group.cause, "count": count},
            )
    # After the entries are committed: each retry commits before it wakes its jobs.
    retried = RETRIES[group.kind](runtime, rows, actor)
    log.info("failures.retried", kind=group.kind, count=retried, operator=actor.id)
    return retried


def _rows_of(group: FailingGroup) -> list[FailingRow]:
    latest = FAILING_KINDS[group.kind].latest()
    rows = database.execute(latest).fetchall()
    alike = [
        FailingRow(row_id, store_id)
        for row_id, error, store_id, *_ in rows
        if failure_cause(error or "") == group.cause
    ]
    return alike[:RETRY_LIMIT]


def _retry_runs(runtime: Runtime, rows: Sequence[FailingRow], _actor: Merchant) -> int:
    runs = SyncRun.select(SyncRun, Store).join(Store).where(SyncRun.id.in_(_ids(rows)))
    retried = 0
    for run in runs:
        try:
            start(runtime, run.store, Resource(run.resource), RunKind(run.kind))
        except RunRefusedError:
            continue
        retried += 1
    return retried


def _retry_events(runtime: Runtime, rows: Sequence[FailingRow], actor: Merchant) -> int:
    """Replay the dead events of each store, and make the others due."""
    waiting = (
        WebhookEvent.update(due_at=utc_now())
        .where(WebhookEvent.id.in_(_ids(rows)), IS_PENDING)
        .returning(WebhookEvent.id)
        .execute()
    )
    due = {event.id for event in waiting}
    dead: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row.id not in due and row.store_id is not None:
            dead[row.store_id].append(row.id)
    retried = len(due)
    for store in Store.select().where(Store.id.in_(list(dead))):
        try:
            retried += replay_failed_events(runtime, store, dead[store.id], actor)
        except RunRefusedError:
            continue
    runtime.wake_many(DRAIN_EVENTS, {row.store_id or 0 for row in rows if row.id in due})
    return retried


def _retry_submissions(runtime: Runtime, rows: Sequence[FailingRow], _actor: Merchant) -> int:
    """Make unfinished submissions due; a rejected order is final."""
    due = _make_due(
        OrderSubmission,
        rows,
        OrderSubmission.due_at.is_null(is_null=False),
    )
    runtime.wake_many(SUBMIT_ORDER, due, at_front=True)
    return len(due)


def _retry_updates(runtime: Runtime, rows: Sequence[FailingRow], actor: Merchant) -> int:
    due = _make_due(OrderUpdate, rows, OrderUpdate.state == OrderUpdateState.WAITING)
    runtime.wake_many(SEND_ORDER_UPDATES, {row.store_id or 0 for row in rows if row.id in due})
    sender = OrderSender(f"merchant {actor.id}", actor)
    retried = len(due)
    for row in OrderUpdate.select().where(OrderUpdate.id.in_(_ids(rows)), IS_FAILING_UPDATE):
        if row.id in due:
            continue
        try:
            retry_update(runtime, row.store_id, row.id, sender)
        except OrderUpdateStateError:
            continue
        retried += 1
    return retried


def _retry_circuits(runtime: Runtime, rows: Sequence[FailingRow], _actor: Merchant) -> int:
    """Have the daemon probe the API of these stores now."""
    changed = (
        CircuitBreaker.update(resume_at=utc_now())
        .where(CircuitBreaker.store.in_(_ids(rows)), IS_OPEN_CIRCUIT)
        .returning(CircuitBreaker.store)
        .execute()
    )
    return runtime.wake_many(DRAIN_EVENTS, {circuit.store_id for circuit in changed})


def _make_due(table: type[Any], rows: Sequence[FailingRow], condition: Any) -> set[int]:
    changed = (
        table.update(due_at=utc_now())
        .where(table.id.in_(_ids(rows)), condition)
        .returning(table.id)
        .execute()
    )
    return {row.id for row in changed}


def _ids(rows: Sequence[FailingRow]) -> list[int]:
    return [row.id for row in rows]


RETRIES: dict[str, Retry] = {
    "runs": _retry_runs,
    "events": _retry_events,
    "circuit_breakers": _retry_circuits,
    "submissions": _retry_submissions,
    "order_updates": _retry_updates,
    "deliveries": lambda runtime, rows, _actor: replay_deliveries(runtime, _ids(rows)),
    "emails": lambda runtime, rows, actor: retry_emails(runtime, _ids(rows), actor),
    "alerts": lambda runtime, rows, actor: retry_alerts(runtime, _ids(rows), actor),
    "channel_alerts": lambda runtime, rows, _actor: retry_channel_alerts(runtime, _ids(rows)),
    "connect_link_emails": lambda runtime, rows, _actor: retry_connect_link_emails(
        runtime, _ids(rows)
    ),
    "bulk_action_emails": lambda runtime, rows, _actor: retry_bulk_action_emails(
        runtime, _ids(rows)
    ),
    "queued_emails": lambda runtime, rows, _actor: retry_queued_emails(runtime, _ids(rows)),
}
