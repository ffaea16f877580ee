"""The owner sees who works with the store, and can limit, pause and end it."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.models import (
    ApiKey,
    AuditLogEntry,
    Channel,
    ChannelConsent,
    KeyMode,
    Membership,
    Merchant,
    Role,
    Store,
)
from portal.rules.api_keys.key_limits import KeyLimits
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.channel_keys import add_key
from portal.services.api_keys.keys import authenticate_key, create_key, store_of
from portal.services.channels.consents import grant_consent
from portal.services.channels.own_channels import leave_store
from portal.services.connection.mark_test_store import mark_test_store
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_endpoint, make_merchant, make_store
from tests.web.conftest import PASSWORD, PASSWORD_HASH, Visitor, page_text
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
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    add_key(channel, "Market key", SCOPES)
    create_key(bob, "Bob's script", SCOPES)
    make_endpoint(bob, runtime.sealer, name="Bob's warehouse", store=store)

    text = page_text(browser.get(PAGE))

    for shown in ("Sports Market", "shop-7", "Market key", "Apps of bob@example.com"):
        assert shown in text
    for shown in ("Bob's script", "Bob's warehouse", "Get quotes, place orders"):
        assert shown in text


def test_owner_sees_who_made_each_key_and_revokes_those_of_members(
    app: Flask, browser: Visitor, runtime: Runtime, channel: Channel, store: Store
) -> None:
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    made = create_key(bob, "Bob's script", SCOPES, limits=KeyLimits(networks=["127.0.0.0/8"]))
    assert made is not None
    authenticate_key(made.text, "127.0.0.1")
    market, own = (
        f"{PAGE}/{ChannelConsent.get(channel=each).id}/keys" for each in (channel, made.key.channel)
    )
    assert add_key(channel, "Market key", SCOPES) is not None

    shown = page_text(browser.get(own))
    for text in ("Bob's script", "bob@example.com", "Only from 127.0.0.0/8", "From 127.0.0.0/24"):
        assert text in shown
    assert "Support" in page_text(browser.get(market))
    assert browser.post(f"{market}/{ApiKey.get(name='Market key').id}/revoke").status_code == 404
    assert Visitor(app).force_login(bob).post(f"{own}/{made.key.id}/revoke").status_code == 403

    assert browser.post(f"{own}/{made.key.id}/revoke").status_code == 303
    assert authenticate_key(made.text, "127.0.0.1") is None
    assert "None of these apps" in page_text(browser.get(own))
    [email] = sent_emails(runtime)
    assert email["To"] == "bob@example.com"
    assert "A store's owner revoked your API key “Bob's script”" in text_of(email)
    last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (last.action, last.store_id) == ("api_key.revoked", store.id)


@pytest.mark.promise(9)
def test_key_that_also_reaches_a_store_of_others_is_not_the_owners_to_revoke(
    browser: Visitor, store: Store
) -> None:
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    other = make_store(make_merchant(email="eve@example.com"), id=2004)
    Membership.create(merchant=bob, store=other, role=Role.MANAGER)
    made = create_key(bob, "Everywhere", SCOPES)
    assert made is not None
    keys = f"{PAGE}/{ChannelConsent.get(store=store).id}/keys"

    assert "Everywhere" in page_text(browser.get(keys))
    assert "Revoke" not in page_text(browser.get(keys))
    assert browser.post(f"{keys}/{made.key.id}/revoke").status_code == 404
    assert authenticate_key(made.text) == made.key

    leave_store(bob.id, other.id, bob)
    assert browser.post(f"{keys}/{made.key.id}/revoke").status_code == 303


def test_keys_of_a_former_member_are_listed_and_reach_the_store_no_longer(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    bob = make_merchant(email="bob@example.com")
    member = Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    made = create_key(bob, "Bob's script", SCOPES)
    assert made is not None

    browser.post(f"/stores/1003/team/{member.id}/remove")

    assert "Bob's script" in page_text(browser.get(PAGE))
    assert store_of(made.key, store.id) is None


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
    assert "No channels yet" in page_text(browser.get(PAGE))


def test_owner_narrows_pauses_resumes_and_ends_an_access(
    browser: Visitor, runtime: Runtime, channel: Channel
) -> None:
    browser.post(address("scopes"), scopes=["read_catalog"])
    assert ChannelConsent.get().scopes == ["read_catalog"]
    for action, status in (("pause", "paused"), ("resume", "active"), ("revoke", "revoked")):
        assert browser.post(address(action)).status_code == 303
        assert ChannelConsent.get().status == status
        if action == "pause":
            undo = f'<form class="flash__undo" method="post" action="{address("resume")}"'
            assert undo in browser.get(PAGE).text

    assert "Ended" in page_text(browser.get(PAGE))
    assert len(sent_emails(runtime)) == 4
    assert "can no longer access your stores" in text_of(sent_emails(runtime)[-1])
    last = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert last.action == "channel.revoked"


def test_change_that_is_not_possible_says_why(browser: Visitor, channel: Channel) -> None:
    browser.post(address("resume"))
    assert "already has access" in page_text(browser.get(PAGE))

    browser.post(address("scopes"), scopes=[])
    assert "Clear at least one permission" in page_text(browser.get(PAGE))
    assert browser.post(f"{PAGE}/999/pause").status_code == 404
    assert browser.post(f"{PAGE}/999/scopes").status_code == 404


def test_staff_cannot_renew_what_the_owner_has_ended(
    browser: Visitor, visitor: Visitor, store: Store
) -> None:
    bob = make_merchant(email="bob@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    visitor.force_login(bob)
    key = {"name": "ERP", "store": "1003", "scopes": ["read_orders"], "password": PASSWORD}
    visitor.post("/account/keys", **key)
    endpoint = {"name": "W", "url": "https://hooks.example/", "events": ["order.created"]}
    browser.post(address("revoke"))

    visitor.post("/account/keys", **key)
    assert "ended this access" in page_text(visitor.get("/account/keys"))
    visitor.post("/account/webhooks", store="1003", **endpoint)
    assert "ended this access" in page_text(visitor.get("/account/webhooks"))


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
