"""Send a test event (ping) to an endpoint at once, while a person waits for the result."""

from __future__ import annotations

from portal.models import (
    Delivery,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.work.backoff import LAST_CHECK_AFTER
from portal.services.outbound_webhooks.attempts import begin_attempt
from portal.services.outbound_webhooks.deliveries import lock_endpoint
from portal.services.outbound_webhooks.endpoints import log_for_stores
from portal.services.outbound_webhooks.failing_endpoints import queue_ping
from portal.services.outbound_webhooks.results import record_result
from portal.services.outbound_webhooks.signed_request import open_sender, post_signed
from portal.services.runtime import Runtime


def send_test_event(runtime: Runtime, endpoint: WebhookEndpoint) -> Delivery | None:
    """Send a ping, even if the endpoint is off; return its delivery, None if it was deleted.

    The request is made between two short transactions. A success resets the endpoint's failures; a
    failure counts like any other if the endpoint is on.
    """
    with database.atomic():
        held = lock_endpoint(endpoint.id)
        if held is None:
            return None
        # Not due yet, so the daemon doesn't send it; if this process dies, the daemon gives it up.
        ping = queue_ping(held, due_at=utc_now() + LAST_CHECK_AFTER)
        log_for_stores(held, None, AuditAction.ENDPOINT_TESTED)
        signed_request = begin_attempt(runtime, held, ping, ping.event)
    if signed_request is not None:
        sender = open_sender(runtime.settings)
        result = post_signed(sender, signed_request)
        sender.close()
        record_result(runtime, signed_request, result)
    found: Delivery | None = Delivery.get_or_none(Delivery.id == ping.id)
    return found
