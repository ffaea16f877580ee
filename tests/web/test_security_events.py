"""Refused requests and changed credentials are security events of their account and network."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pyotp
import pytest
from flask import Flask

from portal.config import Settings
from portal.models import Merchant, QueuedEmail, SecurityEvent, Store
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.accounts.security_event_kinds import SecurityEventKind as Kind
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.accounts.invitations import invite
from portal.services.accounts.second_factor import begin_factor, confirm_factor, pending_secret
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from tests.factories import make_merchant, make_store
from tests.statements import count_statements
from tests.web.conftest import PASSWORD, PASSWORD_HASH, Visitor, let_confirmations_expire
from tests.web.emails import link_from, sent_emails, text_of
from tests.web.operator.conftest import set_role

# The test client's address is 127.0.0.1.
NETWORK = "127.0.0.0/24"
CALLS = 5
Events = dict[tuple[str, str, str | None], int]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with a low limit of API calls."""
    return replace(settings, api_burst=CALLS)


@pytest.fixture
def other(runtime: Runtime) -> Merchant:
    """Another merchant, who owns store 2004."""
    other = make_merchant(email="eve@example.com", password_hash=PASSWORD_HASH)
    make_store(other, id=2004)
    return other


def events(runtime: Runtime) -> Events:
    """Return the number of events by kind, endpoint and e-mail address of the account."""
    runtime.security_events.flush()
    found: Events = {}
    for row in SecurityEvent.select(SecurityEvent, Merchant).left_outer_join(Merchant):
        assert row.network == NETWORK
        key = (row.kind, row.endpoint, row.merchant and row.merchant.email)
        found[key] = found.get(key, 0) + row.count
    return found


def test_wrong_passwords_are_counted_for_the_account(
    runtime: Runtime, visitor: Visitor, merchant: Merchant
) -> None:
    for email in (merchant.email, merchant.email, "nobody@example.com"):
        visitor.post("/login", email=email, password="wrong password")
    visitor.sign_in(merchant)
    let_confirmations_expire()
    visitor.post("/account/delete", password="wrong password")

    sign_in = "accounts.open_session"
    assert events(runtime) == {
        (Kind.PASSWORD_REFUSED, sign_in, merchant.email): 2,
        (Kind.PASSWORD_REFUSED, sign_in, None): 1,
        (Kind.SIGNED_IN, sign_in, merchant.email): 1,
        (Kind.PASSWORD_REFUSED, "account.delete", merchant.email): 1,
    }


def test_sign_in_with_a_new_browser_is_mailed_but_not_the_first_one(
    runtime: Runtime, app: Flask, merchant: Merchant
) -> None:
    first, second = Visitor(app), Visitor(app)
    for visitor in (first, first, second, second):
        visitor.client.environ_base["HTTP_USER_AGENT"] = "X11; Linux x86_64 Firefox/140.0"
        visitor.sign_in(merchant).post("/logout")
        runtime.security_events.flush()

    sign_in = "accounts.open_session"
    assert events(runtime) == {
        (Kind.SIGNED_IN, sign_in, merchant.email): 4,
        (Kind.NEW_BROWSER, sign_in, merchant.email): 1,
    }
    [email] = sent_emails(runtime)
    assert email["Subject"] == "New sign-in to your account"
    assert "Browser: Firefox · Linux Network: 127.0.0.x" in text_of(email)
    assert link_from(email) == "/forgot"


def test_wrong_code_is_counted_for_the_account(
    runtime: Runtime, visitor: Visitor, merchant: Merchant
) -> None:
    begin_factor(runtime.sealer, merchant)
    secret = pending_secret(runtime.sealer, merchant)
    assert secret
    assert confirm_factor(runtime.sealer, merchant, pyotp.TOTP(secret).now())
    visitor.post("/login", email=merchant.email, password=PASSWORD)

    visitor.post("/login/code", code="000000")

    assert events(runtime) == {(Kind.CODE_REFUSED, "accounts.check_code", merchant.email): 1}


def test_foreign_stores_are_counted_for_who_asks(
    runtime: Runtime, browser: Visitor, merchant: Merchant, other: Merchant
) -> None:
    browser.get("/stores/2004")
    browser.get("/stores/999")

    assert events(runtime) == {(Kind.STORE_REFUSED, "stores.show", merchant.email): 2}
    stores = {row.store_id for row in SecurityEvent.select()}
    assert stores == {2004, None}


def test_refused_api_keys_are_counted_for_the_account_of_their_prefix(
    runtime: Runtime, app: Flask, merchant: Merchant, store: Store, other: Merchant
) -> None:
    made = create_key(merchant, "ERP", [KeyScope.READ_CATALOG])
    assert made is not None
    client: Any = app.test_client()
    for text, path in (
        ("nonsense", "/stores"),
        (f"{made.text}x", "/stores"),
        (made.text, "/stores"),
        (made.text, "/stores/2004/products"),
    ):
        client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {text}"})
    client.get("/api/v1/stores")

    assert events(runtime) == {
        (Kind.API_KEY_REFUSED, "api.list_stores", None): 1,
        (Kind.API_KEY_REFUSED, "api.list_stores", merchant.email): 1,
        (Kind.STORE_REFUSED, "api.list_products", merchant.email): 1,
    }


