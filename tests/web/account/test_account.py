"""Sessions, password, email address, export and deletion of the account."""

from __future__ import annotations

import json

import pytest
from flask import Flask

from portal.models import ApiKey, BrowserSession, Membership, Merchant, Role, Store
from portal.rules.accounts.operator_roles import OperatorRole
from portal.rules.api_keys.key_scopes import KeyScope
from portal.services.api_keys.keys import create_key
from portal.services.runtime import Runtime
from tests.factories import make_merchant
from tests.web.conftest import (
    PASSWORD,
    PASSWORD_HASH,
    Visitor,
    let_confirmations_expire,
    page_text,
)
from tests.web.emails import link_from, sent_emails, text_of

NEW_PASSWORD = "correct horse battery"
NEW_EMAIL = "ada@new.example"


@pytest.fixture
def phone(app: Flask, merchant: Merchant) -> Visitor:
    """A second browser of the signed-in merchant."""
    return Visitor(app).force_login(merchant)


def test_keys_are_suspended_with_the_other_browsers_only_by_choice(
    browser: Visitor, phone: Visitor, merchant: Merchant, store: Store
) -> None:
    assert "suspend my API keys" not in page_text(browser.get("/account"))
    made = create_key(merchant, "ERP", [KeyScope.READ_HEALTH])
    assert made is not None
    assert "suspend my API keys" in page_text(browser.get("/account"))

    browser.post("/account/sessions/end-others")
    assert ApiKey.get().suspended_at is None
    browser.post("/account/sessions/end-others", suspend_keys="1")
    assert ApiKey.get().suspended_at is not None
    assert "1 API key was suspended" in page_text(browser.get("/account"))


def test_merchant_signs_out_another_browser(
    browser: Visitor, phone: Visitor, stranger: Visitor, merchant: Merchant
) -> None:
    page = browser.get("/account")
    newest = BrowserSession.select().where(BrowserSession.merchant == merchant)
    number = newest.order_by(BrowserSession.id.desc()).get().id

    assert page_text(page).count("Unknown browser") == 2
    assert "(this device)" in page_text(page)
    assert stranger.post(f"/account/sessions/{number}/end").status_code == 404
    assert browser.post(f"/account/sessions/{number}/end").status_code == 303

    assert phone.get("/stores").status_code == 303
    assert browser.get("/stores").status_code == 200
    assert browser.post(f"/account/sessions/{number}/end").status_code == 404


def test_merchant_signs_out_all_other_browsers(
    browser: Visitor, phone: Visitor, stranger: Visitor
) -> None:
    browser.post("/account/sessions/end-others")

    assert "1 other device was signed out." in page_text(browser.get("/account"))
    assert phone.get("/stores").status_code == 303
    assert stranger.get("/stores").status_code == 200


