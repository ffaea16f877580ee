"""Orders of a channel are not passed on to a store that no longer allows it."""

from __future__ import annotations

import pytest

from portal.models import Channel, ChannelConsent, KeyMode, Merchant, OrderUpdate, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.channels.channel_states import ChannelStatus, ConsentChange
from portal.rules.orders.order_changes import OrderChanges
from portal.services.channels.consents import change_consent, grant_consent
from portal.services.channels.manage_channels import set_channel_status
from portal.services.channels.sender_access import has_access
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.orders.send_order_updates import send_order_updates
from portal.services.orders.submit_order import OrderSender, submit_order
from portal.services.orders.update_order import request_update
from tests.factories import make_channel, make_merchant
from tests.services.orders.conftest import Counter

SCOPES = [KeyScope.READ_ORDERS, KeyScope.WRITE_ORDERS]


@pytest.fixture
def channel(counter: Counter) -> Channel:
    """A channel that the store allows to send orders."""
    channel = make_channel()
    owner = make_merchant(email="owner@clay.example")
    grant_consent(channel, Store.get_by_id(counter.store_id), SCOPES, owner)
    return channel


def end_access(change: ConsentChange = ConsentChange.REVOKED) -> None:
    """Pause or end the access of the channel."""
    change_consent(ChannelConsent.get(), change, Merchant.get())


def test_order_that_waits_is_rejected_once_the_access_has_ended(
    counter: Counter, channel: Channel
) -> None:
    sender = OrderSender(f"channel {channel.id}")
    request = counter.request()
    made = submit_order(counter.runtime, counter.store_id, sender, "key-1", request)

    end_access()
    view = counter.work(made.submission.id)

    assert [error["code"] for error in view.validation_errors] == ["access_ended"]
    assert counter.orders() == []


def test_order_of_a_test_key_that_waits_never_reaches_a_live_store(
    counter: Counter, channel: Channel
) -> None:
    store = Store.get_by_id(counter.store_id)
    mark_test_store(store, is_test=True)
    sender = OrderSender(f"channel {channel.id}", mode=KeyMode.TEST)
    made = submit_order(counter.runtime, store.id, sender, "key-1", counter.request())

    mark_test_store(store, is_test=False)
    view = counter.work(made.submission.id)

    assert [error["code"] for error in view.validation_errors] == ["access_ended"]
    assert counter.orders() == []


def test_update_that_waits_fails_once_the_access_has_ended(
    counter: Counter, channel: Channel
) -> None:
    number = counter.work(counter.submit().id).order_number
    assert number is not None
    sender = OrderSender(f"channel {channel.id}")
    changes = OrderChanges(tracking_number="RX1")
    request_update(counter.runtime, counter.store_id, number, changes, sender)

    end_access()
    send_order_updates(counter.runtime, counter.store_id)

    update = OrderUpdate.get()
    assert (update.state, update.sent_at) == ("failed", None)
    assert "no longer allows" in update.error


@pytest.mark.parametrize("change", [ConsentChange.PAUSED, ConsentChange.REVOKED])
def test_access_ends_with_the_consent(
    counter: Counter, channel: Channel, change: ConsentChange
) -> None:
    sender = f"channel {channel.id}"
    assert has_access(counter.store_id, sender)

    end_access(change)

    assert not has_access(counter.store_id, sender)


def test_access_ends_with_the_scope_and_with_the_channel(
    counter: Counter, channel: Channel
) -> None:
    sender = f"channel {channel.id}"
    set_channel_status(channel, ChannelStatus.PAUSED)
    assert has_access(counter.store_id, sender)
    set_channel_status(channel, ChannelStatus.CLOSED)
    assert not has_access(counter.store_id, sender)
    Channel.update(status=ChannelStatus.ACTIVE).execute()

    change_consent(
        ChannelConsent.get(), ConsentChange.NARROWED, Merchant.get(), scopes=[KeyScope.READ_ORDERS]
    )

    assert not has_access(counter.store_id, sender)


def test_people_have_access_without_a_consent(counter: Counter) -> None:
    assert has_access(counter.store_id, "merchant 3")
    assert not has_access(counter.store_id, "channel 999")
