"""Test events are examples of every type, sent like real events and without their consequences."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from portal.models import (
    Delivery,
    DeliveryState,
    EndpointState,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.channels.channel_states import ChannelStatus
from portal.rules.outbound_webhooks.endpoint_health import RETENTION_WHILE_OFF
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.operator.failing_groups import report_failing
from portal.services.outbound_webhooks.attempts import due_endpoints
from portal.services.outbound_webhooks.deliveries import ATTEMPTS_OF_TEST
from portal.services.outbound_webhooks.failing_endpoints import expire_deliveries
from portal.services.outbound_webhooks.replay import count_undelivered
from portal.services.outbound_webhooks.send_test_event import send_test_event
from portal.services.runtime import Runtime
from portal.web.api.webhook_document import example_of, schema_of
from tests.channel import Channel
from tests.factories import SECRET, make_channel
from tests.services.outbound_webhooks.conftest import Attempt, now_of

PING = OutboundEventType.PING


def test_every_type_arrives_as_a_signed_example_that_is_marked(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, attempt: Attempt
) -> None:
    for event_type in OutboundEventType:
        send_test_event(runtime, endpoint, event_type)
        assert attempt() is DeliveryState.DELIVERED

    assert [taken.payload["type"] for taken in channel.taken] == list(OutboundEventType)
    for taken in channel.taken:
        payload, event_type = taken.verified(SECRET), OutboundEventType(taken.payload["type"])
        assert msgspec.convert(payload, schema_of(event_type)).test is True
        assert payload["data"] == example_of(event_type, runtime.settings.portal_url)["data"]


def test_failed_test_is_repeated_once_and_does_not_count_against_the_endpoint(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, attempt: Attempt
) -> None:
    channel.status = 500
    sent = send_test_event(runtime, endpoint, OutboundEventType.ORDER_CREATED)
    assert sent is not None

    assert [attempt() for _ in range(ATTEMPTS_OF_TEST)] == [
        DeliveryState.FAILED,
        DeliveryState.GIVEN_UP,
    ]

    assert attempt() is None
    assert len(channel.taken) == 2
    assert channel.taken[0].uid == channel.taken[1].uid
    now = now_of(endpoint)
    assert (now.failures, now.failing_since_at, now.resume_at) == (0, None, None)
    assert count_undelivered(endpoint, utc_now() - timedelta(days=1)) == 0


def test_endpoint_that_answers_a_test_with_410_stays_on(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, attempt: Attempt
) -> None:
    channel.status = 410
    send_test_event(runtime, endpoint, PING)

    assert attempt() is DeliveryState.FAILED
    assert now_of(endpoint).is_on


@pytest.mark.parametrize("state", [EndpointState.PAUSED, EndpointState.OFF])
def test_only_tests_are_sent_to_an_endpoint_that_is_not_on(
    runtime: Runtime,
    endpoint: WebhookEndpoint,
    delivery: Delivery,
    channel: Channel,
    attempt: Attempt,
    state: EndpointState,
) -> None:
    long_ago = utc_now() - 2 * RETENTION_WHILE_OFF
    WebhookEndpoint.update(state=state, state_changed_at=long_ago).execute()
    assert due_endpoints(5) == []
    send_test_event(runtime, endpoint, PING)

    assert due_endpoints(5) == [(endpoint.id, 0)]
    assert expire_deliveries(runtime) == 1  # the delivery of a real event
    assert attempt() is DeliveryState.DELIVERED
    assert attempt() is None
    assert [taken.payload["type"] for taken in channel.taken] == ["ping"]


def test_test_is_sent_before_other_deliveries_and_during_the_wait_after_a_failure(
    runtime: Runtime,
    endpoint: WebhookEndpoint,
    delivery: Delivery,
    channel: Channel,
    attempt: Attempt,
) -> None:
    WebhookEndpoint.update(failures=3, resume_at=utc_now() + timedelta(minutes=5)).execute()
    assert due_endpoints(5) == []
    send_test_event(runtime, endpoint, PING)

    assert due_endpoints(5) == [(endpoint.id, 3)]
    assert attempt() is DeliveryState.DELIVERED
    assert channel.taken[0].payload["type"] == "ping"
    assert now_of(delivery).state == DeliveryState.WAITING


def test_given_up_test_is_no_failing_work_of_the_operators(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, attempt: Attempt
) -> None:
    channel.status = 500
    send_test_event(runtime, endpoint, PING)
    for _ in range(ATTEMPTS_OF_TEST):
        attempt()

    assert Delivery.get().state == DeliveryState.GIVEN_UP
    assert report_failing().groups == []


def test_channel_that_is_not_active_gets_no_tests(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, attempt: Attempt
) -> None:
    owner = make_channel(status=ChannelStatus.PAUSED)
    WebhookEndpoint.update(channel=owner, merchant=None).execute()
    send_test_event(runtime, endpoint, PING)

    assert attempt() is None
    assert channel.taken == []
    assert Delivery.get().error == "access_lost"
