"""Sign-in by e-mail address and password."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from peewee import Database

from portal.models import Merchant
from portal.services.accounts.passwords import MAX_LENGTH, hash_password, needs_rehash
from portal.services.accounts.sign_in import authenticate
from tests.factories import make_merchant

PASSWORD = "a few good words"
HASH = hash_password(PASSWORD)


@pytest.fixture
def database_url(sqlite_database_url: str) -> str:
    """SQLite only: hashing takes the time here, not the database."""
    return sqlite_database_url


@pytest.fixture(autouse=True)
def ada(database: Database) -> Merchant:
    """The merchant who signs in."""
    return make_merchant(password_hash=HASH)


@pytest.mark.parametrize("email", ["ada@example.com", " Ada@Example.COM "])
def test_right_password_signs_in_with_any_spelling_of_the_address(
    ada: Merchant, email: str
) -> None:
    assert authenticate(email, PASSWORD) == ada


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "a few wrong words"),
        ("ada@example.com", ""),
        ("eve@example.com", PASSWORD),
        ("", PASSWORD),
    ],
)
def test_wrong_address_or_password_signs_nobody_in(email: str, password: str) -> None:
    assert authenticate(email, password) is None


def test_hash_with_recommended_cost_is_kept() -> None:
    authenticate("ada@example.com", PASSWORD)

    assert Merchant.get().password_hash == HASH


def test_hash_with_outdated_cost_is_replaced() -> None:
    outdated = PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)
    Merchant.update(password_hash=outdated).execute()

    assert authenticate("ada@example.com", PASSWORD) is not None

    assert not needs_rehash(Merchant.get().password_hash)
    assert authenticate("ada@example.com", PASSWORD) is not None


def test_wrong_password_replaces_no_hash() -> None:
    outdated = PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)
    Merchant.update(password_hash=outdated).execute()

    authenticate("ada@example.com", "a few wrong words")

    assert Merchant.get().password_hash == outdated


def test_overlong_password_is_cut() -> None:
    Merchant.update(password_hash=hash_password("x" * MAX_LENGTH)).execute()

    assert authenticate("ada@example.com", "x" * MAX_LENGTH) is not None
    assert authenticate("ada@example.com", "y" * 1_000_000) is None
