"""Page of an account's security events, and of its changes."""

from __future__ import annotations

import pytest

from portal.models import Actor, AuditLogEntry, Merchant, Store, acting_as
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.accounts.security_event_kinds import SecurityEventKind
from portal.services.accounts.account_access import end_sessions
from portal.services.accounts.security_events import record_security_event
from portal.services.runtime import Runtime
from portal.web.security_labels import CHANGE_LABELS, EVENT_LABELS, account_change, security_event
from tests.factories import make_merchant
from tests.web.conftest import PASSWORD, Visitor, page_text

PAGE = "/account/security"


def test_every_kind_has_a_text() -> None:
    assert list(EVENT_LABELS) == list(SecurityEventKind)
    assert str(security_event("of_tomorrow").text) == "Another security event"


def test_every_change_of_an_account_has_a_text() -> None:
    prefixes = ("account.", "email.", "password.", "second_factor.", "session.")
    changes = {action for action in AuditAction if action.startswith(prefixes)}

    assert changes - {AuditAction.ACCOUNT_DELETED} <= set(CHANGE_LABELS)
    assert str(account_change("run.started")) == "Started a sync run"


def test_new_account_has_seen_nothing(browser: Visitor) -> None:
    assert f'href="{PAGE}"' in browser.get("/account").text
    assert "No events yet" in page_text(browser.get(PAGE))
    assert "No changes yet" in page_text(browser.get(f"{PAGE}/changes"))


def test_page_has_wrong_passwords_and_sign_ins_in_plain_words(
    runtime: Runtime, browser: Visitor, visitor: Visitor, merchant: Merchant
) -> None:
    make_merchant(email="bob@example.com")
    for email in (merchant.email, merchant.email, "bob@example.com"):
        visitor.post("/login", email=email, password="wrong password")
    visitor.sign_in(merchant)
    runtime.security_events.flush()

    page = page_text(browser.get(PAGE))

    assert "Wrong password 127.0.0.x 2" in page
    assert "Signed in 127.0.0.x 1" in page
    assert page.count("Wrong password 1") == 1


def test_store_that_was_asked_for_is_not_confirmed(
    runtime: Runtime, browser: Visitor, merchant: Merchant, store: Store
) -> None:
    Store.create(id=2004, name="Wood", url="", currency="EUR")
    browser.get("/stores/2004")
    runtime.security_events.flush()

    page = browser.get(PAGE).text

    assert "Tried to open someone else's store" in page
    assert "2004" not in page
    assert "Wood" not in page


def test_events_are_paged(runtime: Runtime, browser: Visitor, merchant: Merchant) -> None:
    for number in range(26):
        record_security_event(
            runtime,
            SecurityEventKind.CODE_REFUSED,
            merchant_id=merchant.id,
            ip_address=f"10.0.{number}.1",
        )
    runtime.security_events.flush()

    first = browser.get(PAGE)
    later = browser.get(first.text.partition('rel="next"')[0].rpartition('href="')[2].split('"')[0])

    assert page_text(first).count("Wrong verification code") == 25
    assert page_text(later).count("Wrong verification code") == 1
    assert browser.get(f"{PAGE}?after=x").status_code == 404


def test_changes_of_the_account_name_who_made_them(
    runtime: Runtime, browser: Visitor, merchant: Merchant
) -> None:
    admin = make_merchant(email="admin@example.com", operator_role=OperatorRole.ADMIN)
    browser.post("/account/export")
    with acting_as(Actor(merchant, "api_key 7")):
        AuditLogEntry.record_request(
            None, AuditAction.NOTIFICATIONS_CHANGED, f"merchant {merchant.id}"
        )
    AuditLogEntry.record(None, AuditAction.ACCOUNT_LOCKED, f"merchant {admin.id}", actor=admin)
    browser.post("/account/password", password=PASSWORD, new_password="another long sentence")

    page = page_text(browser.get(f"{PAGE}/changes"))

    assert "Password changed You" in page
    assert "Account data downloaded You" in page
    assert "Email settings changed One of your API keys" in page
    assert "Account locked" not in page

    end_sessions(runtime, merchant, actor=admin)
    page = page_text(
        Visitor(browser.client.application).force_login(merchant).get(f"{PAGE}/changes")
    )
    assert "Signed out on all devices Support" in page
    assert "admin@example.com" not in page


@pytest.mark.promise(9)
def test_events_and_changes_of_others_are_not_shown(
    runtime: Runtime, browser: Visitor, stranger: Visitor, visitor: Visitor, merchant: Merchant
) -> None:
    visitor.post("/login", email=merchant.email, password="wrong password")
    browser.post("/account/export")
    runtime.security_events.flush()

    assert "No events yet" in page_text(stranger.get(PAGE))
    assert "No changes yet" in page_text(stranger.get(f"{PAGE}/changes"))
