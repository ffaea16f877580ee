"""List what was sent to an endpoint, and send it again: one, or all that did not arrive."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.jobs import DELIVER_MESSAGES
from portal.models import (
    IS_UNFINISHED,
    ChannelEndpoint,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Merchant,
    OutboxMessage,
    database,
    utc_now,
)
from portal.rules.outbound_webhooks.outbound_events import OutboundEvent
from portal.services.outbound_webhooks.deliveries import with_message
from portal.services.outbound_webhooks.endpoints import note_for_stores
from portal.services.pagination import KeyPage, page_by_key
from portal.services.runtime import Runtime

ATTEMPTS_SHOWN = 50
# A statement of some ten milliseconds, so that nobody waits long.
REPLAYED_AT_ONCE = 500
NOT_ARRIVED = (DeliveryState.FAILED, DeliveryState.GIVEN_UP)


def browse_deliveries(
    endpoint: ChannelEndpoint,
    state: DeliveryState | None,
    *,
    after: int | None = None,
    before: int | None = None,
) -> KeyPage[Delivery]:
    """Return a page of what was, or is to be, sent to the endpoint, the newest first."""
    rows = with_message().where(Delivery.endpoint == endpoint)
    if state is not None:
        rows = rows.where(Delivery.state == state)
    return page_by_key(rows, Delivery.id, after=after, before=before)


def delivery_of(endpoint: ChannelEndpoint, delivery_id: int) -> Delivery | None:
    """Return one of the endpoint's deliveries with its message, else None."""
    found: Delivery | None = (
        with_message().where(Delivery.id == delivery_id, Delivery.endpoint == endpoint).first()
    )
    return found


def attempts_of(delivery: Delivery) -> Sequence[DeliveryAttempt]:
    """Return the last attempts of a delivery, the latest first."""
    rows = DeliveryAttempt.select().where(DeliveryAttempt.delivery == delivery)
    return list(rows.order_by(DeliveryAttempt.id.desc()).limit(ATTEMPTS_SHOWN))


def count_unfinished(endpoint: ChannelEndpoint) -> int:
    """Return how many messages wait for the endpoint."""
    count: int = Delivery.select().where(Delivery.endpoint == endpoint, IS_UNFINISHED).count()
    return count


def replay_one(
    runtime: Runtime, endpoint: ChannelEndpoint, delivery: Delivery, merchant: Merchant
) -> None:
    """Send one message again, whether or not it arrived; its attempts begin anew."""
    with database.atomic():
        _send_again([delivery.id])
        # Whoever asks for it has mended something.
        ChannelEndpoint.update(resume_at=None).where(ChannelEndpoint.id == endpoint.id).execute()
        note_for_stores(endpoint, merchant, "endpoint.replayed", after={"delivery": delivery.id})
    runtime.wake(DELIVER_MESSAGES, is_awaited=True)


def count_not_arrived(endpoint: ChannelEndpoint, since: datetime) -> int:
    """Return how many messages of the time since then have failed or were given up."""
    count: int = _not_arrived(endpoint, since).count()
    return count


def replay_not_arrived(
    runtime: Runtime, endpoint: ChannelEndpoint, since: datetime, merchant: Merchant
) -> int:
    """Send again what has failed, or was given up, since then; return how many that are."""
    replayed = 0
    while ids := [row.id for row in _not_arrived(endpoint, since).limit(REPLAYED_AT_ONCE)]:
        with runtime.turn.taken(), database.atomic():
            replayed += _send_again(ids)
    with database.atomic():
        ChannelEndpoint.update(resume_at=None).where(ChannelEndpoint.id == endpoint.id).execute()
        note_for_stores(endpoint, merchant, "endpoint.replayed", after={"count": replayed})
    runtime.wake(DELIVER_MESSAGES, is_awaited=True)
    return replayed


def _not_arrived(endpoint: ChannelEndpoint, since: datetime) -> Any:
    """Return the query of what a replay is of; a test has said what it has to say."""
    return (
        Delivery.select(Delivery.id)
        .join(OutboxMessage)
        .where(
            Delivery.endpoint == endpoint,
            Delivery.state.in_(NOT_ARRIVED),
            OutboxMessage.happened_at >= since,
            OutboxMessage.type != OutboundEvent.PING,
        )
    )


def _send_again(ids: Sequence[int]) -> int:
    now = utc_now()
    written: int = (
        Delivery.update(
            state=DeliveryState.WAITING, attempts=0, error=None, due_at=now, finished_at=None
        )
        .where(Delivery.id.in_(ids))
        .execute()
    )
    return written
