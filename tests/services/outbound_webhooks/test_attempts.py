"""Each delivery is tried until it arrives or is given up, and every attempt is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from standardwebhooks import WebhookVerificationError

from portal.models import (
    ChannelConsent,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Membership,
    Merchant,
    OutboundEvent,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.webhooks.event_retry import EVENT_BACKOFF
from portal.services.outbound_webhooks.attempts import claim_delivery
from portal.services.outbound_webhooks.endpoint_secrets import new_secret
from portal.services.outbound_webhooks.failing_endpoints import queue_ping
from portal.services.runtime import Runtime
from tests.channel import Channel
from tests.factories import SECRET
from tests.sealed import seal_secret
from tests.services.outbound_webhooks.conftest import Attempt, now_of

ATTEMPTS_LIMIT = EVENT_BACKOFF.max_attempts


def test_event_is_signed_and_delivered_and_its_attempt_is_recorded(
    channel: Channel, delivery: Delivery, attempt: Attempt, endpoint: WebhookEndpoint
) -> None:
    assert attempt() is DeliveryState.DELIVERED

    (taken,) = channel.taken
    assert taken.verified(SECRET) == {
        "type": "product.updated",
        "timestamp": taken.payload["timestamp"],
        "data": {
            "store_id": 1003,
            "id": 5,
            "updated_at": "2026-03-01T12:00:00.000Z",
            "url": "http://127.0.0.1:8000/api/v1/stores/1003/products/5",
        },
    }
    assert taken.uid == delivery.event.uid
    kept = DeliveryAttempt.get()
    assert (kept.status, kept.error, kept.response_body) == (200, None, "thank you")
    assert kept.duration_ms >= 0
    assert now_of(endpoint).last_success_at is not None
    assert attempt() is None


def test_both_secrets_verify_during_a_rotation(
    runtime: Runtime,
    channel: Channel,
    delivery: Delivery,
    attempt: Attempt,
    endpoint: WebhookEndpoint,
) -> None:
    old, new = SECRET, new_secret()
    for column, secret in (("sealed_previous_secret", old), ("sealed_secret", new)):
        setattr(endpoint, column, seal_secret(runtime.sealer, endpoint, column, secret))
    endpoint.previous_expires_at = utc_now() + timedelta(hours=1)
    endpoint.save()

    attempt()

    (taken,) = channel.taken
    assert taken.verified(old) == taken.verified(new)
    with pytest.raises(WebhookVerificationError):
        taken.verified(new_secret())


def test_old_secret_no_longer_signs_after_the_grace_period(
    channel: Channel, delivery: Delivery, attempt: Attempt, endpoint: WebhookEndpoint
) -> None:
    endpoint.sealed_previous_secret = "whatever"
    endpoint.previous_expires_at = utc_now() - timedelta(seconds=1)
    endpoint.save()

    assert attempt() is DeliveryState.DELIVERED
    assert channel.taken[0].headers["webhook-signature"].count("v1,") == 1


def test_failing_delivery_is_tried_eight_times_with_one_id(
    channel: Channel, delivery: Delivery, attempt: Attempt, endpoint: WebhookEndpoint
) -> None:
    channel.status = 503
    states = []
    while (state := attempt()) is not None:
        states.append(state)
        WebhookEndpoint.update(resume_at=None).execute()

    assert states == [DeliveryState.FAILED] * (ATTEMPTS_LIMIT - 1) + [DeliveryState.GIVEN_UP]
    assert len({taken.uid for taken in channel.taken}) == 1
    assert len({taken.body for taken in channel.taken}) == 1
    assert DeliveryAttempt.select().count() == ATTEMPTS_LIMIT
    assert now_of(delivery).error == "http 503"
    assert now_of(endpoint).failures == ATTEMPTS_LIMIT


@pytest.mark.promise(1)
def test_delivery_whose_worker_dies_is_sent_again_but_not_forever(
    runtime: Runtime, delivery: Delivery, endpoint: WebhookEndpoint
) -> None:
    for _ in range(ATTEMPTS_LIMIT):
        Delivery.update(due_at=utc_now()).execute()
        assert claim_delivery(runtime, endpoint.id) is not None

    Delivery.update(due_at=utc_now()).execute()
    assert claim_delivery(runtime, endpoint.id) is None

    given_up = now_of(delivery)
    assert (given_up.state, given_up.error) == (DeliveryState.GIVEN_UP, "interrupted")
    assert (
        DeliveryAttempt.select().where(DeliveryAttempt.duration_ms.is_null()).count()
        == ATTEMPTS_LIMIT
    )


@pytest.mark.promise(9)
def test_former_member_of_a_store_receives_no_more_events(
    channel: Channel, delivery: Delivery, attempt: Attempt, merchant: Merchant
) -> None:
    Membership.delete().where(Membership.merchant == merchant).execute()

    assert attempt() is None
    assert channel.taken == []
    assert now_of(delivery).error == "access_lost"


def test_ping_is_sent_once(channel: Channel, attempt: Attempt, endpoint: WebhookEndpoint) -> None:
    channel.status = 500
    queue_ping(endpoint)

    assert attempt() is DeliveryState.GIVEN_UP
    assert channel.taken[0].payload["type"] == "ping"
    assert OutboundEvent.get().store_id is None


def test_unopenable_secret_fails_the_attempt_and_sends_nothing(
    channel: Channel, delivery: Delivery, attempt: Attempt, endpoint: WebhookEndpoint
) -> None:
    WebhookEndpoint.update(sealed_secret="broken").execute()

    assert attempt() is None
    assert channel.taken == []
    assert (now_of(delivery).error, DeliveryAttempt.get().error) == ("secret", "secret")


@pytest.mark.promise(9)
@pytest.mark.parametrize(
    ("scopes", "state"),
    [
        (["read_orders"], DeliveryState.DELIVERED),
        (["read_health"], DeliveryState.GIVEN_UP),
        (["read_catalog"], DeliveryState.GIVEN_UP),
    ],
)
def test_event_about_orders_does_not_arrive_after_their_scope_is_narrowed(
    channel: Channel,
    endpoint: WebhookEndpoint,
    delivery: Delivery,
    attempt: Attempt,
    scopes: list[str],
    state: DeliveryState,
) -> None:
    OutboundEvent.update(type="issue.opened", detail={"kind": "orders_rejected"}).execute()
    ChannelConsent.update(scopes=scopes).execute()

    attempt()

    assert Delivery.get_by_id(delivery.id).state == state
    assert len(channel.taken) == (state is DeliveryState.DELIVERED)
