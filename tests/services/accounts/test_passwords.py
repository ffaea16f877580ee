"""A password is checked against its hash, and nobody learns from the delay who has an account."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from portal.services.accounts.passwords import check_password, hash_password, needs_rehash

PASSWORD = "a few good words"
HASH = hash_password(PASSWORD)


def test_the_right_password_is_told_from_a_wrong_one() -> None:
    assert check_password(HASH, PASSWORD)
    assert not check_password(HASH, "a few wrong words")
    assert not check_password(HASH, "")


@pytest.mark.promise(10)
def test_a_hash_tells_nothing_of_the_password_and_is_never_the_same() -> None:
    again = hash_password(PASSWORD)

    assert HASH.startswith("$argon2id$")
    assert PASSWORD not in HASH
    assert again != HASH


@pytest.mark.parametrize("password", [PASSWORD, "", "nobody signs in with this"])
def test_without_an_account_no_password_is_right(password: str) -> None:
    assert not check_password(None, password)


@pytest.mark.parametrize(
    "broken", ["", "x", "$argon2id$", HASH[:-20]], ids=["empty", "text", "head", "cut"]
)
def test_a_broken_hash_admits_nobody(broken: str) -> None:
    assert not check_password(broken, PASSWORD)


def test_a_hash_of_an_outdated_cost_is_noticed() -> None:
    outdated = PasswordHasher.from_parameters(CHEAPEST).hash(PASSWORD)

    assert check_password(outdated, PASSWORD)
    assert needs_rehash(outdated)
    assert not needs_rehash(HASH)
