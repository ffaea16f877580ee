"""Take deliveries that are due, and begin their attempts.

An attempt is counted, and its row is there, before anything is sent: a message that kills its
process is not sent for ever, and one whose process was killed is sent again. Both sides of an
attempt are short transactions that hold the endpoint's row first; the network lies between them,
and `note_reply` is the other side.
"""

from __future__ import annotations

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
    OutboxMessage,
    database,
    utc_now,
)
from portal.rules.outbound_webhooks.outbound_payload import as_text, payload_of
from portal.rules.webhooks.event_retry import EVENT_BACKOFF
from portal.services.outbound_webhooks.deliveries import (
    attempts_limit,
    finish,
    lock_endpoint,
    with_message,
)
from portal.services.outbound_webhooks.http_sender import Reply
from portal.services.outbound_webhooks.results import note_reply
from portal.services.outbound_webhooks.signed_request import Parcel
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# One, and some more in case that the first are given up.
LOOKED_AT = 4


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
        endpoint = lock_endpoint(endpoint_id)
        if endpoint is None or not endpoint.is_on:
            return None
        for delivery in _due(endpoint):
            message = delivery.message
            if not _may_hear(endpoint, message):
                finish(delivery, DeliveryState.GIVEN_UP, "left")
            elif delivery.attempts >= attempts_limit(message):
                finish(delivery, DeliveryState.GIVEN_UP, delivery.error or "broken_off")
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
    delivery.due_at = EVENT_BACKOFF.check_at(delivery.attempts, now)
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
