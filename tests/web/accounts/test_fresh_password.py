"""Sensitive changes need a recent password and, with a second factor, its code."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.models import Membership, Merchant, Role
from portal.rules.accounts.operator_roles import OperatorRole
from tests.factories import (
    make_factor,
    make_merchant,
    make_passkey,
    make_recovery_code,
    make_store,
)
from tests.web.conftest import (
    PASSWORD,
    Visitor,
    let_confirmations_expire,
    page_text,
)

NEW_PASSWORD = "correct horse battery"
# Each route that makes a sensitive change, with the other fields of its form.
CHANGES: dict[str, dict[str, str]] = {
    "/account/password": {"new_password": NEW_PASSWORD},
    "/account/email": {"email": "ada@new.example"},
    "/account/delete": {},
    "/account/second-factor": {},
    "/account/second-factor/codes": {},
    "/account/second-factor/off": {},
    "/account/passkeys/begin": {},
    "/account/passkeys/1/remove": {},
    "/stores/1003/team/2/transfer": {},
    "/stores/1003/team/second-factor": {"required": "yes"},
    "/operator/users/1/lock": {},
    "/operator/actions/disconnect": {"action": "disconnect", "scope": "all", "count": "1"},
}


@pytest.fixture
def person(app: Flask, merchant: Merchant) -> Visitor:
    """The browser of an admin with a second factor who owns a store with staff."""
    store = make_store(merchant)
    bob = make_merchant(email="bob@example.com")
    Membership.create(merchant=bob, store=store, role=Role.MANAGER)
    Merchant.update(operator_role=OperatorRole.ADMIN).where(Merchant.id == merchant.id).execute()
    make_factor(merchant)
    make_passkey(merchant)
    return Visitor(app).force_login(merchant)


@pytest.mark.parametrize("path", CHANGES)
def test_every_sensitive_change_needs_password_and_code(
    person: Visitor, merchant: Merchant, path: str
) -> None:
    let_confirmations_expire()
    code = make_recovery_code(merchant)

    answers = [
        person.post(path, **CHANGES[path], **given)
        for given in ({}, {"code": code}, {"password": "wrong", "code": code})
    ]
    without_code = person.post(path, **CHANGES[path], password=PASSWORD, code="0000")

    assert [each.status_code for each in answers] == [422] * 3
    assert without_code.status_code == 422
    done = person.post(path, **CHANGES[path], password=PASSWORD, code=code)
    assert done.status_code != 422


def test_full_sign_in_counts_for_ten_minutes_in_its_own_browser(
    person: Visitor, app: Flask, merchant: Merchant
) -> None:
    assert "Your password" not in page_text(person.get("/account/second-factor"))
    let_confirmations_expire()
    other = Visitor(app).sign_in(merchant)

    assert "Your password" in page_text(person.get("/account/second-factor"))
    assert "Your password" not in page_text(other.get("/account/second-factor"))
    assert other.post("/account/second-factor/codes").status_code == 303


def test_confirmation_counts_for_the_next_changes(person: Visitor, merchant: Merchant) -> None:
    let_confirmations_expire()
    page = page_text(person.get("/account/second-factor"))
    assert "Your password" in page
    assert "Code from your authenticator app" in page
    code = make_recovery_code(merchant)
    wrong = person.post("/account/second-factor/codes", password="wrong", code=code)
    without = person.post("/account/second-factor/codes", password=PASSWORD, code="0000")
    assert "Incorrect password." in page_text(wrong)
    assert "This code is incorrect" in page_text(without)

    first = person.post("/account/second-factor/codes", password=PASSWORD, code=code)
    second = person.post("/account/second-factor/codes")

    assert (first.status_code, second.status_code) == (303, 303)


def test_password_alone_is_asked_for_without_a_second_factor(
    browser: Visitor,
) -> None:
    let_confirmations_expire()
    page = page_text(browser.get("/account/password"))
    assert "Your password" in page
    assert "Code from your authenticator app" not in page

    changed = browser.post("/account/password", password=PASSWORD, new_password=NEW_PASSWORD)

    assert changed.status_code == 303


def test_code_is_not_used_up_by_a_form_with_another_problem(
    person: Visitor, merchant: Merchant
) -> None:
    let_confirmations_expire()
    code = make_recovery_code(merchant)

    short = person.post("/account/password", password=PASSWORD, code=code, new_password="short")
    wrong = person.post("/account/password", password="wrong", code=code, new_password=NEW_PASSWORD)
    right = person.post(
        "/account/password", password=PASSWORD, code=code, new_password=NEW_PASSWORD
    )

    assert (short.status_code, wrong.status_code, right.status_code) == (422, 422, 303)
