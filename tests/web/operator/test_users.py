"""Operators list users; admins change their roles and access, with their password."""

from __future__ import annotations

import re

import pyotp
import pytest
from flask import Flask

from portal.models import AuditLogEntry, Merchant
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.accounts.second_factor import begin_factor, confirm_factor, pending_secret
from portal.services.pagination import PAGE_SIZE
from portal.services.runtime import Runtime
from tests.factories import make_factor, make_merchant, make_recovery_code, make_store
from tests.web.conftest import (
    PASSWORD,
    PASSWORD_HASH,
    Visitor,
    let_confirmations_expire,
    page_text,
)
from tests.web.emails import sent_emails, text_of
from tests.web.operator.conftest import set_role

PAGE = "/operator/users"


@pytest.fixture
def bob(runtime: Runtime) -> Merchant:
    """A merchant whom the operator manages."""
    return make_merchant(email="bob@example.com", password_hash=PASSWORD_HASH)


def button_texts(page: str) -> list[str]:
    return re.findall(r"/operator/users/\d+/([a-z-]+)\"", page)


def test_users_are_found_by_address_role_and_state(operator: Visitor, bob: Merchant) -> None:
    everybody = page_text(operator.get(PAGE))
    found = page_text(operator.get(f"{PAGE}?q=BOB&kind=merchants&state=unlocked"))
    nobody = page_text(operator.get(f"{PAGE}?q=nowhere"))

    assert "bob@example.com Merchant Not locked 0 Off –" in everybody
    assert "ada@example.com Admin Not locked 0 On" in everybody
    assert "ada@example.com" not in found
    assert "bob@example.com" in found
    assert "No users found" in nobody
    assert "bob@example.com" in page_text(operator.get(f"{PAGE}?kind=x&state=y"))


@pytest.mark.promise(11)
def test_long_list_keeps_its_filter_from_page_to_page(operator: Visitor) -> None:
    for number in range(PAGE_SIZE + 2):
        make_merchant(email=f"user-{number}@example.com")

    first = operator.get(f"{PAGE}?q=user").text
    later = re.search(r'href="([^"]*after=[^"]*)"', first)

    assert later
    assert "user-1@" not in first
    assert "user-1@" in operator.get(later[1].replace("&amp;", "&")).text
    assert "q=user" in later[1]


def test_admin_makes_a_user_an_operator_changes_the_role_and_removes_it(
    operator: Visitor, merchant: Merchant, bob: Merchant, app: Flask
) -> None:
    address = f"{PAGE}/{bob.id}"
    theirs = Visitor(app).force_login(bob)
    make_factor(bob)
    assert "Make bob@example.com an admin?" in page_text(operator.get(f"{address}/make-admin"))

    roles = []
    for action in ("make-support", "make-admin", "remove-operator"):
        let_confirmations_expire()
        code = make_recovery_code(merchant)
        wrong = operator.post(f"{address}/{action}", password="wrong password", code=code)
        done = operator.post(f"{address}/{action}", password=PASSWORD, code=code)
        assert (wrong.status_code, done.status_code, done.location) == (422, 303, address)
        roles.append((Merchant.get_by_id(bob.id).operator_role, theirs.get(PAGE).status_code))

    assert roles == [("support", 200), ("admin", 200), (None, 404)]
    assert "bob@example.com is no longer an operator." in page_text(operator.get(address))
    assert [entry.action for entry in AuditLogEntry.select().order_by(AuditLogEntry.id)] == [
        "account.made_support",
        "account.made_admin",
        "account.removed_operator",
    ]


def test_admin_locks_unlocks_and_signs_a_user_out(
    operator: Visitor, bob: Merchant, app: Flask
) -> None:
    address = f"{PAGE}/{bob.id}"
    theirs = Visitor(app).force_login(bob)
    assert button_texts(operator.get(address).text) == [
        "make-admin",
        "make-support",
        "lock",
        "end-sessions",
        "reset-sign-in-limit",
    ]

    operator.post(f"{address}/lock", password=PASSWORD)

    assert theirs.get("/stores").status_code == 303
    locked = operator.get(address)
    assert "This account has been locked since" in page_text(locked)
    assert button_texts(locked.text) == [
        "make-admin",
        "make-support",
        "unlock",
        "reset-sign-in-limit",
    ]
    assert "bob@example.com Merchant Locked" in page_text(operator.get(f"{PAGE}?state=locked"))

    operator.post(f"{address}/unlock", password=PASSWORD)
    theirs.force_login(bob)
    assert theirs.get("/stores").status_code == 200

    operator.post(f"{address}/end-sessions", password=PASSWORD)
    assert theirs.get("/stores").status_code == 303


