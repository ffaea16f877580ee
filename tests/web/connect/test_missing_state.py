"""A callback without ``state`` connects nothing until the merchant has confirmed the store."""

from __future__ import annotations

import pytest

from portal.ecwid.transport import ATTEMPTS
from portal.models import ChannelConsent, Grant, Membership, Merchant, Onboarding, Store
from portal.sandbox.faults import Fault
from portal.services.connection.channel_links import LinkRequest, create_channel_link
from portal.services.connection.connect_link_tokens import link_token
from portal.services.runtime import Runtime
from tests.factories import make_channel
from tests.web.conftest import Connect, Ecwid, Visitor, page_text

BACK = "https://sports.example/connected"


@pytest.fixture
def store_id(ecwid: Ecwid) -> int:
    """A store, at an Ecwid that drops ``state``."""
    ecwid.set_switches(echo_state="off")
    return ecwid.add_store(name="Clay & Co", products=3)


def start(browser: Visitor, path: str = "/connect") -> str:
    """Begin an attempt; return the URL of the consent page."""
    return str(browser.post(path).headers["Location"])


def test_attempt_goes_on_after_a_click_on_a_page_that_names_the_store(
    browser: Visitor, merchant: Merchant, connect: Connect, store_id: int
) -> None:
    answer = connect(browser, store_id)

    assert answer.headers["Location"] == "/connect/confirm"
    assert not Store.select().exists()
    question = page_text(browser.get("/connect/confirm"))
    assert f"Ecwid store Clay & Co ({store_id})" in question
    assert merchant.email in question

    assert browser.post("/connect/confirm").headers["Location"] == f"/stores/{store_id}"
    assert Membership.store_of(merchant, store_id) is not None
    (onboarding,) = Onboarding.select()
    assert onboarding.store_id == store_id


def test_code_of_a_strangers_store_connects_nothing_and_the_own_attempt_goes_on(
    browser: Visitor, stranger: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    foreign_id = ecwid.add_store(name="Trap")
    bait = ecwid.grant_consent(start(stranger), foreign_id)
    ecwid.set_switches(echo_state="on")
    consent_url = start(browser)

    assert browser.get(bait).headers["Location"] == "/connect/confirm"
    assert "Trap" in page_text(browser.get("/connect/confirm"))
    own = browser.get(ecwid.grant_consent(consent_url, store_id))

    assert own.status_code == 303
    assert [store.id for store in Store.select()] == [store_id]


def test_link_of_a_channel_is_finished_and_leads_back_by_one_more_click(
    browser: Visitor, ecwid: Ecwid, runtime: Runtime, store_id: int
) -> None:
    link = create_channel_link(
        make_channel(return_urls=[BACK]), LinkRequest("shop-7", return_url=BACK)
    )
    path = f"/connect/link/{link_token(runtime.settings.secret_keys, link)}"
    browser.get(ecwid.grant_consent(start(browser, path), store_id))

    claimed = browser.post("/connect/confirm").headers["Location"]

    assert claimed == path
    assert ChannelConsent.get().store_id == store_id
    assert f"{BACK}?outcome=completed&amp;reference=shop-7" in browser.get(claimed).text


def test_reconnect_with_another_store_is_refused_after_the_click(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int
) -> None:
    connect(browser, store_id)
    browser.post("/connect/confirm")
    other_id = ecwid.add_store(name="Other")
    browser.get(ecwid.grant_consent(start(browser, f"/stores/{store_id}/reconnect"), other_id))

    answer = browser.post("/connect/confirm")

    assert answer.status_code == 409
    assert "You allowed access to a different store" in page_text(answer)
    assert Grant.active_for(other_id) is None


def test_store_that_cannot_be_read_now_is_named_by_its_number(
    browser: Visitor, ecwid: Ecwid, connect: Connect, store_id: int
) -> None:
    ecwid.server.parts.access.faults.add(Fault("/profile", 503, times=ATTEMPTS))

    connect(browser, store_id)

    assert f"in the Ecwid store {store_id}." in page_text(browser.get("/connect/confirm"))


def test_attempt_of_another_account_in_the_same_browser_is_left_out(
    browser: Visitor, stranger: Visitor, connect: Connect, store_id: int
) -> None:
    connect(browser, store_id)
    other = Merchant.create(email="later@example.com", password_hash="")
    browser.force_login(other)

    browser.post("/connect/confirm")

    assert Membership.store_of(other, store_id) is not None
    assert Onboarding.select().where(Onboarding.merchant == other).count() == 1


def test_refusal_without_a_state_counts_for_the_attempt(
    browser: Visitor, ecwid: Ecwid, store_id: int
) -> None:
    assert browser.get(ecwid.answer_consent(start(browser), decision="deny")).status_code == 403

    assert Onboarding.get().failure_reason == "denied"
