"""Facts of many stores that their summaries are derived from, one statement per table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import Expression, Field, fn

from portal.models import (
    Membership,
    Merchant,
    OrderSubmission,
    OrderUpdate,
    Role,
    Store,
    StoreSummary,
    WebhookEvent,
    database,
)
from portal.models.order_submission import IS_UNKNOWN_OR_REJECTED
from portal.models.order_update import IS_UNDECIDED
from portal.models.webhook_event import IS_DEAD
from portal.rules.connection.health_word import StatusMarks
from portal.rules.orders.submission_states import SubmissionState, is_failure
from portal.services.connection.store_status import Among, read_marks
from portal.services.mirror.resource_states import (
    LastRun,
    ResourceState,
    ResourceStates,
    last_changes,
    read_resource_states,
    states_of,
)

# A refused order needs no attention for ever: its channel has ordered again, or given up.
REFUSED_ORDERS_COUNT_FOR = timedelta(days=7)


@dataclass(frozen=True)
class StoreFacts:
    """Facts by store; counts lack the stores without any."""

    stores: Mapping[int, Store]
    owner_emails: Mapping[int, str]
    summaries: Mapping[int, StoreSummary]
    resources: ResourceStates
    last_changes: Mapping[int, datetime]
    marks: Mapping[int, StatusMarks]
    failed_events: Mapping[int, int]
    failing_orders: Mapping[int, int]

    def resources_of(self, store_id: int) -> Sequence[tuple[ResourceState, LastRun | None]]:
        """Return each resource's state and last run; one that was never read has an empty state."""
        return states_of(self.resources, store_id)


def read_facts(among: Among, now: datetime) -> StoreFacts:
    """Return the facts of these stores; a store that no longer exists is left out."""
    stores = {store.id: store for store in _stores(among)}
    summaries = StoreSummary.select().where(among(StoreSummary.store))
    resources = read_resource_states(among)
    changes = last_changes(resources)
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
        marks=read_marks(among),
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
