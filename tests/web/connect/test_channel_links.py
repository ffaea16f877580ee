"""Merchants who follow a channel's link consent to it, and return to the channel."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from portal.models import Channel, ChannelConsent, Merchant, Onboarding, Store
from portal.services.connection.channel_links import (
    LinkRequest,
    create_channel_link,
    withdraw_channel_link,
)
from portal.services.connection.connect_link_tokens import link_token
from portal.services.runtime import Runtime
from tests.factories import make_channel, make_merchant, make_store
from tests.web.conftest import Connect, Ecwid, Visitor, page_text
from tests.web.emails import sent_emails, text_of

BACK = "https://sports.example/connected"


@pytest.fixture
def onboarding(runtime: Runtime) -> Onboarding:
    """A link of a channel that asks for the catalog and to send orders."""
    channel = make_channel(return_urls=[BACK])
    return create_channel_link(channel, LinkRequest("shop-7", return_url=BACK))


@pytest.fixture
def link(onboarding: Onboarding, runtime: Runtime) -> str:
    """Path of the link."""
    return f"/connect/link/{link_token(runtime.settings.secret_keys, onboarding)}"


def test_connecting_a_store_consents_and_returns_to_the_channel(
    browser: Visitor, ecwid: Ecwid, runtime: Runtime, link: str
) -> None:
    store_id = ecwid.add_store(name="Clay & Co")

    guide = page_text(browser.get(link))
    consent_url = browser.post(link).headers["Location"]
    arrived = browser.get(ecwid.grant_consent(consent_url, store_id))

    assert "Sports Market asks for access to your store." in guide
    assert "Get quotes, place orders and change their status" in guide
    assert arrived.status_code == 303
    assert arrived.headers["Location"] == f"{BACK}?outcome=completed&reference=shop-7"
    consent = ChannelConsent.get()
    assert (consent.store_id, consent.scopes) == (store_id, ["read_catalog", "write_orders"])
    assert "Sports Market can now access your stores" in text_of(sent_emails(runtime)[-1])
    assert f"{BACK}?outcome=completed&amp;reference=shop-7" in browser.get(link).text


def test_page_shows_the_logo_of_the_channel_if_it_has_one(browser: Visitor, link: str) -> None:
    assert "logo.png" not in browser.get(link).text
    Channel.update(logo_url="https://sports.example/logo.png").execute()

    assert 'src="https://sports.example/logo.png"' in browser.get(link).text


def test_refused_attempt_offers_the_way_back(
    browser: Visitor, ecwid: Ecwid, link: str, onboarding: Onboarding
) -> None:
    consent_url = browser.post(link).headers["Location"]
    browser.get(ecwid.answer_consent(consent_url, decision="deny"))

    page = browser.get(link)

    assert f"{BACK}?outcome=refused&amp;reference=shop-7" in page.text
    assert "Continue to Ecwid" in page_text(page)
    assert not ChannelConsent.select().exists()


def test_owner_of_a_connected_store_consents_without_connecting_again(
    browser: Visitor, store: Store, merchant: Merchant, link: str
) -> None:
    make_store(make_merchant(email="eve@example.com"), id=2004, name="Wood")

    page = browser.get(link)
    assert re.findall(r'<option value="(\d+)">', page.text) == [str(store.id)]
    for wrong in ("2004", "nonsense", "9" * 30, ""):
        browser.post(f"{link}/store", store_id=wrong)
    assert not ChannelConsent.select().exists()

    browser.post(f"{link}/store", store_id=store.id)

    assert ChannelConsent.get().store == store
    assert "now has access to your store" in page_text(browser.get(link))
    again = browser.post(f"{link}/store", store_id=store.id)
    assert again.status_code == 410


def test_anyone_with_the_link_can_decline_and_it_still_works(
    visitor: Visitor, link: str, onboarding: Onboarding
) -> None:
    assert visitor.post(f"{link}/decline").status_code == 303
    declined_at = Onboarding.get_by_id(onboarding.id).refused_at
    visitor.post(f"{link}/decline")
    assert Onboarding.get_by_id(onboarding.id).refused_at == declined_at

    page = visitor.get(link)
    assert f"{BACK}?outcome=refused&amp;reference=shop-7" in page.text
    assert Onboarding.get_by_id(onboarding.id).is_open


def test_links_without_a_channel_and_invalid_ones_have_no_consent_to_give(
    app: Flask, browser: Visitor, runtime: Runtime, store: Store, onboarding: Onboarding, link: str
) -> None:
    Onboarding.update(channel=None).execute()
    for path in (link, "/connect/link/nonsense"):
        assert browser.post(f"{path}/store", store_id=store.id).status_code == 410
        assert browser.post(f"{path}/decline").status_code == 410
    assert "asks for access to your store" not in page_text(browser.get(link))
    assert Channel.select().count() == 1


@pytest.mark.parametrize("is_declined", [False, True])
def test_connecting_a_store_without_the_link_is_no_consent_to_its_channel(
    browser: Visitor, ecwid: Ecwid, connect: Connect, link: str, is_declined: bool
) -> None:
    browser.post(link)
    if is_declined:
        browser.post(f"{link}/decline")

    connect(browser, ecwid.add_store(name="Clay & Co"))

    assert Store.select().exists()
    assert not ChannelConsent.select().exists()
    assert "Continue to Ecwid" in page_text(browser.get(link))


def test_trying_again_after_a_failure_continues_the_link(
    browser: Visitor, ecwid: Ecwid, link: str
) -> None:
    denied = ecwid.answer_consent(browser.post(link).headers["Location"], decision="deny")
    store_id = ecwid.add_store(name="Clay & Co")

    page = browser.get(denied)
    assert f'action="{link}"' in page.text
    browser.get(ecwid.grant_consent(browser.post(link).headers["Location"], store_id))

    assert ChannelConsent.get().store_id == store_id


def test_link_withdrawn_while_the_merchant_is_at_ecwid_grants_nothing(
    browser: Visitor, ecwid: Ecwid, link: str, onboarding: Onboarding
) -> None:
    consent_url = browser.post(link).headers["Location"]
    assert withdraw_channel_link(onboarding)

    arrived = browser.get(ecwid.grant_consent(consent_url, ecwid.add_store(name="Clay & Co")))

    assert arrived.headers["Location"] == f"{BACK}?outcome=refused&reference=shop-7"
    assert not ChannelConsent.select().exists()
    assert Onboarding.get_by_id(onboarding.id).status == "withdrawn"


def test_link_works_once_even_if_two_attempts_were_begun(
    browser: Visitor, ecwid: Ecwid, link: str
) -> None:
    consent_urls = [browser.post(link).headers["Location"] for _ in range(2)]
    store_ids = [ecwid.add_store(name=name) for name in ("Clay & Co", "Wood")]

    for consent_url, store_id in zip(consent_urls, store_ids, strict=True):
        browser.get(ecwid.grant_consent(consent_url, store_id))

    assert [row.store_id for row in ChannelConsent.select()] == store_ids[:1]


def test_each_page_that_can_grant_access_says_to_which_channel_and_for_whom(
    browser: Visitor, link: str
) -> None:
    for page in (link, f"{link}/custom-app"):
        text = page_text(browser.get(page))
        assert "Sports Market asks for access to your store." in text
        assert "This link is for “shop-7” at Sports Market." in text
    assert "asks for access" not in page_text(browser.get("/connect/custom-app"))
