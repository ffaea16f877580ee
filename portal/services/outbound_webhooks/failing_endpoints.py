"""Look after endpoints that fail: warn their merchants, and turn off what never gets well.

Marks are judged when an attempt has failed, never by the clock alone. Where nothing is left to
send, a ping asks at each mark whether the endpoint is well again, so that nobody is warned of, or
cut off for, what is over.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from peewee import fn

from portal.models import (
    IS_UNFINISHED,
    ChannelEndpoint,
    Delivery,
    DeliveryState,
    EndpointNotice,
    EndpointState,
    OffReason,
    OutboxMessage,
    database,
    utc_now,
)
from portal.rules.notifications.notification_times import letter_due_at
from portal.rules.outbound_webhooks.endpoint_health import (
    KEPT_WHILE_OFF,
    TURNED_OFF_AT,
    failed_percent,
    mark_reached_at,
    news_of_failing,
)
from portal.rules.outbound_webhooks.outbound_events import OutboundEvent
from portal.services.outbound_webhooks.alerts import quiet_hours_of
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# A round is short, so that the schedule's other entries don't wait; there is another one soon.
MOST_A_ROUND = 500


def note_failing(endpoint: ChannelEndpoint, allowed: timedelta) -> None:
    """Warn of an endpoint whose attempt has just failed, or turn it off, if it is time for that.

    In the transaction that holds the endpoint's row.
    """
    percent = failed_percent(endpoint.failing_since_at, utc_now(), allowed)
    mark = news_of_failing(percent, endpoint.told_percent)
    if mark == TURNED_OFF_AT:
        turn_off(endpoint, OffReason.FAILING)
    elif mark is not None:
        log.warning("endpoint.failing", endpoint=endpoint.id, percent=mark)
        _plan_notice(endpoint, mark)


def turn_off(endpoint: ChannelEndpoint, reason: OffReason) -> None:
    """Send nothing more to an endpoint, and tell its merchant why."""
    endpoint.state, endpoint.state_since_at = EndpointState.OFF, utc_now()
    endpoint.off_reason = reason
    endpoint.save(
        only=[ChannelEndpoint.state, ChannelEndpoint.state_since_at, ChannelEndpoint.off_reason]
    )
    log.warning("endpoint.turned_off", endpoint=endpoint.id, reason=reason)
    _plan_notice(endpoint, TURNED_OFF_AT)


def ask_failing(runtime: Runtime) -> int:
    """Have a ping ask each endpoint that came to a mark and has nothing due; return how many."""
    allowed = timedelta(hours=runtime.settings.endpoint_failing_hours)
    failing = ChannelEndpoint.select().where(
        ChannelEndpoint.state == EndpointState.ON,
        ChannelEndpoint.failing_since_at.is_null(is_null=False),
    )
    asked = 0
    for endpoint in failing:
        if _wants_ping(endpoint, utc_now(), allowed):
            with database.atomic():
                ping_later(endpoint)
            asked += 1
    return asked


def ping_later(endpoint: ChannelEndpoint, due_at: datetime | None = None) -> Delivery:
    """Write a ping to an endpoint; the daemon sends it, at once unless another time is given."""
    message = OutboxMessage.create(type=OutboundEvent.PING)
    delivery: Delivery = Delivery.create(
        message=message, endpoint=endpoint, due_at=due_at or utc_now()
    )
    return delivery


def give_up_kept(runtime: Runtime) -> int:  # noqa: ARG001 - the schedule's signature
    """Give up what has waited too long for endpoints that are off or paused; return how much."""
    oldest = utc_now() - KEPT_WHILE_OFF
    stopped = ChannelEndpoint.select(ChannelEndpoint.id).where(
        ChannelEndpoint.state != EndpointState.ON, ChannelEndpoint.state_since_at <= oldest
    )
    ids = [
        row.id
        for row in Delivery.select(Delivery.id)
        .where(Delivery.endpoint.in_(stopped), IS_UNFINISHED)
        .limit(MOST_A_ROUND)
    ]
    given_up: int = (
        Delivery.update(state=DeliveryState.GIVEN_UP, error="off", finished_at=utc_now())
        .where(Delivery.id.in_(ids), IS_UNFINISHED)
        .execute()
    )
    return given_up


def _wants_ping(endpoint: ChannelEndpoint, now: datetime, allowed: timedelta) -> bool:
    since = endpoint.failing_since_at
    percent = failed_percent(since, now, allowed)
    mark = news_of_failing(percent, endpoint.told_percent)
    if mark is None:
        return False
    last: datetime | None = endpoint.last_attempt_at
    if last is not None and last >= mark_reached_at(since, mark, allowed):
        return False
    is_asked = fn.EXISTS(
        OutboxMessage.select(1).where(
            OutboxMessage.id == Delivery.message, OutboxMessage.type == OutboundEvent.PING
        )
    )
    waits = Delivery.select().where(Delivery.endpoint == endpoint, IS_UNFINISHED)
    return not waits.where((Delivery.due_at <= now) | is_asked).exists()


def _plan_notice(endpoint: ChannelEndpoint, percent: int) -> None:
    """Write whom to tell; the mail goes when it disturbs nobody."""
    quiet = quiet_hours_of(endpoint)
    due_at = letter_due_at(utc_now(), last_letter_at=None, quiet=quiet)
    EndpointNotice.create(endpoint=endpoint, percent=percent, due_at=due_at)
    endpoint.told_percent = percent
    endpoint.save(only=[ChannelEndpoint.told_percent])
