"""Notification settings, quiet hours and the list of the latest emails."""

from __future__ import annotations

import re

import pytest

from portal.models import Merchant, NotificationPreference, NotificationState, Store
from portal.portal_brand import PortalBrand
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.connection.issue_titles import TITLES
from portal.services.notifications.notification_preferences import preference_of
from portal.services.notifications.render_digest import render_digest
from tests.factories import make_issue, make_notification, make_store
from tests.web.conftest import Visitor, page_text

PAGE = "/account/notifications"
CHOICE = {"kinds": [*TITLES], "quiet_from": "21", "quiet_until": "8"}


def chosen(page: str) -> list[str]:
    """Return the selected values of the form's select fields."""
    return re.findall(r'value="([^"]*)"\s+selected', page)


def test_account_links_to_the_page_which_shows_the_defaults(browser: Visitor) -> None:
    assert f'href="{PAGE}"' in browser.get("/account").text
    page = browser.get(PAGE).text

    assert chosen(page) == ["22", "7"]
    assert page.count("checked") == len(TITLES)
    assert "No emails yet" in page


def test_operator_has_no_quiet_hours_by_default(browser: Visitor, merchant: Merchant) -> None:
    Merchant.update(operator_role=OperatorRole.ADMIN).execute()

    assert chosen(browser.get(PAGE).text) == ["any", "7"]


def test_settings_are_saved_and_shown(browser: Visitor, merchant: Merchant) -> None:
    response = browser.post(PAGE, **CHOICE | {"kinds": ["token_dead"]})

    assert response.headers["Location"] == PAGE
    page = browser.get(PAGE).text
    assert chosen(page) == ["21", "8"]
    assert page.count("checked") == 1
    assert preference_of(merchant).muted == [kind for kind in TITLES if kind != "token_dead"]


def test_quiet_hours_and_all_emails_can_be_turned_off(browser: Visitor, merchant: Merchant) -> None:
    browser.post(PAGE, quiet_from="any", quiet_until="7")

    choice = preference_of(merchant)
    assert (choice.quiet_from, choice.quiet_until) == (None, None)
    assert set(choice.muted) == set(TITLES)
    assert chosen(browser.get(PAGE).text) == ["any", "7"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"quiet_until": "21"},
        {"quiet_from": "24"},
        {"kinds": ["weather"]},
    ],
)
def test_invalid_settings_are_rejected(browser: Visitor, wrong: dict[str, object]) -> None:
    response = browser.post(PAGE, **CHOICE | wrong)

    assert response.status_code == 422
    assert "field__error" in response.text
    assert NotificationPreference.select().count() == 0


def test_latest_emails_are_shown_with_their_state(
    browser: Visitor, stranger: Visitor, merchant: Merchant, store: Store
) -> None:
    bounced = {"state": NotificationState.BOUNCED, "error": "refused for good: 550 5.1.1"}
    make_notification(merchant, make_issue(store), **bounced)

    page = page_text(browser.get(PAGE))

    assert "Webhooks from Ecwid have stopped Clay & Co Refused refused for good: 550" in page
    assert "Clay & Co" not in page_text(stranger.get(PAGE))


def test_links_in_emails_lead_to_existing_pages(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    issue = make_issue(store)
    elsewhere = make_issue(make_store(merchant, id=2002, name="Wax"))
    message = render_digest(
        merchant, [issue, elsewhere], PortalBrand("Market", "https://p.example")
    )

    paths = set(re.findall(r"https://p\.example(/\S+)", message.text))

    assert paths == {"/stores/1003", "/stores/2002", PAGE}
    assert {browser.get(path).status_code for path in paths} == {200}
