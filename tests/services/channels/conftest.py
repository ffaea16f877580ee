"""A channel of the operator, an endpoint of it, and a second person in the store's team."""

from __future__ import annotations

import pytest

from portal.models import Channel, Membership, Merchant, Role, Store, WebhookEndpoint
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_channel_endpoint, make_merchant


@pytest.fixture
def channel(runtime: Runtime) -> Channel:
    """A channel that asks for the catalog and to send orders."""
    return make_channel()


@pytest.fixture
def endpoint(runtime: Runtime, channel: Channel) -> WebhookEndpoint:
    """The channel's endpoint for all stores."""
    events = ["channel.consented", "channel.narrowed", "channel.paused", "channel.revoked"]
    types = [*events, "channel.resumed", "product.updated", "order.updated"]
    return make_channel_endpoint(channel, runtime.sealer, event_types=types)


@pytest.fixture
def bob(store: Store) -> Merchant:
    """Staff of the store."""
    merchant = make_merchant(email="bob@example.com", locale="de")
    Membership.create(merchant=merchant, store=store, role=Role.MANAGER)
    return merchant