def test_operator_pages_are_counted_for_who_asks(
    runtime: Runtime, browser: Visitor, merchant: Merchant
) -> None:
    browser.get("/operator/users")
    set_role(merchant, OperatorRole.SUPPORT)
    browser.get("/operator/users")
    browser.post("/operator/audit/export")

    assert events(runtime) == {
        (Kind.OPERATOR_PAGE_REFUSED, "operator.users", merchant.email): 1,
        (Kind.OPERATOR_PAGE_REFUSED, "operator.export_audit_log", merchant.email): 1,
    }


def test_forged_forms_and_states_are_counted(
    runtime: Runtime, browser: Visitor, visitor: Visitor, merchant: Merchant
) -> None:
    browser.client.post("/account/export", data={"csrf_token": "forged"})
    visitor.client.post("/login", data={"email": merchant.email})
    browser.get("/connect/callback?code=c&state=forged")

    assert events(runtime) == {
        (Kind.CSRF_REFUSED, "account.export", merchant.email): 1,
        (Kind.CSRF_REFUSED, "accounts.open_session", None): 1,
        (Kind.STATE_REFUSED, "connect.callback", merchant.email): 1,
    }


def test_requests_beyond_a_limit_are_counted(
    runtime: Runtime, visitor: Visitor, merchant: Merchant
) -> None:
    for _ in range(7):
        visitor.post("/forgot", email=merchant.email)

    limited = events(runtime)
    assert set(limited) == {(Kind.LIMIT_REACHED, "accounts.send_reset", None)}
    assert limited[Kind.LIMIT_REACHED, "accounts.send_reset", None] >= 1


def test_calls_beyond_the_quota_of_a_key_are_no_events(
    runtime: Runtime, app: Flask, merchant: Merchant
) -> None:
    made = create_key(merchant, "ERP", [KeyScope.READ_CATALOG])
    assert made is not None
    headers = {"Authorization": f"Bearer {made.text}"}
    # A slow machine refills the bucket in between.
    answers = [app.test_client().get("/api/v1/me", headers=headers) for _ in range(5 * CALLS)]

    assert 429 in {answer.status_code for answer in answers}
    assert events(runtime) == {}


def test_changed_credentials_are_events_with_the_network(
    runtime: Runtime, browser: Visitor, merchant: Merchant, store: Store
) -> None:
    browser.post("/account/password", password=PASSWORD, new_password="another long sentence")
    let_confirmations_expire()
    browser.post("/account/password", password=PASSWORD, new_password="a third long sentence")
    browser.post("/account/password", password="another long sentence", new_password=PASSWORD)
    browser.post("/account/keys", name="ERP", scopes=["read_orders"], store="all")
    browser.post("/account/keys", name="", scopes=["read_orders"], store="all")

    assert events(runtime) == {
        (Kind.PASSWORD_CHANGED, "account.set_password", merchant.email): 2,
        (Kind.PASSWORD_REFUSED, "account.set_password", merchant.email): 1,
        (Kind.API_KEY_CREATED, "api_keys.make", merchant.email): 1,
    }
    kinds = [row.kind for row in QueuedEmail.select().order_by(QueuedEmail.id)]
    assert kinds == ["account_changed"] * 2 + ["notice_api_key_created"]


def test_owner_is_notified_of_a_new_member_with_a_way_to_remove_them(
    runtime: Runtime, stranger: Visitor, merchant: Merchant, store: Store
) -> None:
    invitation = invite(store, merchant, "eve@example.com").invitation

    stranger.post(f"/invitations/{invitation.id}/accept")
    stranger.post(f"/invitations/{invitation.id}/accept")

    assert events(runtime) == {(Kind.MEMBER_JOINED, "invitations.accept", "eve@example.com"): 1}
    [email] = sent_emails(runtime)
    assert email["To"] == merchant.email
    assert email["Subject"] == "New team member in Clay & Co"
    assert link_from(email) == f"/stores/{store.id}/team"
    assert "If you didn't invite this person, remove them" in text_of(email)


def test_refused_sign_in_writes_nothing_and_a_valid_call_is_no_event(
    runtime: Runtime, visitor: Visitor, browser: Visitor, merchant: Merchant, store: Store
) -> None:
    with count_statements(runtime.database) as statements:
        visitor.post("/login", email=merchant.email, password="wrong password")
        visitor.get("/reset/nonsense")

    written = [each for each in statements if not each.lstrip().upper().startswith("SELECT")]
    assert written == []
    runtime.security_events.flush()
    SecurityEvent.delete().execute()
    browser.get(f"/stores/{store.id}")
    assert events(runtime) == {}


def test_refusal_is_answered_while_events_cannot_be_saved(
    runtime: Runtime, visitor: Visitor, merchant: Merchant
) -> None:
    runtime.database.execute_sql("ALTER TABLE security_event RENAME TO away")
    try:
        answer = visitor.post("/login", email=merchant.email, password="wrong password")
        runtime.security_events.flush()
    finally:
        runtime.database.execute_sql("ALTER TABLE away RENAME TO security_event")

    assert answer.status_code == 422
    visitor.post("/login", email=merchant.email, password="wrong password")
    assert sum(events(runtime).values()) == 2