def test_new_password_replaces_the_old_one_and_ends_other_sessions(
    browser: Visitor, phone: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    assert "Change password" in page_text(browser.get("/account/password"))
    let_confirmations_expire()
    wrong = browser.post("/account/password", password="wrong", new_password=NEW_PASSWORD)
    weak = browser.post("/account/password", password=PASSWORD, new_password="short")
    common = browser.post("/account/password", password=PASSWORD, new_password="qwertyuiop")

    right = browser.post("/account/password", password=PASSWORD, new_password=NEW_PASSWORD)

    assert "Incorrect password." in page_text(wrong)
    assert "Use 10 to 200 characters" in page_text(weak)
    assert "Many people use this password" in page_text(common)
    assert wrong.status_code == weak.status_code == common.status_code == 422
    assert right.headers["Location"] == "/account"
    assert browser.get("/stores").status_code == 200
    assert phone.get("/stores").status_code == 303
    assert "was changed" in text_of(sent_emails(runtime)[-1])
    assert phone.post("/login", email=merchant.email, password=NEW_PASSWORD).status_code == 303


def test_guessing_the_password_in_a_signed_in_browser_is_limited(browser: Visitor) -> None:
    let_confirmations_expire()
    pages = ["/account/delete", "/account/second-factor/off"] * 3

    answers = [browser.post(page, password="wrong password").status_code for page in pages]

    assert answers == [422] * 5 + [429]
    assert browser.get("/account/password").status_code == 200


def test_email_address_changes_after_both_addresses_confirm(
    browser: Visitor, visitor: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    asked = browser.post("/account/email", email=NEW_EMAIL, password=PASSWORD)
    to_new, to_old = sent_emails(runtime)
    assert (to_new["To"], to_old["To"]) == (NEW_EMAIL, "ada@example.com")
    assert "Check both inboxes" in page_text(asked)
    assert "Waiting for confirmation from the old address." in page_text(browser.get("/account"))
    assert "is waiting to be confirmed" in page_text(browser.get("/account/email"))
    assert "cancel the change and choose a new password" in page_text(
        visitor.get(link_from(to_old))
    )
    assert "from now on" in page_text(visitor.get(link_from(to_new)))
    assert Merchant.get_by_id(merchant.id).email == "ada@example.com"

    visitor.post(link_from(to_old))
    assert "Now confirm the change from the other email address, too." in page_text(
        visitor.get("/")
    )
    visitor.post(link_from(to_new))

    assert "Your email address was changed" in page_text(visitor.get("/"))
    assert Merchant.get_by_id(merchant.id).email == NEW_EMAIL
    assert browser.get("/stores").status_code == 303
    notes = sent_emails(runtime)[2:]
    assert [note["To"] for note in notes] == ["ada@example.com", NEW_EMAIL]
    assert "sign in with the new address" in text_of(notes[0])
    assert visitor.get(link_from(to_old)).status_code == 410
    assert visitor.post(link_from(to_old)).status_code == 410


def test_either_address_can_refuse_the_change(
    browser: Visitor, visitor: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    browser.post("/account/email", email=NEW_EMAIL, password=PASSWORD)
    to_new, to_old = sent_emails(runtime)

    visitor.post(link_from(to_old), decision="refuse")

    assert "Your email address stays the same." in page_text(visitor.get("/"))
    assert visitor.get(link_from(to_new)).status_code == 410


def test_address_with_an_account_gets_the_same_page_and_a_different_email(
    browser: Visitor, runtime: Runtime
) -> None:
    make_merchant(email="eve@example.com")
    free = browser.post("/account/email", email=NEW_EMAIL, password=PASSWORD)

    taken = browser.post("/account/email", email="eve@example.com", password=PASSWORD)

    assert page_text(taken) == page_text(free).replace(NEW_EMAIL, "eve@example.com")
    message = sent_emails(runtime)[-2]
    assert message["To"] == "eve@example.com"
    assert "already has an account" in text_of(message)
    assert "http://127.0.0.1:8000/account" not in text_of(message)


@pytest.mark.parametrize(
    ("email", "password", "expected"),
    [
        ("x", PASSWORD, "Enter a valid email address"),
        (NEW_EMAIL, "wrong", "Incorrect password"),
        ("Ada@example.com", PASSWORD, "already your email address"),
    ],
)
def test_invalid_change_of_address_is_rejected_with_the_reason(
    browser: Visitor, runtime: Runtime, email: str, password: str, expected: str
) -> None:
    let_confirmations_expire()

    response = browser.post("/account/email", email=email, password=password)

    assert response.status_code == 422
    assert expected in page_text(response)
    assert sent_emails(runtime) == []


def test_merchant_downloads_the_account_data(browser: Visitor) -> None:
    response = browser.post("/account/export")

    assert json.loads(response.text)["account"]["email"] == "ada@example.com"
    assert 'filename="account-' in response.headers["Content-Disposition"]
    assert "no-store" in response.headers["Cache-Control"]


def test_account_is_deleted_with_the_password(
    browser: Visitor, phone: Visitor, runtime: Runtime
) -> None:
    assert "can't undo this" in page_text(browser.get("/account/delete"))
    let_confirmations_expire()
    assert browser.post("/account/delete", password="wrong").status_code == 422

    response = browser.post("/account/delete", password=PASSWORD)

    assert response.headers["Location"] == "/"
    assert "Your account was deleted." in page_text(browser.get("/"))
    assert phone.get("/stores").status_code == 303
    assert Merchant.select().count() == 0
    assert "as you requested" in text_of(sent_emails(runtime)[-1])


def test_last_admin_keeps_the_account(browser: Visitor, merchant: Merchant) -> None:
    Merchant.update(operator_role=OperatorRole.ADMIN).execute()

    response = browser.post("/account/delete", password=PASSWORD)

    assert response.status_code == 409
    assert "Make someone else an admin first" in page_text(response)
    assert Merchant.select().exists()


def test_owner_must_transfer_or_disconnect_stores_first(
    browser: Visitor, store: Store, merchant: Merchant, app: Flask
) -> None:
    bob = make_merchant(email="bob@example.com", password_hash=PASSWORD_HASH)
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)

    page = browser.get("/account/delete")
    response = browser.post("/account/delete", password=PASSWORD)

    assert response.status_code == 409
    for shown in (page, response):
        assert "Transfer each store to someone on its team, or disconnect it" in page_text(shown)
        assert "/stores/1003/team" in shown.text
    assert Merchant.select().count() == 2
    assert Visitor(app).sign_in(bob).post("/account/delete", password=PASSWORD).status_code == 303
