"""Kinds of work that fail, each with the query of its latest failing rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from peewee import ModelSelect, Value, fn

from portal.i18n import N_
from portal.models import (
    IS_FAILING_DELIVERY,
    IS_FAILING_EVENT,
    IS_FAILING_RUN,
    IS_FAILING_SUBMISSION,
    IS_FAILING_UPDATE,
    IS_OPEN_CIRCUIT,
    WORKING_STATES,
    CircuitBreaker,
    Delivery,
    DeliveryState,
    EventState,
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
from portal.services.operator.failing_emails import FAILING_EMAILS
from portal.services.operator.latest_failing import ROWS_READ, FailingKind, latest_failing

# A rejected order is final, so it is of interest for a short time.
REJECTED_FOR = timedelta(days=1)


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
    return latest_failing(
        SyncRun,
        IS_FAILING_RUN,
        store=SyncRun.store,
        at=SyncRun.created_at,
        given_up=SyncRun.state == RunState.FAILED,
        example=SyncRun.id,
    ).where(is_working, SyncRun.state != RunState.PAUSED, ~is_followed)


def _events() -> ModelSelect[Any]:
    return latest_failing(
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
    return latest_failing(
        OrderSubmission,
        IS_FAILING_SUBMISSION,
        store=OrderSubmission.store,
        at=OrderSubmission.received_at,
        given_up=is_rejected,
        example=OrderSubmission.id,
    ).where(~is_rejected | (OrderSubmission.finished_at > since))


def _updates() -> ModelSelect[Any]:
    return latest_failing(
        OrderUpdate,
        IS_FAILING_UPDATE,
        store=OrderUpdate.store,
        at=OrderUpdate.requested_at,
        given_up=OrderUpdate.state == OrderUpdateState.FAILED,
        example=OrderUpdate.order_id,
    )


def _deliveries() -> ModelSelect[Any]:
    event = OutboundEvent.id == Delivery.event
    return latest_failing(
        Delivery,
        IS_FAILING_DELIVERY,
        store=OutboundEvent.select(OutboundEvent.store).where(event),
        at=OutboundEvent.select(OutboundEvent.happened_at).where(event),
        given_up=Delivery.state == DeliveryState.GIVEN_UP,
        example=WebhookEndpoint.select(WebhookEndpoint.merchant).where(
            WebhookEndpoint.id == Delivery.endpoint
        ),
    ).where(~Delivery.is_test)


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
    **FAILING_EMAILS,
}
