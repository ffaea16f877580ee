"""Sign-in, sign-out and sessions."""

from __future__ import annotations

import re
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Literal

import pytest
from argon2 import Parameters, PasswordHasher, extract_parameters
from flask import Flask

from portal.models import (
    SESSION_IDLE_LIFETIME,
    SESSION_LIFETIME,
    BrowserSession,
    Merchant,
    utc_now,
)
from portal.services.accounts import passwords
from portal.services.accounts.sign_in import authenticate
from portal.web.accounts.next_page import is_safe_next
from tests.factories import make_merchant
from tests.password_cost import LOW_COST
from tests.web.conftest import PASSWORD, Visitor, page_text

MINUTE = timedelta(minutes=1)


def test_first_field_has_the_focus_and_both_are_required(visitor: Visitor) -> None:
    page = visitor.get("/login").text

    fields = re.findall(r"<input class=[^>]*>", page)
    assert [re.findall(r"\b(?:autofocus|required)\b", field) for field in fields] == [
        ["autofocus", "required"],
        ["required"],
    ]


def test_right_password_starts_a_session(visitor: Visitor, merchant: Merchant) -> None:
    response = visitor.post("/login", email="ADA@example.com ", password=PASSWORD)

    assert response.status_code == 303
    assert response.headers["Location"] == "/stores"
    assert merchant.email in visitor.get("/stores").text


def test_wrong_password_and_unknown_address_get_the_same_page(
    visitor: Visitor, merchant: Merchant
) -> None:
    wrong = visitor.post("/login", email=merchant.email, password="wrong password")
    unknown = visitor.post("/login", email="bob@example.com", password="wrong password")

    assert wrong.status_code == unknown.status_code == 422
    assert "Incorrect email or password." in page_text(wrong)
    assert page_text(wrong) == page_text(unknown)


class RecordingHasher(PasswordHasher):
    """Password hasher that records the cost of the hashes that it verifies."""

    def __init__(self) -> None:
        super().__init__(LOW_COST.time_cost, LOW_COST.memory_cost, LOW_COST.parallelism)
        self.costs: list[Parameters] = []

    def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
        self.costs.append(extract_parameters(str(hash)))
        return super().verify(hash, password)


