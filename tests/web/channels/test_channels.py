"""The owner sees who works with the store, and can limit, pause and end it."""

from __future__ import annotations

import re

import pytest

from portal.models import (
    AuditLogEntry,
    Channel,
    ChannelConsent,
    KeyMode,
    Membership,
    Merchant,
    Role,
    Store,
)
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import create_key
from portal.services.channels.consents import grant_consent
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_endpoint, make_merchant
from tests.web.conftest import Visitor, page_text
from tests.web.emails import sent_emails, text_of

PAGE = "/stores/1003/channels"
SCOPES = [KeyScope.READ_CATALOG, KeyScope.WRITE_ORDERS]


@pytest.fixture
def channel(store: Store, merchant: Merchant) -> Channel:
    """A channel that the store has consented to."""
    channel = make_channel()
    grant_consent(channel, store, SCOPES, merchant, external_reference="shop-7")
    return channel


def address(action: str) -> str:
    """Return the URL of an action on the only consent."""
    return f"{PAGE}/{ChannelConsent.get().id}/{action}"


def test_page_names_all_keys_and_endpoints(
    browser: Visitor, runtime: Runtime, channel: Channel, store: Store
) -> None:
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.STAFF)
    add_key(channel, "Market key", SCOPES)
    create_key(bob, "Bob's script", SCOPES)
    make_endpoint(bob, runtime.sealer, name="Bob's warehouse", store=store)

    text = page_text(browser.get(PAGE))

    for shown in ("Sports Market", "shop-7", "Market key", "Programs of bob@example.com"):
        assert shown in text
    for shown in ("Bob's script", "Bob's warehouse", "Ask for quotes, send orders"):
        assert shown in text


def test_page_of_a_test_store_names_the_programs_that_reach_it(
    browser: Visitor, channel: Channel, store: Store
) -> None:
    add_key(channel, "Live key", SCOPES)
    add_key(channel, "Trial key", SCOPES, mode=KeyMode.TEST)
    live = page_text(browser.get(PAGE))

    assert mark_test_store(store, is_test=True)
    test = page_text(browser.get(PAGE))

    assert ("Live key" in live, "Trial key" in live) == (True, False)
    assert ("Live key" in test, "Trial key" in test) == (False, True)
    for text in ("This is a test store", "Test store"):
        assert text in test
        assert text not in live


def test_page_without_channels_says_so(browser: Visitor, store: Store) -> None:
    assert "No channel works with this store" in page_text(browser.get(PAGE))


def test_owner_narrows_pauses_resumes_and_ends_an_access(
    browser: Visitor, runtime: Runtime, channel: Channel
) -> None:
    browser.post(address("scopes"), scopes=["read_catalog"])
    assert ChannelConsent.get().scopes == ["read_catalog"]
    for action, status in (("pause", "paused"), ("resume", "active"), ("revoke", "revoked")):
        assert browser.post(address(action)).status_code == 303
        assert ChannelConsent.get().status == status

    assert "Ended" in page_text(browser.get(PAGE))
    assert len(sent_emails(runtime)) == 4
    assert "can no longer work with your stores" in text_of(sent_emails(runtime)[-1])
    last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert last.action == "channel.revoked"


def test_change_that_is_not_possible_says_why(browser: Visitor, channel: Channel) -> None:
    browser.post(address("resume"))
    assert "already has access" in page_text(browser.get(PAGE))

    browser.post(address("scopes"), scopes=[])
    assert "Leave out at least one thing" in page_text(browser.get(PAGE))
    assert browser.post(f"{PAGE}/999/pause").status_code == 404
    assert browser.post(f"{PAGE}/999/scopes").status_code == 404


def test_staff_cannot_renew_what_the_owner_has_ended(
    browser: Visitor, visitor: Visitor, store: Store
) -> None:
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.STAFF)
    visitor.force_login(bob)
    key = {"name": "ERP", "store": "1003", "scopes": ["read_orders"]}
    visitor.post("/account/keys", **key)
    endpoint = {"name": "W", "url": "https://hooks.example/", "events": ["order.created"]}
    browser.post(address("revoke"))

    visitor.post("/account/keys", **key)
    assert "has ended this access" in page_text(visitor.get("/account/keys"))
    visitor.post("/account/webhooks", store="1003", **endpoint)
    assert "has ended this access" in page_text(visitor.get("/account/webhooks"))


def test_channels_are_shown_page_by_page(
    browser: Visitor, store: Store, merchant: Merchant
) -> None:
    for number in range(12):
        grant_consent(make_channel(name=f"Market {number:02}"), store, SCOPES, merchant)

    first = browser.get(PAGE)
    (later,) = re.findall(r'href="([^"]+)"\s+rel="next"', first.text)
    second = page_text(browser.get(later))

    assert "Market 11" in page_text(first)
    assert "Market 01" not in page_text(first)
    assert "Market 01" in second
    assert "Market 11" not in second
