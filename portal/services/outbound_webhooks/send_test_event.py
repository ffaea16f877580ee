"""Queue test events: examples of any event type, which the daemon sends like real ones."""

from __future__ import annotations

from portal.jobs import DELIVER_WEBHOOKS
from portal.models import Delivery, Merchant, OutboundEvent, WebhookEndpoint, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.deliveries import lock_endpoint
from portal.services.outbound_webhooks.endpoints import log_for_stores
from portal.services.runtime import Runtime


def send_test_event(
    runtime: Runtime,
    endpoint: WebhookEndpoint,
    event_type: OutboundEventType,
    actor: Merchant | None = None,
) -> Delivery | None:
    """Queue a test event, even if the endpoint is off; return its delivery, None if it was deleted.

    The event has no store, and its payload is an example. A success resets the endpoint's failures;
    a failure doesn't count as one. ``actor`` is None for the current key.
    """
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return None
        event = OutboundEvent.create(type=event_type)
        delivery: Delivery = Delivery.create(event=event, endpoint=held, is_test=True)
        after = {"type": event_type}
        log_for_stores(held, actor, AuditAction.ENDPOINT_TESTED, after=after)
    runtime.wake(DELIVER_WEBHOOKS, at_front=True)
    return delivery
