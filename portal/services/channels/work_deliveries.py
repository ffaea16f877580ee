"""Take deliveries that are due, and note what came of each attempt.

An attempt is counted, and its row is there, before anything is sent: a message that kills its
process is not sent for ever, and one whose process was killed is sent again. Both sides of an
attempt are short transactions that hold the endpoint's row first; the network lies between them.
"""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import structlog
from peewee import fn

from portal.errors import SealedSecretError
from portal.models import (
    IS_UNFINISHED,
    ChannelEndpoint,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    EndpointState,
    Membership,
    OffReason,
    OutboxMessage,
    database,
    utc_now,
)
from portal.rules.endpoint_health import GONE, is_success, pause_s
from portal.rules.event_retry import ATTEMPTS_LIMIT, retry_in_s
from portal.rules.outbound_events import OutboundEvent
from portal.rules.outbound_payload import as_text, payload_of
from portal.services.channels.failing_endpoints import note_failing, turn_off
from portal.services.channels.message_line import Reply
from portal.services.channels.parcels import Parcel
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

CHANCE = Random()  # noqa: S311 - spreads retries, guards no secret
# After the last attempt a delivery is looked at once more, should its process have died.
CUT_OFF = timedelta(minutes=10)
# One, and some more in case that the first are given up.
LOOKED_AT = 4


def hold_endpoint(endpoint_id: int) -> ChannelEndpoint | None:
    """Return the endpoint's row, None if it is gone; nobody else changes it until the commit."""
    held = (
        ChannelEndpoint.update(state=ChannelEndpoint.state)
        .where(ChannelEndpoint.id == endpoint_id)
        .returning(ChannelEndpoint)
    )
    return next(iter(held.execute()), None)


def due_endpoints(limit: int) -> list[tuple[int, int]]:
    """Return endpoints that have something due, and how often each has failed in a row."""
    now = utc_now()
    has_due = fn.EXISTS(
        Delivery.select(1).where(
            Delivery.endpoint == ChannelEndpoint.id, IS_UNFINISHED, Delivery.due_at <= now
        )
    )
    rows = ChannelEndpoint.select(ChannelEndpoint.id, ChannelEndpoint.failures).where(
        ChannelEndpoint.state == EndpointState.ON,
        ChannelEndpoint.resume_at.is_null() | (ChannelEndpoint.resume_at <= now),
        has_due,
    )
    # Those that are well go first: their messages are on their way in a moment.
    ordered = rows.order_by(ChannelEndpoint.failures, ChannelEndpoint.id).limit(limit)
    return [(row.id, row.failures) for row in ordered]


def take_delivery(runtime: Runtime, endpoint_id: int) -> Parcel | None:
    """Count the next attempt of what is due longest for an endpoint; None if nothing is."""
    with database.atomic():
        endpoint = hold_endpoint(endpoint_id)
        if endpoint is None or not endpoint.is_on:
            return None
        for delivery in _due(endpoint):
            message = delivery.message
            if not _may_hear(endpoint, message):
                _finish(delivery, DeliveryState.GIVEN_UP, "left")
            elif delivery.attempts >= attempts_limit(message):
                _finish(delivery, DeliveryState.GIVEN_UP, delivery.error or "broken_off")
            else:
                return begin_attempt(runtime, endpoint, delivery, message)
    return None


def begin_attempt(
    runtime: Runtime, endpoint: ChannelEndpoint, delivery: Delivery, message: OutboxMessage
) -> Parcel | None:
    """Count an attempt and return what it sends, in the transaction that holds the endpoint.

    None if the endpoint's secret can't be opened: that attempt has failed already.
    """
    now = utc_now()
    delivery.attempts += 1
    wait_s = retry_in_s(delivery.attempts, CHANCE)
    delivery.due_at = now + (CUT_OFF if wait_s is None else timedelta(seconds=wait_s))
    delivery.save(only=[Delivery.attempts, Delivery.due_at])
    endpoint.last_attempt_at = now
    endpoint.save(only=[ChannelEndpoint.last_attempt_at])
    attempt = DeliveryAttempt.create(delivery=delivery, begun_at=now)
    parcel = Parcel(
        delivery.id,
        attempt.id,
        endpoint.id,
        endpoint.url,
        message.uid,
        body_of(runtime, message),
        _secrets_of(runtime, endpoint),
    )
    if not parcel.secrets:
        note_reply(runtime, parcel, Reply(None, 0, "secret"))
        return None
    return parcel


