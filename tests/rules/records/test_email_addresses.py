"""E-mail addresses are equal in any case, also beyond ASCII, and differ in every other letter."""

from __future__ import annotations

import pytest

from portal.rules.privacy.data_subject_keys import email_key
from portal.rules.records.email_addresses import normalize_email

EQUAL = [
    ("Ada@Shopper.example", "ada@shopper.example"),
    (" ada@shopper.example\n", "ada@shopper.example"),
    ("ÄRMEL@shopper.example", "ärmel@shopper.example"),
    ("ЧАШКА@пример.example", "чашка@пример.example"),
    ("A\u0308rmel@shopper.example", "ärmel@shopper.example"),
    ("STRAẞE@shopper.example", "straße@shopper.example"),
    ("ΣΑΣ@shopper.example", "σας@shopper.example"),
]
DIFFERENT = [
    ("straße@shopper.example", "strasse@shopper.example"),
    ("İstanbul@shopper.example", "istanbul@shopper.example"),
    ("\u0131sparta@shopper.example", "isparta@shopper.example"),
    ("ärmel@shopper.example", "armel@shopper.example"),
    ("ﬁ@shopper.example", "fi@shopper.example"),
]


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_case_and_encoding_make_no_difference(one: str, other: str) -> None:
    assert normalize_email(one) == normalize_email(other)
    assert email_key(1003, one) == email_key(1003, other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_addresses_of_different_mailboxes_stay_different(one: str, other: str) -> None:
    assert normalize_email(one) != normalize_email(other)
    assert email_key(1003, one) != email_key(1003, other)


def test_normalized_address_stays_as_it_is() -> None:
    for pair in (*EQUAL, *DIFFERENT):
        for email in pair:
            assert normalize_email(normalize_email(email)) == normalize_email(email)


def test_keys_of_recorded_erasures_stay_valid() -> None:
    # The digest is in the suppression lists of installed databases.
    digest = "8dd3f17490d5c5e238af9740ce9dbedbb4f99b3a732b3726254da2b3f3fb1a82"
    assert email_key(1003, "Ada@Shopper.example") == f"email:{digest}"
