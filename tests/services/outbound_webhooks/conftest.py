"""Fixtures of the tests of outbound webhooks: a receiver, and an endpoint that points to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portal.models import Delivery, DeliveryState, Merchant, Store, WebhookEndpoint, utc_now
from portal.services.outbound_webhooks.attempts import claim_delivery
from portal.services.outbound_webhooks.http_sender import AttemptResult, WebhookSender
from portal.services.outbound_webhooks.results import record_result
from portal.services.outbound_webhooks.signed_request import signed_headers
from portal.services.runtime import Runtime
from tests.channel import Channel, open_channel
from tests.factories import make_delivery, make_endpoint


@pytest.fixture
def channel() -> Iterator[Channel]:
    """A receiver that accepts everything."""
    with open_channel() as opened:
        yield opened


@pytest.fixture
def endpoint(
    runtime: Runtime, merchant: Merchant, store: Store, channel: Channel
) -> WebhookEndpoint:
    """The merchant's endpoint at the receiver."""
    return make_endpoint(merchant, runtime.sealer, url=channel.url)


@pytest.fixture
def delivery(endpoint: WebhookEndpoint, store: Store) -> Delivery:
    """A delivery that waits for the endpoint."""
    return make_delivery(endpoint, store)


@pytest.fixture
def line() -> Iterator[WebhookSender]:
    """A webhook sender that may send to loopback addresses."""
    opened = WebhookSender(allow_loopback=True)
    yield opened
    opened.close()


Attempt = Callable[[], DeliveryState | None]


@pytest.fixture
def attempt(runtime: Runtime, endpoint: WebhookEndpoint, line: WebhookSender) -> Attempt:
    """Make waiting deliveries due and send one like the daemon; return None if there is none."""

    def send() -> DeliveryState | None:
        Delivery.update(due_at=utc_now()).execute()
        signed_request = claim_delivery(runtime, endpoint.id)
        if signed_request is None:
            return None
        headers = signed_headers(
            signed_request.uid, utc_now(), signed_request.body, signed_request.secrets
        )
        return record_result(
            runtime, signed_request, line.post(signed_request.url, signed_request.body, headers)
        )

    return send


def result(status: int | None = 500, error: str | None = None) -> AttemptResult:
    """Return the result of an attempt."""
    return AttemptResult(status, 12, error)


def now_of(row: WebhookEndpoint | Delivery) -> WebhookEndpoint | Delivery:
    """Return a row's current values."""
    return type(row).get_by_id(row.id)
