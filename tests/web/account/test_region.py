"""Choice of language and time zone on the account page."""

from __future__ import annotations

import re

import pytest

from portal.models import AuditLogEntry, Merchant
from portal.rules.accounts.audit_actions import AuditAction
from tests.web.conftest import Visitor, page_text

PAGE = "/account/region"


def chosen(page: str) -> list[str]:
    """Return the selected values of the form's select fields."""
    return re.findall(r'value="([^"]*)"\s+selected', page)


def test_account_shows_both_and_links_to_the_page(browser: Visitor) -> None:
    account = browser.get("/account")

    assert f'href="{PAGE}"' in account.text
    assert "Language Your browser's language Time zone The store's time zone" in page_text(account)
    assert chosen(browser.get(PAGE).text) == ["", ""]


def test_choice_is_saved_shown_and_recorded(browser: Visitor, merchant: Merchant) -> None:
    response = browser.post(PAGE, language="en", time_zone="America/New_York")

    assert (response.status_code, response.location) == (303, PAGE)
    page = browser.get(PAGE)
    assert chosen(page.text) == ["en", "America/New_York"]
    assert "Saved." in page_text(page)
    assert "Times are shown in America/New York." in page.text
    account = page_text(browser.get("/account"))
    assert "Language English Time zone America/New York" in account
    assert "time zone of your account: America/New York" in page_text(
        browser.get("/account/notifications")
    )
    assert AuditLogEntry.select().where(AuditLogEntry.action == AuditAction.REGION_CHANGED).exists()


def test_choice_can_be_taken_back(browser: Visitor, merchant: Merchant) -> None:
    browser.post(PAGE, language="en", time_zone="UTC")
    browser.post(PAGE, language="", time_zone="")

    merchant = Merchant.get_by_id(merchant.id)
    assert (merchant.chosen_locale, merchant.timezone, merchant.locale) == ("", "", "en")


@pytest.mark.parametrize(
    "wrong", [{"language": "xx"}, {"time_zone": "Nowhere/At"}, {"time_zone": "../etc"}]
)
def test_invalid_choice_is_rejected(browser: Visitor, wrong: dict[str, str]) -> None:
    response = browser.post(PAGE, **{"language": "", "time_zone": "", **wrong})

    assert response.status_code == 422
    assert "field__error" in response.text
    assert Merchant.get().timezone == ""
