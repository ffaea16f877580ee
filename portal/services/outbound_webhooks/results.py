"""Record the result of an attempt in its delivery and its endpoint's health."""

from __future__ import annotations

from datetime import timedelta

import structlog

from portal.models import (
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    OffReason,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.outbound_webhooks.endpoint_health import GONE, endpoint_backoff_s, is_success
from portal.services.outbound_webhooks.deliveries import (
    finish_delivery,
    lock_endpoint,
    max_attempts,
    select_with_event,
)
from portal.services.outbound_webhooks.failing_endpoints import turn_off, warn_or_turn_off
from portal.services.outbound_webhooks.http_sender import AttemptResult
from portal.services.outbound_webhooks.signed_request import SignedRequest
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def record_result(
    runtime: Runtime, signed_request: SignedRequest, result: AttemptResult
) -> DeliveryState | None:
    """Record the result of an attempt; return the delivery's state, None if it was deleted."""
    with database.atomic():
        endpoint = lock_endpoint(signed_request.endpoint_id)
        delivery = select_with_event().where(Delivery.id == signed_request.delivery_id).first()
        if endpoint is None or delivery is None:
            return None
        if is_success(result.status):
            finish_delivery(delivery, DeliveryState.DELIVERED)
            _record_success(endpoint)
        else:
            _record_failure(runtime, endpoint, delivery, result)
        # Last, in the lock order of a deletion: otherwise the two transactions could deadlock.
        DeliveryAttempt.update(
            status=result.status,
            duration_ms=result.duration_ms,
            error=result.error,
            response_body=result.text,
        ).where(DeliveryAttempt.id == signed_request.attempt_id).execute()
    log.info(
        "delivery.succeeded" if is_success(result.status) else "delivery.failed",
        endpoint=signed_request.endpoint_id,
        delivery=signed_request.delivery_id,
        status=result.status,
        error=result.error,
        duration_ms=result.duration_ms,
        state=delivery.state,
    )
    return DeliveryState(delivery.state)


def _record_success(endpoint: WebhookEndpoint) -> None:
    """Reset the endpoint's failures, because a delivery has arrived."""
    if endpoint.failing_since_at is not None:
        log.info("endpoint.recovered", endpoint=endpoint.id)
    WebhookEndpoint.update(
        last_success_at=utc_now(),
        failing_since_at=None,
        failures=0,
        alerted_percent=0,
        resume_at=None,
    ).where(WebhookEndpoint.id == endpoint.id).execute()


def _record_failure(
    runtime: Runtime, endpoint: WebhookEndpoint, delivery: Delivery, result: AttemptResult
) -> None:
    error = result.error or f"http {result.status}"
    if delivery.attempts >= max_attempts(delivery):
        finish_delivery(delivery, DeliveryState.GIVEN_UP, error)
    else:
        delivery.state, delivery.error = DeliveryState.FAILED, error
        delivery.save(only=[Delivery.state, Delivery.error])
    # A failed test says nothing about real events: the endpoint may not expect this type.
    if delivery.is_test or not endpoint.is_on:
        return
    now = utc_now()
    endpoint.failing_since_at = endpoint.failing_since_at or now
    if endpoint.resume_at is None or endpoint.resume_at <= now:
        # Attempts that were in flight at the same time fail together and count as one failure.
        endpoint.failures += 1
        wait_s = endpoint_backoff_s(endpoint.failures, retry_after_s=result.retry_after_s)
        endpoint.resume_at = now + timedelta(seconds=wait_s)
    endpoint.save(
        only=[
            WebhookEndpoint.failures,
            WebhookEndpoint.failing_since_at,
            WebhookEndpoint.resume_at,
        ]
    )
    if result.status == GONE:
        turn_off(endpoint, OffReason.GONE)
    else:
        warn_or_turn_off(endpoint, timedelta(hours=runtime.settings.endpoint_disable_after_hours))
