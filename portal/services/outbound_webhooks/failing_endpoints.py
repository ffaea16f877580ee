"""Warn merchants and channels of failing endpoints, and turn off endpoints that don't recover.

Warnings are due at fixed percentages of the allowed failure time, and only a failed attempt
triggers one, never the clock alone. If nothing else is due, a ping at each percentage checks
whether the endpoint works again. So nobody is warned of a failure that is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from peewee import fn

from portal.models import (
    IS_UNFINISHED,
    Delivery,
    DeliveryState,
    EndpointAlert,
    EndpointState,
    OffReason,
    OutboundEvent,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.notifications.notification_times import email_due_at
from portal.rules.outbound_webhooks.endpoint_health import (
    RETENTION_WHILE_OFF,
    TURN_OFF_PERCENT,
    due_warning,
    failed_percent,
    percent_reached_at,
)
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.alerts import quiet_hours_of, recipient_of
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# A round is short, so the schedule's other entries don't wait. The next round follows soon.
ROWS_PER_ROUND = 500


def warn_or_turn_off(endpoint: WebhookEndpoint, allowed: timedelta) -> None:
    """Queue a warning or turn the endpoint off, if one is due after a failed attempt.

    Call it in the transaction that locks the endpoint's row.
    """
    percent = failed_percent(endpoint.failing_since_at, utc_now(), allowed)
    step = due_warning(percent, endpoint.alerted_percent)
    if step == TURN_OFF_PERCENT:
        turn_off(endpoint, OffReason.FAILING)
    elif step is not None:
        log.warning("endpoint.failing", endpoint=endpoint.id, percent=step)
        _queue_alert(endpoint, step)


def turn_off(endpoint: WebhookEndpoint, reason: OffReason) -> None:
    """Turn an endpoint off, and queue an alert to its merchant."""
    endpoint.state, endpoint.state_changed_at = EndpointState.OFF, utc_now()
    endpoint.off_reason = reason
    endpoint.save(
        only=[WebhookEndpoint.state, WebhookEndpoint.state_changed_at, WebhookEndpoint.off_reason]
    )
    log.warning("endpoint.turned_off", endpoint=endpoint.id, reason=reason)
    _queue_alert(endpoint, TURN_OFF_PERCENT)


def ping_failing_endpoints(runtime: Runtime) -> int:
    """Ping each failing endpoint with a warning due and no due delivery; return how many."""
    allowed = timedelta(hours=runtime.settings.endpoint_disable_after_hours)
    failing = WebhookEndpoint.select().where(
        WebhookEndpoint.state == EndpointState.ON,
        WebhookEndpoint.failing_since_at.is_null(is_null=False),
    )
    asked = 0
    for endpoint in failing:
        if _needs_ping(endpoint, utc_now(), allowed):
            with database.atomic():
                queue_ping(endpoint)
            asked += 1
    return asked


def queue_ping(endpoint: WebhookEndpoint) -> None:
    """Create a ping for an endpoint; the daemon sends it."""
    event = OutboundEvent.create(type=OutboundEventType.PING)
    Delivery.create(event=event, endpoint=endpoint)


def expire_deliveries(runtime: Runtime) -> int:  # noqa: ARG001 - the schedule's signature
    """Give up deliveries that waited too long for endpoints off or paused; return how many."""
    oldest = utc_now() - RETENTION_WHILE_OFF
    stopped = WebhookEndpoint.select(WebhookEndpoint.id).where(
        WebhookEndpoint.state != EndpointState.ON, WebhookEndpoint.state_changed_at <= oldest
    )
    ids = [
        row.id
        for row in Delivery.select(Delivery.id)
        .where(Delivery.endpoint.in_(stopped), IS_UNFINISHED, ~Delivery.is_test)
        .limit(ROWS_PER_ROUND)
    ]
    given_up: int = (
        Delivery.update(state=DeliveryState.GIVEN_UP, error="off", finished_at=utc_now())
        .where(Delivery.id.in_(ids), IS_UNFINISHED)
        .execute()
    )
    return given_up


def _needs_ping(endpoint: WebhookEndpoint, now: datetime, allowed: timedelta) -> bool:
    since = endpoint.failing_since_at
    percent = failed_percent(since, now, allowed)
    step = due_warning(percent, endpoint.alerted_percent)
    if step is None:
        return False
    last: datetime | None = endpoint.last_attempt_at
    if last is not None and last >= percent_reached_at(since, step, allowed):
        return False
    is_asked = fn.EXISTS(
        OutboundEvent.select(1).where(
            OutboundEvent.id == Delivery.event, OutboundEvent.type == OutboundEventType.PING
        )
    )
    waits = Delivery.select().where(Delivery.endpoint == endpoint, IS_UNFINISHED)
    return not waits.where((Delivery.due_at <= now) | is_asked).exists()


def _queue_alert(endpoint: WebhookEndpoint, percent: int) -> None:
    """Queue an alert to the endpoint's merchant or channel; it is due outside quiet hours.

    A channel without a contact gets none. Operators are alerted when an endpoint is turned off.
    """
    if recipient_of(endpoint):
        quiet = quiet_hours_of(endpoint)
        due_at = email_due_at(utc_now(), last_email_at=None, quiet=quiet)
        EndpointAlert.create(endpoint=endpoint, percent=percent, due_at=due_at)
    endpoint.alerted_percent = percent
    endpoint.save(only=[WebhookEndpoint.alerted_percent])
