"""The result of an attempt is recorded and changes the endpoint's health."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    Delivery,
    DeliveryState,
    EndpointAlert,
    EndpointState,
    OffReason,
    WebhookEndpoint,
    utc_now,
)
from portal.services.outbound_webhooks.attempts import claim_delivery, due_endpoints
from portal.services.outbound_webhooks.results import record_result
from portal.services.runtime import Runtime
from tests.channel import Channel
from tests.services.outbound_webhooks.conftest import Attempt, now_of, result


def test_failure_pauses_the_endpoint_and_the_delivery_waits_longer(
    runtime: Runtime, delivery: Delivery, endpoint: WebhookEndpoint
) -> None:
    signed_request = claim_delivery(runtime, endpoint.id)
    assert signed_request is not None
    assert claim_delivery(runtime, endpoint.id) is None
    began = utc_now()

    record_result(runtime, signed_request, result(503))

    rested = now_of(endpoint)
    assert timedelta(seconds=8) < rested.resume_at - began < timedelta(seconds=12)
    assert rested.failing_since_at is not None
    Delivery.update(due_at=began).execute()
    assert due_endpoints(9) == []
    WebhookEndpoint.update(resume_at=began).execute()
    assert due_endpoints(9) == [(endpoint.id, 1)]


def test_first_success_resets_the_failures(
    channel: Channel, delivery: Delivery, attempt: Attempt, endpoint: WebhookEndpoint
) -> None:
    channel.status = 500
    attempt()
    WebhookEndpoint.update(alerted_percent=50).execute()

    channel.status = 204
    attempt()

    well = now_of(endpoint)
    assert (well.failures, well.alerted_percent) == (0, 0)
    assert well.failing_since_at is well.resume_at is None


def test_endpoint_that_returns_410_is_turned_off_at_once(
    channel: Channel, delivery: Delivery, attempt: Attempt, endpoint: WebhookEndpoint
) -> None:
    channel.status = 410

    assert attempt() is DeliveryState.FAILED

    off = now_of(endpoint)
    assert (off.state, off.off_reason) == (EndpointState.OFF, OffReason.GONE)
    assert EndpointAlert.get().percent == 100
    assert attempt() is None
    assert len(channel.taken) == 1


def test_result_of_a_deleted_delivery_is_dropped(
    runtime: Runtime, delivery: Delivery, endpoint: WebhookEndpoint
) -> None:
    signed_request = claim_delivery(runtime, endpoint.id)
    assert signed_request is not None
    endpoint.delete_instance()

    assert record_result(runtime, signed_request, result(200)) is None
    assert claim_delivery(runtime, endpoint.id) is None


def test_failure_of_a_paused_endpoint_is_not_counted(
    runtime: Runtime, delivery: Delivery, endpoint: WebhookEndpoint
) -> None:
    signed_request = claim_delivery(runtime, endpoint.id)
    assert signed_request is not None
    WebhookEndpoint.update(state=EndpointState.PAUSED).execute()

    assert record_result(runtime, signed_request, result(500)) is DeliveryState.FAILED
    assert now_of(endpoint).failures == 0