def test_admin_resets_a_lost_second_factor(
    operator: Visitor, bob: Merchant, runtime: Runtime
) -> None:
    begin_factor(runtime.sealer, bob)
    secret = pending_secret(runtime.sealer, bob)
    assert secret is not None
    assert confirm_factor(runtime.sealer, bob, pyotp.TOTP(secret).now())
    address = f"{PAGE}/{bob.id}"
    assert "reset-factor" in button_texts(operator.get(address).text)

    operator.post(f"{address}/reset-factor", password=PASSWORD)

    page = operator.get(address)
    assert "Two-step verification for bob@example.com is off." in page_text(page)
    assert "reset-factor" not in button_texts(page.text)


def test_admin_ends_the_wait_after_wrong_passwords(
    operator: Visitor, bob: Merchant, runtime: Runtime, app: Flask
) -> None:
    theirs = Visitor(app)
    for _ in range(5):
        theirs.post("/login", email=bob.email, password="wrong password")
    assert theirs.post("/login", email=bob.email, password=PASSWORD).status_code == 429
    address = f"{PAGE}/{bob.id}"

    asked = operator.get(f"{address}/reset-sign-in-limit")
    operator.post(f"{address}/reset-sign-in-limit", password=PASSWORD)

    assert "Let bob@example.com sign in now?" in page_text(asked)
    assert "bob@example.com can sign in now." in page_text(operator.get(address))
    assert "ended your waiting time after wrong passwords" in text_of(sent_emails(runtime)[-1])
    assert AuditLogEntry.get().action == "account.sign_in_limit_reset"
    assert theirs.sign_in(bob).get("/stores").status_code == 200


def test_last_admin_and_own_account_are_refused_with_the_reason(
    operator: Visitor, merchant: Merchant
) -> None:
    address = f"{PAGE}/{merchant.id}"

    removed = operator.post(f"{address}/remove-operator", password=PASSWORD)
    locked = operator.post(f"{address}/lock", password=PASSWORD)

    assert (removed.status_code, locked.status_code) == (409, 409)
    assert "Make someone else an admin first" in page_text(removed)
    assert "You can't lock your own account" in page_text(locked)
    page = operator.get(address)
    assert "This is your own account" in page_text(page)
    assert "lock" not in button_texts(page.text)


def test_support_sees_users_without_buttons(
    operator: Visitor, merchant: Merchant, bob: Merchant
) -> None:
    set_role(merchant, OperatorRole.SUPPORT)

    page = operator.get(f"{PAGE}/{bob.id}")

    assert "Only admins can change users" in page_text(page)
    assert button_texts(page.text) == []
    assert operator.get(f"{PAGE}/{bob.id}/lock").status_code == 403
    assert operator.post(f"{PAGE}/{bob.id}/lock", password=PASSWORD).status_code == 403


def test_stores_of_a_user_are_listed_up_to_a_limit(operator: Visitor, bob: Merchant) -> None:
    for number in range(21):
        make_store(bob, id=2000 + number, name=f"Store {number:02}")

    page = operator.get(f"{PAGE}/{bob.id}")

    assert 'href="/stores/2019"' in page.text
    assert 'href="/stores/2020"' not in page.text
    assert "Showing the first 20 of 21." in page_text(page)


def test_unknown_user_or_change_is_a_404(operator: Visitor, bob: Merchant) -> None:
    assert operator.get(f"{PAGE}/999").status_code == 404
    assert operator.get(f"{PAGE}/999/lock").status_code == 404
    assert operator.post(f"{PAGE}/999/lock", password=PASSWORD).status_code == 404
    assert operator.get(f"{PAGE}/{bob.id}/delete").status_code == 404
