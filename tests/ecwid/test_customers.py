"""Customers are converted to rows that fit their table, or raise RecordError."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

from portal.ecwid.customers import customer_row
from portal.ecwid.values import EMAIL_LENGTH
from portal.errors import RecordError
from portal.models import Customer
from tests.ecwid.odd_values import LONG_TEXT, READ_AT, attempt, damaged, on_a_shared_database
from tests.factories import UPDATED_AT, customer_payload, make_store

PERSON: dict[str, Any] = customer_payload()["billingPerson"]


def test_customer_is_converted_to_a_row() -> None:
    payload = customer_payload()

    assert customer_row(1003, payload, READ_AT) == {
        "store": 1003,
        "remote_id": 12,
        "email": "ada@shopper.example",
        "email_as_given": "Ada@Shopper.example",
        "name": "Ada Adler",
        "phone": "+49 30 5551",
        "country_code": "DE",
        "group_id": 0,
        "group_name": "General",
        "order_count": 3,
        "sales_value": Decimal("149.72"),
        "accepts_marketing": True,
        "remote_created_at": datetime(2024, 1, 5, 8, tzinfo=UTC),
        "raw": payload,
        "remote_updated_at": UPDATED_AT,
        "synced_at": READ_AT,
        "deleted_at": None,
    }


def test_customer_with_only_an_id_is_read() -> None:
    row = customer_row(1003, {"id": 12}, READ_AT)

    assert (row["email"], row["name"], row["phone"]) == (None, None, None)
    assert row["remote_updated_at"] == row["remote_created_at"] == READ_AT


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"name": None, "billingPerson": {"firstName": "Ada", "lastName": "Adler"}}, "Ada Adler"),
        ({"name": "", "firstName": "Ada", "lastName": "Adler", "billingPerson": None}, "Ada Adler"),
        ({"name": "Clay & Co", "billingPerson": {"firstName": "Ada"}}, "Clay & Co"),
    ],
)
def test_customer_without_a_whole_name_has_the_first_and_last_name(
    changes: dict[str, Any], name: str
) -> None:
    row = customer_row(1003, customer_payload(**changes), READ_AT)

    assert row["name"] == name


def test_very_long_address_is_accepted() -> None:
    email = f"{'a' * 300}@shopper.example"

    assert customer_row(1003, customer_payload(email=email), READ_AT)["email"] == email


def test_empty_address_is_none() -> None:
    row = customer_row(1003, customer_payload(email=""), READ_AT)

    assert (row["email"], row["email_as_given"]) == (None, None)


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"email": []}, "email"),
        ({"email": "x" * 513}, "email"),
        ({"registered": "once"}, "registered"),
        ({"acceptMarketing": "yes"}, "acceptMarketing"),
        ({"totalOrderCount": 2**40}, "totalOrderCount"),
        ({"billingPerson": []}, "billingPerson"),
        ({"billingPerson": {"countryCode": {}}}, "billingPerson.countryCode"),
        ({"stats": {"salesValue": "lots"}}, "stats.salesValue"),
    ],
    ids=repr,
)
def test_invalid_customer_field_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError) as refused:
        customer_row(1003, customer_payload(**changes), READ_AT)

    assert (refused.value.resource, refused.value.field) == ("customers", field)


@pytest.mark.promise(5)
def test_longest_values_fit_their_indexes(database: Database) -> None:
    payload = customer_payload(email=LONG_TEXT[:EMAIL_LENGTH], name=LONG_TEXT)
    make_store()

    Customer.upsert([customer_row(1003, payload, READ_AT)])

    assert Customer.get().name == LONG_TEXT


@pytest.mark.promise(5)
@on_a_shared_database
@given(customer=damaged(customer_payload()), person=damaged(PERSON), has_person=st.booleans())
def test_database_accepts_every_customer_that_can_be_read(
    database: Database, customer: dict[str, Any], person: dict[str, Any], *, has_person: bool
) -> None:
    payload = customer | ({"billingPerson": person} if has_person else {})

    with database.atomic() as transaction:
        make_store()
        row, refused_field = attempt(customer_row, payload)
        if row is None:
            assert str(refused_field).partition(".")[0] in customer_payload()
        else:
            assert Customer.upsert([row]) == 1
            assert Customer.get().remote_id == row["remote_id"]
        transaction.rollback()
