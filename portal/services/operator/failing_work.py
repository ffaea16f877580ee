"""Work of all stores that is failing or was given up, by kind and cause.

Each kind has a partial index of its failing rows. The latest of them are counted, so the cost has a
limit, whatever fails.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import Case, ModelSelect, Select, Value, fn

from portal.i18n import N_
from portal.models import (
    IS_FAILING_DELIVERY,
    IS_FAILING_EMAIL,
    IS_FAILING_EVENT,
    IS_FAILING_RUN,
    IS_FAILING_SUBMISSION,
    IS_FAILING_UPDATE,
    UNDELIVERED_STATES,
    WORKING_STATES,
    Delivery,
    DeliveryState,
    EndpointAlert,
    EventState,
    Issue,
    Notification,
    OrderSubmission,
    OrderUpdate,
    OrderUpdateState,
    OutboundEvent,
    RunState,
    Store,
    SyncRun,
    WebhookEndpoint,
    WebhookEvent,
    database,
    utc_now,
)
from portal.models.fields import UtcDateTimeField
from portal.rules.orders.submission_states import SubmissionState

# Failing rows of each kind that are read, the newest ones.
ROWS_READ = 2_000
# A rejected order is final, so it is of interest for a short time.
REJECTED_FOR = timedelta(days=1)


@dataclass(frozen=True)
class FailingKind:
    """Kind of failing work; ``latest`` returns the query of its newest failing rows.

    The query has the columns id, error, store_id, at (when the work was requested), is_given_up
    and example, which is part of the URL of a row.
    """

    title: str
    latest: Callable[[], ModelSelect[Any]]


def _latest(
    table: type[Any], is_failing: Any, *, store: Any, at: Any, given_up: Any, example: Any
) -> ModelSelect[Any]:
    columns = (
        table.id,
        table.error,
        store.alias("store_id"),
        at.alias("at"),
        Case(None, [(given_up, 1)], 0).alias("is_given_up"),
        example.alias("example"),
    )
    newest: ModelSelect[Any] = (
        table.select(*columns).where(is_failing).order_by(table.id.desc()).limit(ROWS_READ)
    )
    return newest


def _runs() -> ModelSelect[Any]:
    """Return failing runs of working stores, without failed ones that another run followed."""
    later = SyncRun.alias()
    is_followed = fn.EXISTS(
        later.select(1).where(
            later.store == SyncRun.store,
            later.resource == SyncRun.resource,
            later.id > SyncRun.id,
        )
    )
    is_working = fn.EXISTS(
        Store.select(1).where(Store.id == SyncRun.store, Store.state.in_(WORKING_STATES))
    )
    return _latest(
        SyncRun,
        IS_FAILING_RUN,
        store=SyncRun.store,
        at=SyncRun.created_at,
        given_up=SyncRun.state == RunState.FAILED,
        example=SyncRun.id,
    ).where(is_working, SyncRun.state != RunState.PAUSED, ~is_followed)


def _events() -> ModelSelect[Any]:
    return _latest(
        WebhookEvent,
        IS_FAILING_EVENT,
        store=WebhookEvent.store_id,
        at=WebhookEvent.received_at,
        given_up=WebhookEvent.state == EventState.DEAD,
        example=WebhookEvent.event_id,
    )


def _submissions() -> ModelSelect[Any]:
    since = utc_now() - REJECTED_FOR
    is_rejected = OrderSubmission.state == SubmissionState.REJECTED
    return _latest(
        OrderSubmission,
        IS_FAILING_SUBMISSION,
        store=OrderSubmission.store,
        at=OrderSubmission.received_at,
        given_up=is_rejected,
        example=OrderSubmission.id,
    ).where(~is_rejected | (OrderSubmission.finished_at > since))


def _updates() -> ModelSelect[Any]:
    return _latest(
        OrderUpdate,
        IS_FAILING_UPDATE,
        store=OrderUpdate.store,
        at=OrderUpdate.requested_at,
        given_up=OrderUpdate.state == OrderUpdateState.FAILED,
        example=OrderUpdate.order_id,
    )


def _deliveries() -> ModelSelect[Any]:
    event = OutboundEvent.id == Delivery.event
    return _latest(
        Delivery,
        IS_FAILING_DELIVERY,
        store=OutboundEvent.select(OutboundEvent.store).where(event),
        at=OutboundEvent.select(OutboundEvent.happened_at).where(event),
        given_up=Delivery.state == DeliveryState.GIVEN_UP,
        example=Delivery.endpoint,
    )


def _emails() -> ModelSelect[Any]:
    return _latest(
        Notification,
        IS_FAILING_EMAIL,
        store=Issue.select(Issue.store).where(Issue.id == Notification.issue),
        at=Notification.created_at,
        given_up=Notification.state.in_(UNDELIVERED_STATES),
        example=Notification.id,
    )


def _alerts() -> ModelSelect[Any]:
    endpoint = WebhookEndpoint.id == EndpointAlert.endpoint
    return _latest(
        EndpointAlert,
        IS_FAILING_EMAIL,
        store=WebhookEndpoint.select(WebhookEndpoint.store).where(endpoint),
        at=EndpointAlert.created_at,
        given_up=EndpointAlert.state.in_(UNDELIVERED_STATES),
        example=EndpointAlert.id,
    )


FAILING_KINDS = {
    "submissions": FailingKind(N_("Order submissions"), _submissions),
    "order_updates": FailingKind(N_("Order updates"), _updates),
    "runs": FailingKind(N_("Sync runs"), _runs),
    "events": FailingKind(N_("Webhook events"), _events),
    "deliveries": FailingKind(N_("Webhook deliveries"), _deliveries),
    "emails": FailingKind(N_("E-mails"), _emails),
    "alerts": FailingKind(N_("E-mails about endpoints"), _alerts),
}


@dataclass(frozen=True)
class FailingRows:
    """Failing rows of one store with the same error text; ``store_id`` is None without a store."""

    error: str
    store_id: int | None
    count: int
    given_up: int
    first_at: datetime
    last_at: datetime
    example: str


def count_failing(kind: str) -> Sequence[FailingRows]:
    """Return the failing rows of the kind by error and store, with one statement."""
    rows = FAILING_KINDS[kind].latest().alias("failing")
    found = Select(
        [rows],
        [
            rows.c.error,
            rows.c.store_id,
            fn.COUNT(Value(1)),
            fn.SUM(rows.c.is_given_up),
            fn.MIN(rows.c.at),
            fn.MAX(rows.c.at),
            fn.MAX(rows.c.example),
        ],
    ).group_by(rows.c.error, rows.c.store_id)
    return [
        FailingRows(
            error or "", store_id, count, int(given_up), _at(first), _at(last), str(example)
        )
        for error, store_id, count, given_up, first, last, example in (
            database.execute(found).fetchall()
        )
    ]


def _at(stored: Any) -> datetime:
    at: datetime = UtcDateTimeField().python_value(stored)  # type: ignore[assignment]
    return at
