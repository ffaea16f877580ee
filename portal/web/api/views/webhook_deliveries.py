"""Test events to endpoints of the calling key's channel, and deliveries with their outcome."""

from __future__ import annotations

from flask import request, url_for

from portal.models import Delivery, DeliveryState
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.api_keys.token_bucket import Bucket, BucketLimit
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.outbound_webhooks.replay import delivery_of
from portal.services.outbound_webhooks.send_test_event import send_test_event
from portal.web.api.authentication import current_key, key_rate_limit
from portal.web.api.call_limits import OF_TEST_EVENTS
from portal.web.api.endpoints import endpoint
from portal.web.api.problems import ProblemError
from portal.web.api.responses import ApiResponse
from portal.web.api.views.webhook_endpoints import endpoint_or_404
from portal.web.api.webhook_endpoint_schemas import NewTestEvent, WebhookDelivery
from portal.web.runtime import current_runtime

# Each is sent to an address that its owner chooses, and keeps a sender busy for up to ten seconds.
TEST_EVENTS = BucketLimit(per_minute=10, burst=10)


def test_event_limit() -> list[Bucket]:
    """Return the token buckets of a test event: that of the endpoint, and that of all calls."""
    endpoint_id = (request.view_args or {})["endpoint_id"]
    key = f"{OF_TEST_EVENTS}:{current_key().channel_id}:{endpoint_id}"
    return [Bucket(OF_TEST_EVENTS, key, TEST_EVENTS), *key_rate_limit()]


@endpoint(
    "POST",
    "/webhook-endpoints/<key:endpoint_id>/test",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=test_event_limit,
    body=NewTestEvent,
    responses={202: WebhookDelivery},
    sends=("Location",),
)
def send_webhook_test_event(endpoint_id: int, body: NewTestEvent) -> ApiResponse:
    """Send a test event of any type to an endpoint, also to one that is paused or off.

    Its payload is the example of the type, with `test: true` beside `type`. It is signed and sent
    like a real event, repeated once after a failure, and its failures don't count against the
    endpoint. Ten are accepted at once, then one each six seconds. The `Location` has the delivery
    with its outcome.
    """
    sent = send_test_event(current_runtime(), endpoint_or_404(endpoint_id), body.type)
    if sent is None:
        raise ProblemError("not_found", "The endpoint was deleted.")
    place = url_for(
        "api.get_webhook_delivery", endpoint_id=endpoint_id, delivery_id=sent.id, _external=True
    )
    return ApiResponse(_schema(sent), 202, {"Location": place, "Retry-After": "1"})


@endpoint(
    "GET",
    "/webhook-endpoints/<key:endpoint_id>/deliveries/<key:delivery_id>",
    tag="Channel",
    scope=KeyScope.MANAGE_KEYS,
    limit=key_rate_limit,
    responses={200: WebhookDelivery},
)
def get_webhook_delivery(endpoint_id: int, delivery_id: int) -> WebhookDelivery:
    """Retrieve a delivery of an event to an endpoint.

    Deliveries are kept for 30 days.
    """
    found = delivery_of(endpoint_or_404(endpoint_id), delivery_id)
    if found is None:
        raise ProblemError("not_found", "The endpoint has no delivery with this ID.")
    return _schema(found)


def _schema(row: Delivery) -> WebhookDelivery:
    return WebhookDelivery(
        id=row.id,
        event_id=row.event.uid,
        type=OutboundEventType(row.event.type),
        test=row.is_test,
        state=DeliveryState(row.state),
        attempts=row.attempts,
        error=row.error,
        created_at=row.event.happened_at,
        finished_at=row.finished_at,
    )
