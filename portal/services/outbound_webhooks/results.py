"""Note what came of an attempt: for its delivery, and for how its endpoint stands."""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal.models import (
    ChannelEndpoint,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    OffReason,
    database,
    utc_now,
)
from portal.rules.outbound_webhooks.endpoint_health import GONE, is_success, pause_s
from portal.services.outbound_webhooks.deliveries import (
    attempts_limit,
    finish,
    lock_endpoint,
    with_message,
)
from portal.services.outbound_webhooks.failing_endpoints import note_failing, turn_off
from portal.services.outbound_webhooks.http_sender import Reply
from portal.services.outbound_webhooks.signed_request import Parcel
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def note_reply(runtime: Runtime, parcel: Parcel, reply: Reply) -> DeliveryState | None:
    """Write what came of an attempt; return how the delivery stands, None if it is gone."""
    with database.atomic():
        endpoint = lock_endpoint(parcel.endpoint_id)
        delivery = with_message().where(Delivery.id == parcel.delivery_id).first()
        if endpoint is None or delivery is None:
            return None
        if is_success(reply.status):
            finish(delivery, DeliveryState.DELIVERED)
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
        finish(delivery, DeliveryState.GIVEN_UP, error)
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
        wait_s = pause_s(endpoint.failures, asked_s=reply.asked_s)
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