def note_reply(runtime: Runtime, parcel: Parcel, reply: Reply) -> DeliveryState | None:
    """Write what came of an attempt; return how the delivery stands, None if it is gone."""
    with database.atomic():
        endpoint = hold_endpoint(parcel.endpoint_id)
        delivery = with_message().where(Delivery.id == parcel.delivery_id).first()
        if endpoint is None or delivery is None:
            return None
        if is_success(reply.status):
            _finish(delivery, DeliveryState.DELIVERED)
            _note_success(endpoint)
        else:
            _note_failure(runtime, endpoint, delivery, reply)
        # Last, as a deletion comes by them: else the two could wait for each other.
        DeliveryAttempt.update(
            status=reply.status, ms=reply.ms, error=reply.error, answer=reply.text
        ).where(DeliveryAttempt.id == parcel.attempt_id).execute()
    log.info(
        "message.sent" if is_success(reply.status) else "message.not_taken",
        endpoint=parcel.endpoint_id,
        delivery=parcel.delivery_id,
        status=reply.status,
        error=reply.error,
        ms=reply.ms,
        state=delivery.state,
    )
    return DeliveryState(delivery.state)


def body_of(runtime: Runtime, message: OutboxMessage) -> str:
    """Return the text that is sent for a message, the same each time."""
    return as_text(
        payload_of(
            message.type,
            message.happened_at,
            portal_url=runtime.settings.portal_url,
            store_id=message.store_id,
            record_id=message.record_id,
            detail=message.detail,
        )
    )


def attempts_limit(message: OutboxMessage) -> int:
    """Return after how many attempts a message is given up; a test says what it says once."""
    return 1 if message.type == OutboundEvent.PING else ATTEMPTS_LIMIT


def with_message() -> Any:
    """Return the query of deliveries with their messages."""
    return Delivery.select(Delivery, OutboxMessage).join(OutboxMessage)


def _due(endpoint: ChannelEndpoint) -> list[Delivery]:
    rows = with_message().where(
        Delivery.endpoint == endpoint, IS_UNFINISHED, Delivery.due_at <= utc_now()
    )
    return list(rows.order_by(Delivery.due_at, Delivery.id).limit(LOOKED_AT))


def _may_hear(endpoint: ChannelEndpoint, message: OutboxMessage) -> bool:
    """Tell whether the endpoint's merchant still looks after the store (promise 9)."""
    if message.store_id is None:
        return True
    member = Membership.select().where(
        Membership.merchant == endpoint.merchant_id, Membership.store == message.store_id
    )
    return bool(member.exists())


def _secrets_of(runtime: Runtime, endpoint: ChannelEndpoint) -> tuple[str, ...]:
    """Return the secrets that sign just now, the newest first; none if it can't be opened."""
    previous = endpoint.sealed_previous_secret if endpoint.has_previous_secret(utc_now()) else None
    try:
        return tuple(
            runtime.sealer.open(sealed) for sealed in (endpoint.sealed_secret, previous) if sealed
        )
    except SealedSecretError:
        log.warning("endpoint.secret_closed", endpoint=endpoint.id)
        return ()


def _finish(delivery: Delivery, state: DeliveryState, error: str | None = None) -> None:
    delivery.state, delivery.error, delivery.finished_at = state, error, utc_now()
    delivery.save(only=[Delivery.state, Delivery.error, Delivery.finished_at])


def _note_success(endpoint: ChannelEndpoint) -> None:
    """Forget all that has failed: what arrives shows that the endpoint is well."""
    if endpoint.failing_since_at is not None:
        log.info("endpoint.recovered", endpoint=endpoint.id)
    ChannelEndpoint.update(
        last_success_at=utc_now(),
        failing_since_at=None,
        failures=0,
        told_percent=0,
        resume_at=None,
    ).where(ChannelEndpoint.id == endpoint.id).execute()


def _note_failure(
    runtime: Runtime, endpoint: ChannelEndpoint, delivery: Delivery, reply: Reply
) -> None:
    error = reply.error or f"http {reply.status}"
    if delivery.attempts >= attempts_limit(delivery.message):
        _finish(delivery, DeliveryState.GIVEN_UP, error)
    else:
        delivery.state, delivery.error = DeliveryState.FAILED, error
        delivery.save(only=[Delivery.state, Delivery.error])
    if not endpoint.is_on:
        return
    now = utc_now()
    endpoint.failing_since_at = endpoint.failing_since_at or now
    if endpoint.resume_at is None or endpoint.resume_at <= now:
        # Several that were under way at once fail together: that is one failure of the endpoint.
        endpoint.failures += 1
        wait_s = pause_s(endpoint.failures, CHANCE, asked_s=reply.asked_s)
        endpoint.resume_at = now + timedelta(seconds=wait_s)
    endpoint.save(
        only=[
            ChannelEndpoint.failures,
            ChannelEndpoint.failing_since_at,
            ChannelEndpoint.resume_at,
        ]
    )
    if reply.status == GONE:
        turn_off(endpoint, OffReason.GONE)
    else:
        note_failing(endpoint, timedelta(hours=runtime.settings.endpoint_failing_hours))
