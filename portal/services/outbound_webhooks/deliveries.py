"""Read deliveries and what bounds them, and write their ends: for both sides of an attempt."""

from __future__ import annotations

from typing import Any

from portal.models import ChannelEndpoint, Delivery, DeliveryState, OutboxMessage, utc_now
from portal.rules.outbound_webhooks.outbound_events import OutboundEvent
from portal.rules.webhooks.event_retry import EVENT_BACKOFF
from portal.services.work.row_locks import locked


def lock_endpoint(endpoint_id: int) -> ChannelEndpoint | None:
    """Return the endpoint's row, locked until the commit; None if it was deleted."""
    chosen = ChannelEndpoint.select().where(ChannelEndpoint.id == endpoint_id)
    endpoint: ChannelEndpoint | None = locked(chosen).first()
    return endpoint


def with_message() -> Any:
    """Return the query of deliveries with their messages."""
    return Delivery.select(Delivery, OutboxMessage).join(OutboxMessage)


def attempts_limit(message: OutboxMessage) -> int:
    """Return after how many attempts a message is given up; a test event is sent once."""
    return 1 if message.type == OutboundEvent.PING else EVENT_BACKOFF.attempts_limit


def finish(delivery: Delivery, state: DeliveryState, error: str | None = None) -> None:
    """Write how a delivery has ended, and why if it did not arrive."""
    delivery.state, delivery.error, delivery.finished_at = state, error, utc_now()
    delivery.save(only=[Delivery.state, Delivery.error, Delivery.finished_at])
