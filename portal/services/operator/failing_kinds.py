"""Kinds of work that fail, each with the query of its latest failing rows.

Each kind has a partial index of these rows. Only the latest are read, so the cost has a limit,
whatever fails.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import Case, ModelSelect, Value, fn

from portal.i18n import N_
from portal.models import (
    IS_FAILING_DELIVERY,
    IS_FAILING_EMAIL,
    IS_FAILING_EVENT,
    IS_FAILING_RUN,
    IS_FAILING_SUBMISSION,
    IS_FAILING_UPDATE,
    IS_OPEN_CIRCUIT,
    UNDELIVERED_STATES,
    WORKING_STATES,
    BulkAction,
    BulkActionEmail,
    BulkActionState,
    ChannelAlertEmail,
    CircuitBreaker,
    ConnectLinkEmail,
    Delivery,
    DeliveryState,
    EndpointAlert,
    EventState,
    Issue,
    Notification,
    Onboarding,
    OrderSubmission,
    OrderUpdate,
    OrderUpdateState,
    OutboundEvent,
    RunState,
    Store,
    SyncRun,
    WebhookEndpoint,
    WebhookEvent,
    utc_now,
)
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
        example=WebhookEndpoint.select(WebhookEndpoint.merchant).where(
            WebhookEndpoint.id == Delivery.endpoint
        ),
    ).where(~Delivery.is_test)


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


def _bulk_action_emails() -> ModelSelect[Any]:
    """Return failing emails of all actions; those of a canceled one are not sent any more."""
    canceled = BulkAction.select(1).where(
        BulkAction.id == BulkActionEmail.bulk_action,
        BulkAction.state == BulkActionState.CANCELED,
    )
    return _latest(
        BulkActionEmail,
        IS_FAILING_EMAIL,
        store=Value(None),
        at=BulkActionEmail.created_at,
        given_up=BulkActionEmail.state.in_(UNDELIVERED_STATES),
        example=BulkActionEmail.bulk_action,
    ).where(~fn.EXISTS(canceled))


def _channel_alerts() -> ModelSelect[Any]:
    return _latest(
        ChannelAlertEmail,
        IS_FAILING_EMAIL,
        store=Value(None),
        at=ChannelAlertEmail.created_at,
        given_up=ChannelAlertEmail.state.in_(UNDELIVERED_STATES),
        example=ChannelAlertEmail.channel,
    )


def _connect_link_emails() -> ModelSelect[Any]:
    """Return failing emails with links that can still be used."""
    is_open = Onboarding.select(1).where(
        Onboarding.id == ConnectLinkEmail.onboarding,
        Onboarding.finished_at.is_null(),
        Onboarding.withdrawn_at.is_null(),
    )
    return _latest(
        ConnectLinkEmail,
        IS_FAILING_EMAIL,
        store=Value(None),
        at=ConnectLinkEmail.created_at,
        given_up=ConnectLinkEmail.state.in_(UNDELIVERED_STATES),
        example=ConnectLinkEmail.onboarding,
    ).where(fn.EXISTS(is_open))


def _circuit_breakers() -> ModelSelect[Any]:
    """Return stores whose API fails, so that all their events wait."""
    columns = (
        CircuitBreaker.store.alias("id"),
        CircuitBreaker.error,
        CircuitBreaker.store.alias("store_id"),
        CircuitBreaker.opened_at.alias("at"),
        Value(0).alias("is_given_up"),
        CircuitBreaker.store.alias("example"),
    )
    newest: ModelSelect[Any] = (
        CircuitBreaker.select(*columns)
        .where(IS_OPEN_CIRCUIT)
        .order_by(CircuitBreaker.store.desc())
        .limit(ROWS_READ)
    )
    return newest


FAILING_KINDS = {
    "submissions": FailingKind(N_("Order submissions"), _submissions),
    "order_updates": FailingKind(N_("Order updates"), _updates),
    "runs": FailingKind(N_("Sync runs"), _runs),
    "events": FailingKind(N_("Webhook events"), _events),
    "circuit_breakers": FailingKind(
        N_("Event processing that waits for a store's API"), _circuit_breakers
    ),
    "deliveries": FailingKind(N_("Webhook deliveries"), _deliveries),
    "emails": FailingKind(N_("E-mails"), _emails),
    "alerts": FailingKind(N_("E-mails about endpoints"), _alerts),
    "channel_alerts": FailingKind(N_("E-mails to channels about issues"), _channel_alerts),
    "connect_link_emails": FailingKind(N_("E-mails with connect links"), _connect_link_emails),
    "bulk_action_emails": FailingKind(N_("E-mails to merchants"), _bulk_action_emails),
}
