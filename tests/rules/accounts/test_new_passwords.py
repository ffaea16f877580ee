"""New passwords: common ones, patterns and the account's own data are refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.accounts.new_passwords import (
    PASSWORD_REFUSALS,
    PasswordRefusal,
    fold,
    refuse_password,
)

COMMON = {"password", "qwertyuiop", "sunshine", "1234567890", "basketball", "love"}
IN_FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "password12")
OWN = ("ada.lovelace@clay-shop.example", "Juniper & Clay")


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("1234567890", PasswordRefusal.COMMON),
        ("qwertyuiop", PasswordRefusal.COMMON),
        ("Qwerty UIOP", PasswordRefusal.COMMON),
        ("Password2026!", PasswordRefusal.COMMON),
        ("P@ssw0rd-123", PasswordRefusal.COMMON),
        ("!!! $un5hine ???", PasswordRefusal.COMMON),
        (IN_FULL_WIDTH, PasswordRefusal.COMMON),
        ("passwordpassword", PasswordRefusal.COMMON),
        ("love-1999-2001", PasswordRefusal.COMMON),
        ("aaaaaaaaaaaa", PasswordRefusal.PATTERN),
        ("abcabcabcabc", PasswordRefusal.PATTERN),
        ("!?!?!?!?!?!?", PasswordRefusal.PATTERN),
        ("          ", PasswordRefusal.PATTERN),
        ("cdefghijklmn", PasswordRefusal.PATTERN),
        ("9876543210", PasswordRefusal.PATTERN),
        ("ada.lovelace@clay-shop.example", PasswordRefusal.OWN_DATA),
        ("AdaLovelace1", PasswordRefusal.OWN_DATA),
        ("lovelace 2026", PasswordRefusal.OWN_DATA),
        ("Juniper & Clay", PasswordRefusal.OWN_DATA),
        ("juniper-sunshine", PasswordRefusal.OWN_DATA),
        ("merchant portal", PasswordRefusal.OWN_DATA),
        ("ecwid portal 1", PasswordRefusal.OWN_DATA),
    ],
)
def test_password_that_is_guessed_first_is_refused(password: str, reason: PasswordRefusal) -> None:
    assert refuse_password(password, common=COMMON, own_texts=OWN) is reason


@pytest.mark.parametrize(
    "password",
    [
        "a few good words",
        "correct horse battery",
        "ada likes green tea",
        "my juniper needs water",
        "basketball and sunshine",
        "kX9-vT2-mQ7",
        "#$%&*(){}[]<>@^",
        "пять зелёных яблок",
        "48203918475",
    ],
)
def test_password_of_several_words_or_chance_is_accepted(password: str) -> None:
    assert refuse_password(password, common=COMMON, own_texts=OWN) is None


def test_each_reason_has_a_text() -> None:
    assert set(PASSWORD_REFUSALS) == set(PasswordRefusal)


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=20))
def test_own_text_with_a_digit_is_never_accepted(own: str, other: str) -> None:
    refusal = refuse_password(f"{own}7", common=(), own_texts=(other, own))

    assert refusal is not None or len(fold(own)) < 3


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_case_and_separators_make_no_difference(password: str) -> None:
    same = refuse_password(password, common=COMMON, own_texts=OWN)

    if fold(password.upper()) == fold(password) and len(fold(password)) > 3:
        assert refuse_password(password.upper(), common=COMMON, own_texts=OWN) == same