def test_unknown_address_takes_as_long_as_a_wrong_password(
    merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher = RecordingHasher()
    monkeypatch.setattr(passwords, "_HASHER", hasher)

    for email in (merchant.email, "nobody@example.com"):
        assert authenticate(email, "wrong password") is None

    [known, unknown] = hasher.costs
    assert known == unknown


@pytest.mark.parametrize("fields", [{}, {"email": "ada@example.com"}, {"password": "x"}])
def test_incomplete_form_says_what_is_missing(visitor: Visitor, fields: dict[str, str]) -> None:
    response = visitor.post("/login", **fields)

    assert response.status_code == 422
    assert "Enter your" in page_text(response)


def test_form_without_csrf_token_is_rejected(visitor: Visitor, merchant: Merchant) -> None:
    response = visitor.client.post("/login", data={"email": merchant.email, "password": PASSWORD})

    assert response.status_code == 400
    assert "This form has expired" in page_text(response)


def test_csrf_token_of_another_session_is_rejected(
    app: Flask, visitor: Visitor, merchant: Merchant
) -> None:
    foreign = Visitor(app).csrf_token()
    visitor.csrf_token()

    response = visitor.client.post(
        "/login", data={"csrf_token": foreign, "email": merchant.email, "password": PASSWORD}
    )

    assert response.status_code == 400


def test_attempts_for_one_account_are_limited_even_with_the_right_password(
    visitor: Visitor, merchant: Merchant
) -> None:
    for _ in range(5):
        visitor.post("/login", email=merchant.email, password="wrong password")

    blocked = visitor.post("/login", email=merchant.email.upper(), password=PASSWORD)
    other = visitor.post("/login", email="bob@example.com", password="wrong password")

    assert blocked.status_code == 429
    assert "Too many wrong passwords" in page_text(blocked)
    assert int(blocked.headers["Retry-After"]) > 0
    assert other.status_code == 422


def test_successful_sign_ins_are_never_limited(visitor: Visitor, merchant: Merchant) -> None:
    for _ in range(7):
        visitor.sign_in(merchant)
        visitor.post("/logout")

    assert visitor.sign_in(merchant).get("/stores").status_code == 200


def test_session_is_new_after_signing_in(visitor: Visitor, merchant: Merchant) -> None:
    visitor.get("/login")
    before = visitor.client.get_cookie("portal")
    with visitor.client.session_transaction() as session:
        session["planted"] = "by somebody else"

    visitor.sign_in(merchant)

    with visitor.client.session_transaction() as session:
        assert "planted" not in session
        assert session["_user_id"].startswith(f"{merchant.id}:")
    assert before is None or before.value != visitor.client.get_cookie("portal").value


def test_deleting_its_row_ends_a_session(browser: Visitor, merchant: Merchant) -> None:
    BrowserSession.delete().execute()

    assert browser.get("/stores").status_code == 303


def test_cookie_from_before_the_sign_out_is_invalid(browser: Visitor, app: Flask) -> None:
    kept = browser.client.get_cookie("portal")
    browser.post("/logout")
    thief = Visitor(app)
    thief.client.set_cookie("portal", kept.value)

    assert thief.get("/stores").status_code == 303


def test_malformed_session_is_anonymous(visitor: Visitor, merchant: Merchant) -> None:
    for kept in ("", "x:y", "999:zzz", f"{merchant.id}:"):
        with visitor.client.session_transaction() as session:
            session["_user_id"] = kept

        assert visitor.get("/stores").status_code == 303


def test_signing_out_requires_a_post(browser: Visitor) -> None:
    assert browser.get("/logout").status_code == 405

    response = browser.post("/logout")

    assert response.status_code == 303
    assert browser.get("/stores").headers["Location"].startswith("/login?next=")


def test_sign_in_continues_at_the_requested_page(visitor: Visitor, merchant: Merchant) -> None:
    asked = visitor.get("/stores/1003/products?q=mug")
    form = asked.headers["Location"]

    response = visitor.post(form, email=merchant.email, password=PASSWORD)

    assert asked.status_code == 303
    assert response.headers["Location"] == "/stores/1003/products?q=mug"


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "stores",
        "",
        "///evil.example",
        "//[evil",
        "/%5cevil\n",
    ],
)
def test_sign_in_never_redirects_to_another_site(
    visitor: Visitor, merchant: Merchant, target: str
) -> None:
    response = visitor.post("/login", email=merchant.email, password=PASSWORD, next=target)
    by_query = visitor.client.get("/login", query_string={"next": target})

    assert not is_safe_next(target)
    assert response.headers["Location"] == "/stores"
    assert by_query.headers["Location"] == "/stores"


def test_signed_in_merchant_skips_the_form(browser: Visitor) -> None:
    assert browser.get("/login?next=/connect").headers["Location"] == "/connect"


def test_password_hash_with_old_parameters_is_renewed(visitor: Visitor) -> None:
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    merchant = make_merchant(password_hash=cheap.hash(PASSWORD))

    visitor.sign_in(merchant)

    renewed = Merchant.get_by_id(merchant.id).password_hash
    assert renewed != merchant.password_hash
    assert not passwords.needs_rehash(renewed)


def test_malformed_password_hash_signs_nobody_in(visitor: Visitor) -> None:
    make_merchant(password_hash="x")

    assert visitor.post("/login", email="ada@example.com", password="x").status_code == 422


def test_cookie_is_hidden_from_scripts_and_other_sites(
    visitor: Visitor, merchant: Merchant
) -> None:
    response = visitor.post("/login", email=merchant.email, password=PASSWORD)

    cookie = SimpleCookie(response.headers.getlist("Set-Cookie")[-1])["portal"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"


def test_private_pages_are_not_cached(browser: Visitor) -> None:
    assert "no-store" in browser.get("/stores").headers["Cache-Control"]


def test_cookie_expires_with_its_session_at_the_latest(
    visitor: Visitor, merchant: Merchant
) -> None:
    started = utc_now()
    visitor.sign_in(merchant)
    early = visitor.client.get_cookie("portal")
    with visitor.client.session_transaction() as kept:
        assert kept["ends_at"] >= int((started + SESSION_LIFETIME).timestamp())
        kept["ends_at"] = int((started + timedelta(days=1)).timestamp())

    visitor.get("/stores")

    late = visitor.client.get_cookie("portal")
    assert early is not None
    assert late is not None
    assert early.expires is not None
    assert late.expires is not None
    assert timedelta(days=13) < early.expires - started <= SESSION_IDLE_LIFETIME + MINUTE
    assert late.expires - started <= timedelta(days=1)
