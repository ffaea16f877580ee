"""Facts of many stores that their summaries are derived from, one statement per table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from peewee import JOIN, Expression, Field, fn

from portal.models import (
    SYNC_ORDER,
    Issue,
    Membership,
    Merchant,
    OrderSubmission,
    OrderUpdate,
    Quarantine,
    Role,
    Store,
    StoreSummary,
    SyncRun,
    SyncState,
    WebhookEvent,
    database,
)
from portal.models.fields import UtcDateTimeField
from portal.models.order_submission import IS_UNKNOWN_OR_REJECTED
from portal.models.order_update import IS_UNDECIDED
from portal.models.webhook_event import IS_DEAD
from portal.rules.orders.submission_states import SubmissionState, is_failure

# A refused order needs no attention for ever: its channel has ordered again, or given up.
REFUSED_ORDERS_COUNT_FOR = timedelta(days=7)
# Condition that selects stores by the column with their ids.
Among = Callable[[Field], Expression]
_read_time: Callable[[Any], Any] = UtcDateTimeField().python_value


class ResourceState(NamedTuple):
    """Columns of a sync state that the freshness of its resource depends on."""

    resource: str
    last_success_at: datetime | None = None
    paused_at: datetime | None = None
    check_interval_s: int | None = None


class LastRun(NamedTuple):
    """Columns of a resource's last run that its freshness depends on."""

    state: str
    failures: int
    finished_at: datetime | None


@dataclass(frozen=True)
class StoreFacts:
    """Facts by store; counts lack the stores without any."""

    stores: Mapping[int, Store]
    owner_emails: Mapping[int, str]
    summaries: Mapping[int, StoreSummary]
    resources: Mapping[tuple[int, str], tuple[ResourceState, LastRun | None]]
    last_changes: Mapping[int, datetime]
    open_issues: Mapping[int, int]
    unreadable: Mapping[int, int]
    failed_events: Mapping[int, int]
    failing_orders: Mapping[int, int]

    def resources_of(self, store_id: int) -> Iterator[tuple[ResourceState, LastRun | None]]:
        """Yield each resource's state and last run; one that was never read has an empty state."""
        for resource in SYNC_ORDER:
            yield self.resources.get((store_id, resource), (ResourceState(resource), None))


def read_facts(among: Among, now: datetime) -> StoreFacts:
    """Return the facts of these stores; a store that no longer exists is left out."""
    stores = {store.id: store for store in _stores(among)}
    summaries = StoreSummary.select().where(among(StoreSummary.store))
    resources, changes = _resources(among)
    for store in stores.values():
        if store.last_event_at is not None:
            known = changes.get(store.id)
            changes[store.id] = max(known or store.last_event_at, store.last_event_at)
    return StoreFacts(
        stores=stores,
        owner_emails=_owner_emails(among),
        summaries={summary.store_id: summary for summary in summaries},
        resources=resources,
        last_changes=changes,
        open_issues=_counts(Issue.store, among, Issue.resolved_at.is_null()),
        unreadable=_counts(Quarantine.store, among, Quarantine.resolved_at.is_null()),
        failed_events=_counts(WebhookEvent.store_id, among, IS_DEAD),
        failing_orders=_failing_orders(among, now),
    )


def _stores(among: Among) -> Sequence[Store]:
    columns = (
        Store.id,
        Store.name,
        Store.url,
        Store.state,
        Store.state_changed_at,
        Store.is_closed,
        Store.webhook_health,
        Store.webhook_health_changed_at,
        Store.last_event_at,
    )
    return list(Store.select(*columns).where(among(Store.id)))


def _owner_emails(among: Among) -> dict[int, str]:
    query = (
        Membership.select(Membership.store, Merchant.email)
        .join(Merchant)
        .where(among(Membership.store), Membership.role == Role.OWNER)
    )
    return dict(_rows(query))


def _resources(
    among: Among,
) -> tuple[dict[tuple[int, str], tuple[ResourceState, LastRun | None]], dict[int, datetime]]:
    """Return each resource's state and last run, and each store's last change.

    Rows are read as tuples, because models of 25,000 of them took longer than all else.
    """
    run = SyncRun.alias()
    last = run.select(fn.MAX(run.id)).where(
        run.store == SyncState.store, run.resource == SyncState.resource
    )
    query = (
        SyncState.select(
            SyncState.store,
            SyncState.resource,
            SyncState.last_success_at,
            SyncState.paused_at,
            SyncState.check_interval_s,
            SyncState.remote_changed_at,
            SyncRun.state,
            SyncRun.failures,
            SyncRun.finished_at,
        )
        .join(SyncRun, JOIN.LEFT_OUTER, on=(SyncRun.id == last))
        .where(among(SyncState.store))
    )
    resources: dict[tuple[int, str], tuple[ResourceState, LastRun | None]] = {}
    changes: dict[int, datetime] = {}
    for store_id, resource, success, paused, interval, changed, *of_run in _rows(query):
        state = ResourceState(resource, _read_time(success), _read_time(paused), interval)
        last_run = None
        if of_run[0] is not None:
            last_run = LastRun(of_run[0], of_run[1], _read_time(of_run[2]))
        resources[store_id, resource] = state, last_run
        if changed is not None:
            changed_at = _read_time(changed)
            changes[store_id] = max(changes.get(store_id, changed_at), changed_at)
    return resources, changes


def _counts(store: Field, among: Among, condition: Any) -> dict[int, int]:
    query = store.model.select(store, fn.COUNT(1)).where(among(store), condition)
    return dict(_rows(query.group_by(store)))


def _failing_orders(among: Among, now: datetime) -> dict[int, int]:
    counts = _counts(OrderUpdate.store, among, IS_UNDECIDED)
    for submission in _submissions(among, now):
        if is_failure(submission.state, submission.validation_errors):
            counts[submission.store_id] = counts.get(submission.store_id, 0) + 1
    return counts


def _submissions(among: Among, now: datetime) -> Sequence[OrderSubmission]:
    is_recent: Expression = OrderSubmission.finished_at > now - REFUSED_ORDERS_COUNT_FOR
    found = OrderSubmission.select(
        OrderSubmission.store, OrderSubmission.state, OrderSubmission.validation_errors
    ).where(
        among(OrderSubmission.store),
        IS_UNKNOWN_OR_REJECTED,
        (OrderSubmission.state == SubmissionState.UNKNOWN) | is_recent,
    )
    return list(found)


def _rows(query: Any) -> Any:
    return database.execute(query).fetchall()
