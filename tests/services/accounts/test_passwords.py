"""Password hashes; the response time does not reveal whether an account exists."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST, RFC_9106_LOW_MEMORY

from portal.services.accounts.passwords import check_password, hash_password, needs_rehash
from tests.password_cost import PRODUCT_HASHER

PASSWORD = "a few good words"
HASH = hash_password(PASSWORD)


def test_only_the_right_password_is_accepted() -> None:
    assert check_password(HASH, PASSWORD)
    assert not check_password(HASH, "a few wrong words")
    assert not check_password(HASH, "")


@pytest.mark.promise(10)
def test_hashes_hide_the_password_and_are_salted() -> None:
    again = hash_password(PASSWORD)

    assert HASH.startswith("$argon2id$")
    assert PASSWORD not in HASH
    assert again != HASH


@pytest.mark.parametrize("password", [PASSWORD, "", "nobody signs in with this"])
def test_no_password_is_right_without_an_account(password: str) -> None:
    assert not check_password(None, password)


@pytest.mark.parametrize(
    "broken", ["", "x", "$argon2id$", HASH[:-20]], ids=["empty", "text", "head", "cut"]
)
def test_broken_hash_accepts_no_password(broken: str) -> None:
    assert not check_password(broken, PASSWORD)


def test_hash_with_outdated_cost_needs_a_rehash() -> None:
    outdated = PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)

    assert check_password(outdated, PASSWORD)
    assert needs_rehash(outdated)
    assert not needs_rehash(HASH)


def test_product_hashes_with_the_recommended_cost() -> None:
    hashed = PRODUCT_HASHER.hash(PASSWORD)

    recommended = PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)
    assert not recommended.check_needs_rehash(hashed)
    assert PRODUCT_HASHER.verify(hashed, PASSWORD)
