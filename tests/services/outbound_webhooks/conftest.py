"""Give the tests of channels a receiver, and an endpoint that leads to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from portal.models import ChannelEndpoint, Delivery, DeliveryState, Merchant, Store, utc_now
from portal.services.outbound_webhooks.attempts import take_delivery
from portal.services.outbound_webhooks.http_sender import MessageLine, Reply
from portal.services.outbound_webhooks.results import note_reply
from portal.services.outbound_webhooks.signed_request import signed_headers
from portal.services.runtime import Runtime
from tests.channel import Channel, open_channel
from tests.factories import make_delivery, make_endpoint


@pytest.fixture
def channel() -> Iterator[Channel]:
    """A receiver that takes everything."""
    with open_channel() as opened:
        yield opened


@pytest.fixture
def endpoint(
    runtime: Runtime, merchant: Merchant, store: Store, channel: Channel
) -> ChannelEndpoint:
    """The merchant's endpoint at the receiver."""
    return make_endpoint(merchant, runtime.sealer, url=channel.url)


@pytest.fixture
def delivery(endpoint: ChannelEndpoint, store: Store) -> Delivery:
    """A message that waits for the endpoint."""
    return make_delivery(endpoint, store)


@pytest.fixture
def line() -> Iterator[MessageLine]:
    """A line that may send to the own machine."""
    opened = MessageLine(allows_loopback=True)
    yield opened
    opened.close()


Attempt = Callable[[], DeliveryState | None]


@pytest.fixture
def attempt(runtime: Runtime, endpoint: ChannelEndpoint, line: MessageLine) -> Attempt:
    """Make what waits due, send one message as the daemon does; None if there is nothing."""

    def send() -> DeliveryState | None:
        Delivery.update(due_at=utc_now()).execute()
        parcel = take_delivery(runtime, endpoint.id)
        if parcel is None:
            return None
        headers = signed_headers(parcel.uid, utc_now(), parcel.body, parcel.secrets)
        return note_reply(runtime, parcel, line.post(parcel.url, parcel.body, headers))

    return send


def reply(status: int | None = 500, error: str | None = None) -> Reply:
    """Return what an attempt may end with."""
    return Reply(status, 12, error)


def now_of(row: ChannelEndpoint | Delivery) -> ChannelEndpoint | Delivery:
    """Return a row as it is now."""
    return type(row).get_by_id(row.id)
