"""Keys recognize an erased data subject's records and reveal nothing about the person."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.privacy.data_subject_keys import (
    customer_key,
    data_subject_keys,
    email_key,
    emails_in,
)


@given(st.emails())
def test_key_of_an_address_ignores_case_and_hides_the_address(email: str) -> None:
    key = email_key(1003, email)

    assert key == email_key(1003, f" {email.upper().lower()} ")
    assert email.lower() not in key


def test_same_address_has_another_key_in_another_store() -> None:
    assert email_key(1003, "ada@shopper.example") != email_key(1004, "ada@shopper.example")


def test_addresses_are_found_anywhere_in_a_record() -> None:
    record = {"contacts": [{"contact": "ada@shopper.example"}], "eve@shopper.example": None}

    found = sorted(emails_in({**record, "note": "write to <bea@shopper.example>, please"}))

    assert found == ["ada@shopper.example", "bea@shopper.example", "eve@shopper.example"]


def test_record_has_the_keys_of_its_customer_and_its_addresses() -> None:
    record = {"customerId": 12, "email": "Ada@Shopper.example"}

    assert data_subject_keys(1003, record, "customerId") == {
        customer_key(12),
        email_key(1003, "ada@shopper.example"),
    }


@given(st.none() | st.booleans() | st.floats() | st.lists(st.integers()))
def test_malformed_customer_id_has_no_key(odd: object) -> None:
    assert data_subject_keys(1003, {"customerId": odd}, "customerId") == set()
    assert data_subject_keys(1003, odd, "customerId") == set()
