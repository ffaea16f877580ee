"""The owner sets a channel's stock buffer and pauses its selling."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from portal.models import Channel, ChannelConsent, Merchant, Store
from portal.rules.api_keys.key_scopes import KeyScope
from portal.rules.orders.sale_terms import SellingSide
from portal.services.channels.consents import grant_consent
from portal.services.channels.sale_terms import pause_selling
from portal.services.runtime import Runtime
from tests.factories import make_channel
from tests.web.conftest import Visitor, page_text
from tests.web.emails import sent_emails, text_of

PAGE = "/stores/1003/channels"
FLASH = "flash__undo"


@pytest.fixture
def consent(store: Store, merchant: Merchant) -> ChannelConsent:
    """The store's consent to a channel."""
    channel: Channel = make_channel()
    return grant_consent(channel, store, [KeyScope.WRITE_ORDERS], merchant)


def address(consent: ChannelConsent, action: str) -> str:
    """Return the URL of an action on the consent."""
    return f"{PAGE}/{consent.id}/{action}"


def undo_of(page: TestResponse) -> list[tuple[str, str]]:
    """Return class and address of the forms whose button takes a change back."""
    return re.findall(rf'<form class="({FLASH})" method="post" action="([^"]+)"', page.text)


def test_owner_pauses_and_resumes_selling(
    browser: Visitor, runtime: Runtime, consent: ChannelConsent
) -> None:
    browser.post(address(consent, "selling/pause"), reason="stock_check")

    shown = page_text(browser.get(PAGE))
    assert "Selling paused" in shown
    assert "Paused since" in shown
    assert "The stock is being counted or corrected" in shown
    assert "can't sell your products" in text_of(sent_emails(runtime)[-1])

    browser.post(address(consent, "selling/resume"))
    assert "Accepted" in page_text(browser.get(PAGE))
    assert "can sell your products again" in text_of(sent_emails(runtime)[-1])


def test_pause_of_selling_and_a_stock_buffer_can_be_taken_back(
    browser: Visitor, consent: ChannelConsent
) -> None:
    browser.post(address(consent, "selling/pause"))
    paused = browser.get(PAGE)
    browser.post(address(consent, "selling/resume"))
    browser.post(address(consent, "stock-buffer"), stock_buffer="3")
    buffered = browser.get(PAGE)

    assert "Selling paused. The channel can't place orders until" in page_text(paused)
    assert (FLASH, address(consent, "selling/resume")) in undo_of(paused)
    assert (FLASH, address(consent, "stock-buffer")) in undo_of(buffered)
    assert 'name="stock_buffer" value="0"' in " ".join(buffered.text.split())


def test_change_to_what_it_is_already_sends_no_email(
    browser: Visitor, runtime: Runtime, consent: ChannelConsent
) -> None:
    browser.post(address(consent, "selling/resume"))

    assert "Nothing to change" in page_text(browser.get(PAGE))
    assert sent_emails(runtime) == []


def test_pause_by_the_channel_is_named(browser: Visitor, consent: ChannelConsent) -> None:
    pause_selling(consent, None, None, SellingSide.CHANNEL)

    assert "Paused by the channel since" in page_text(browser.get(PAGE))


def test_reason_that_is_not_on_the_list_is_left_out(
    browser: Visitor, consent: ChannelConsent
) -> None:
    browser.post(address(consent, "selling/pause"), reason="<b>typed</b>")

    stored = ChannelConsent.get()
    assert (stored.selling_paused_by, stored.selling_pause_reason) == ("store", None)


@pytest.mark.parametrize("wrong", ["", "-1", "1001", "two", "²", "99999"])
def test_wrong_number_of_pieces_is_explained(
    browser: Visitor, consent: ChannelConsent, wrong: str
) -> None:
    browser.post(address(consent, "stock-buffer"), stock_buffer=wrong)

    assert "Enter a whole number from 0 to 1000" in page_text(browser.get(PAGE))
    assert ChannelConsent.get().stock_buffer == 0


def test_owner_holds_pieces_back(
    browser: Visitor, runtime: Runtime, consent: ChannelConsent
) -> None:
    browser.post(address(consent, "stock-buffer"), stock_buffer=" 3 ")

    assert 'value="3"' in browser.get(PAGE).text
    assert "can't sell: 3" in text_of(sent_emails(runtime)[-1])


def test_end_of_an_access_is_confirmed_and_leaves_the_terms(
    browser: Visitor, consent: ChannelConsent
) -> None:
    asked = page_text(browser.get(address(consent, "end")))
    assert "End access for Sports Market?" in asked

    browser.post(address(consent, "revoke"))
    browser.post(address(consent, "stock-buffer"), stock_buffer="3")

    assert "access has ended" in page_text(browser.get(PAGE))
    assert browser.get(f"{PAGE}/999/end").status_code == 404
