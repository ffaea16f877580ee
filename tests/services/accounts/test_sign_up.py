"""Sign-up by a link to the address, valid once and for a limited time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

from portal.models import Merchant, utc_now
from portal.services.accounts import sign_up as module
from portal.services.accounts.passwords import check_password
from portal.services.accounts.sign_up import email_from_token, parse_email, sign_up, sign_up_token
from tests.factories import make_merchant

KEY = ("test-secret-key",)
PASSWORD = "a few good words"


def invited(email: str = "ada@example.com") -> str:
    """Return the token of a sign-up link for this address."""
    token = sign_up_token(KEY, email)
    assert token is not None
    return token


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("ada@example.com", "ada@example.com"),
        (" Ada@Example.COM\n", "ada@example.com"),
        ("ada+stores@shop.example.co.uk", "ada+stores@shop.example.co.uk"),
        ("ada@localhost.test", "ada@localhost.test"),
        ("ada@bücher.example", "ada@bücher.example"),
    ],
)
def test_address_is_normalized(text: str, email: str) -> None:
    assert parse_email(text) == email


@pytest.mark.parametrize(
    "text",
    ["", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@example.com\nx"],
)
def test_invalid_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_email(text)


@pytest.mark.parametrize("length", [243, 100_000])
def test_overlong_address_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        parse_email("a" * length + "@example.com")


@given(st.text())
def test_any_text_is_either_refused_or_an_address(text: str) -> None:
    try:
        email = parse_email(text)
    except ValueError:
        return
    assert "@" in email


def test_link_contains_its_address(database: Database) -> None:
    assert email_from_token(KEY, invited(" Ada@Example.COM ")) == "ada@example.com"


def test_address_with_an_account_gets_no_link(database: Database) -> None:
    make_merchant()

    assert sign_up_token(KEY, "Ada@example.com") is None


def test_link_expires(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    token = invited()
    monkeypatch.setattr(module, "LINK_TTL_S", -1)

    assert email_from_token(KEY, token) is None


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "ImFkYUBleGFtcGxlLmNvbSI.aaaaaa.bbbbbbb", "é"])
def test_forged_link_is_invalid(database: Database, token: str) -> None:
    assert email_from_token(KEY, token) is None


def test_link_with_another_secret_key_is_invalid(database: Database) -> None:
    assert email_from_token(("another-key",), invited()) is None


@pytest.mark.promise(10)
def test_account_stores_a_hashed_password(database: Database) -> None:
    merchant = sign_up("ada@example.com", PASSWORD)

    assert merchant is not None
    kept = Merchant.get_by_id(merchant.id)
    assert (kept.email, kept.operator_role) == ("ada@example.com", None)
    assert kept.verified_at <= utc_now()
    assert check_password(kept.password_hash, PASSWORD)
    assert PASSWORD not in kept.password_hash


def test_link_works_once(database: Database) -> None:
    token = invited()
    sign_up("ada@example.com", PASSWORD)

    assert email_from_token(KEY, token) is None


def test_second_sign_up_with_the_same_address_creates_no_account(database: Database) -> None:
    first = sign_up("ada@example.com", PASSWORD)

    assert sign_up("ada@example.com", "another password") is None

    assert [Merchant.get()] == [first]
    assert check_password(Merchant.get().password_hash, PASSWORD)
