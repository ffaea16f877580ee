"""Load, lock and finish deliveries; shared by the beginning and the end of an attempt."""

from __future__ import annotations

from typing import Any

from portal.models import Delivery, DeliveryState, OutboundEvent, WebhookEndpoint, utc_now
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.rules.webhooks.event_retry import EVENT_BACKOFF
from portal.services.work.row_locks import locked

ATTEMPTS_OF_TEST = 2


def lock_endpoint(endpoint_id: int) -> WebhookEndpoint | None:
    """Return the endpoint's row, locked until the commit; None if it was deleted."""
    chosen = WebhookEndpoint.select().where(WebhookEndpoint.id == endpoint_id)
    endpoint: WebhookEndpoint | None = locked(chosen).first()
    return endpoint


def select_with_event() -> Any:
    """Return the query of deliveries with their events."""
    return Delivery.select(Delivery, OutboundEvent).join(OutboundEvent)


def max_attempts(delivery: Delivery) -> int:
    """Return the maximum number of attempts: a test is repeated once, another ping never."""
    if delivery.is_test:
        return ATTEMPTS_OF_TEST
    if delivery.event.type == OutboundEventType.PING:
        return 1
    return EVENT_BACKOFF.max_attempts


def finish_delivery(delivery: Delivery, state: DeliveryState, error: str | None = None) -> None:
    """Write the final state of a delivery, and the error if it did not arrive."""
    delivery.state, delivery.error, delivery.finished_at = state, error, utc_now()
    delivery.save(only=[Delivery.state, Delivery.error, Delivery.finished_at])
