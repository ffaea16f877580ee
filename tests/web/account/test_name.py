"""Name of a person on the account page, and where others see it instead of the address."""

from __future__ import annotations

import json

import pytest

from portal.models import AuditLogEntry, Membership, Merchant, Role, Store
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.accounts.display_name import NAME_LIMIT
from tests.factories import make_merchant
from tests.web.conftest import Visitor, page_text

PAGE = "/account/name"


def test_name_is_saved_shown_and_recorded_without_its_text(
    browser: Visitor, merchant: Merchant
) -> None:
    assert "Name (No name)" in page_text(browser.get("/account"))

    response = browser.post(PAGE, name="  Ada \n Lovelace ")

    assert (response.status_code, response.location) == (303, "/account")
    assert "Saved." in page_text(browser.get("/account"))
    assert "Name Ada Lovelace" in page_text(browser.get("/account"))
    assert 'value="Ada Lovelace"' in browser.get(PAGE).text
    entry = AuditLogEntry.get(AuditLogEntry.action == AuditAction.NAME_CHANGED)
    assert (entry.actor, entry.before, entry.after) == (merchant, None, None)
    assert "Name changed" in page_text(browser.get("/account/security/changes"))


def test_same_name_again_is_no_change(browser: Visitor, merchant: Merchant) -> None:
    browser.post(PAGE, name="Ada")
    browser.post(PAGE, name="Ada")

    changes = AuditLogEntry.select().where(AuditLogEntry.action == AuditAction.NAME_CHANGED)
    assert changes.count() == 1


def test_empty_name_shows_the_address_again(browser: Visitor, merchant: Merchant) -> None:
    browser.post(PAGE, name="Ada")
    browser.post(PAGE, name=" ")

    assert Merchant.get_by_id(merchant.id).display_name == "ada@example.com"


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ("n" * (NAME_LIMIT + 1), "Use at most 80 characters."),
        ("boss@example.com", "Enter a name, not an email address."),
    ],
)
def test_wrong_name_is_rejected(
    browser: Visitor, merchant: Merchant, wrong: str, problem: str
) -> None:
    response = browser.post(PAGE, name=wrong)

    assert response.status_code == 422
    assert problem in page_text(response)
    assert Merchant.get_by_id(merchant.id).name == ""


def test_characters_that_turn_text_around_are_removed(browser: Visitor, merchant: Merchant) -> None:
    browser.post(PAGE, name="Ada\u202e\u200b \u2067Byron")

    assert Merchant.get_by_id(merchant.id).name == "Ada Byron"


def test_team_and_connection_history_show_the_name(
    browser: Visitor, merchant: Merchant, store: Store
) -> None:
    browser.post(PAGE, name="Ada <b>")
    colleague = make_merchant(email="bob@example.com")
    Membership.create(merchant=colleague, store=store, role=Role.READ_ONLY)
    browser.post(f"/stores/{store.id}/team/invitations", email="eve@example.com", role="manager")

    team = page_text(browser.get(f"/stores/{store.id}/team"))
    history = page_text(browser.get(f"/stores/{store.id}/timeline"))

    assert "Ada <b> (you) ada@example.com" in team
    assert "bob@example.com" in team
    assert "Ada <b>" in history
    assert "ada@example.com" not in history.partition("Invit")[2]


def test_export_has_the_name(browser: Visitor) -> None:
    browser.post(PAGE, name="Ada")

    assert json.loads(browser.post("/account/export").text)["account"]["name"] == "Ada"
