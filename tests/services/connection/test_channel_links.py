"""Links of channels: their limits, and the events about their outcome."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.errors import InvalidFieldError
from portal.models import (
    Channel,
    ChannelConsent,
    Membership,
    Merchant,
    Onboarding,
    OutboundEvent,
    Role,
    Store,
    WebhookEndpoint,
    utc_now,
)
from portal.rules.channels.channel_states import ChannelStatus
from portal.rules.outbound_webhooks.outbound_events import SUBSCRIBABLE_EVENTS
from portal.services.channels.manage_channels import set_channel_status
from portal.services.connection.channel_link_outcome import (
    COMPLETED,
    publish_expired_links,
    return_address,
)
from portal.services.connection.channel_links import (
    LONGEST_TTL,
    LinkRequest,
    create_channel_link,
    list_channel_links,
    withdraw_channel_link,
)
from portal.services.connection.onboarding import (
    claim_onboarding,
    finish_onboarding,
    record_failure,
)
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_channel_endpoint, make_merchant

BACK = "https://sports.example/connected"


@pytest.fixture
def channel(runtime: Runtime) -> Channel:
    """A channel with an endpoint for all events."""
    channel = make_channel(return_urls=[BACK])
    make_channel_endpoint(channel, runtime.sealer, event_types=list(SUBSCRIBABLE_EVENTS))
    return channel


@pytest.fixture
def link(channel: Channel) -> Onboarding:
    """A new link of the channel."""
    return create_channel_link(channel, LinkRequest("shop-7", return_url=f"{BACK}?cart=1"))


def claimed(link: Onboarding, merchant: Merchant) -> Onboarding:
    """Let the merchant accept the link."""
    assert claim_onboarding(link, merchant)
    found: Onboarding = Onboarding.get_by_id(link.id)
    return found


def events() -> list[tuple[str, int | None, dict[str, object]]]:
    """Return the events about links: type, store and details."""
    rows = OutboundEvent.select().where(OutboundEvent.type.startswith("connect_link."))
    return [(row.type, row.store_id, row.detail) for row in rows.order_by(OutboundEvent.id)]


def test_finished_link_grants_what_the_channel_asks_for(
    link: Onboarding, channel: Channel, merchant: Merchant, store: Store
) -> None:
    consent = finish_onboarding(claimed(link, merchant), store.id)

    assert consent is not None
    assert (consent.scopes, consent.external_reference) == (channel.requested_scopes, "shop-7")
    assert events() == [("connect_link.completed", 1003, {"reference": "shop-7"})]
    assert {row.record_id for row in OutboundEvent.select()} == {link.id, None}
    done = Onboarding.get_by_id(link.id)
    assert return_address(done, COMPLETED) == f"{BACK}?cart=1&outcome=completed&reference=shop-7"


def test_staff_cannot_consent_by_connecting_a_store_again(
    link: Onboarding, store: Store, merchant: Merchant
) -> None:
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)

    assert finish_onboarding(claimed(link, bob), store.id) is None

    assert events() == [
        ("connect_link.refused", None, {"reference": "shop-7", "reason": "not_owner"})
    ]
    assert not ChannelConsent.select().exists()


def test_no_store_consents_to_a_channel_that_was_closed_in_the_meantime(
    link: Onboarding, channel: Channel, merchant: Merchant, store: Store
) -> None:
    onboarding = claimed(link, merchant)
    set_channel_status(channel, ChannelStatus.CLOSED)

    assert finish_onboarding(onboarding, store.id) is None
    assert not ChannelConsent.select().exists()
    assert events() == []


def test_endpoint_of_one_store_gets_no_events_about_links_of_others(
    link: Onboarding, merchant: Merchant, store: Store
) -> None:
    WebhookEndpoint.update(store=store).execute()

    record_failure(claimed(link, merchant), "denied")

    assert events() == []


def test_failed_attempt_is_published_and_the_link_stays_open(
    link: Onboarding, merchant: Merchant
) -> None:
    record_failure(claimed(link, merchant), "denied")

    assert events() == [("connect_link.refused", None, {"reference": "shop-7", "reason": "denied"})]
    assert Onboarding.get().is_open


def test_expiry_is_published_once_and_only_for_unused_links(
    runtime: Runtime, link: Onboarding, channel: Channel, merchant: Merchant
) -> None:
    used = claimed(create_channel_link(channel, LinkRequest("used")), merchant)
    withdrawn = create_channel_link(channel, LinkRequest("withdrawn"))
    assert withdraw_channel_link(withdrawn)
    assert publish_expired_links(runtime) == 0

    Onboarding.update(expires_at=utc_now() - timedelta(seconds=1)).execute()
    assert publish_expired_links(runtime) == 1
    assert publish_expired_links(runtime) == 0

    assert events() == [("connect_link.expired", None, {"reference": "shop-7"})]
    assert not withdraw_channel_link(withdrawn)
    assert used.is_open


def test_url_that_is_no_longer_allowed_is_not_used(link: Onboarding, channel: Channel) -> None:
    Channel.update(return_urls=[]).execute()

    assert return_address(Onboarding.get_by_id(link.id), COMPLETED) is None
    without = create_channel_link(channel, LinkRequest("shop-8"))
    assert return_address(without, COMPLETED) is None


@pytest.mark.parametrize(
    ("request_of", "field"),
    [
        (LinkRequest("x", return_url="https://evil.example/"), "return_url"),
        (LinkRequest("x", expires_at=utc_now()), "expires_at"),
        (LinkRequest("x", expires_at=utc_now() + LONGEST_TTL + timedelta(days=1)), "expires_at"),
    ],
)
def test_link_with_a_foreign_url_or_an_odd_expiry_is_refused(
    channel: Channel, request_of: LinkRequest, field: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        create_channel_link(channel, request_of)

    assert refused.value.field == field


def test_links_are_listed_page_by_page_and_found_by_reference(
    link: Onboarding, channel: Channel
) -> None:
    for number in range(3):
        create_channel_link(channel, LinkRequest(f"shop-{number}"))
    create_channel_link(make_channel(name="Other"), LinkRequest("theirs"))

    first, last = list_channel_links(channel, None, 3)
    rest, end = list_channel_links(channel, last, 3)

    names = [row.external_reference for row in (*first, *rest)]
    assert (names, end) == (["shop-2", "shop-1", "shop-0", "shop-7"], None)
    found, _ = list_channel_links(channel, None, 3, reference="shop-1")
    assert [row.external_reference for row in found] == ["shop-1"]
