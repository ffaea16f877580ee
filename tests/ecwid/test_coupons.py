"""Coupons are converted to rows that fit their table, or raise RecordError."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from peewee import Database

from portal.ecwid.coupons import coupon_row, coupon_terms
from portal.errors import RecordError
from portal.models import Coupon
from tests.ecwid.odd_values import READ_AT, attempt, damaged, on_a_shared_database
from tests.factories import UPDATED_AT, coupon_payload, make_store


def test_coupon_is_converted_to_a_row() -> None:
    payload = coupon_payload()

    assert coupon_row(1003, payload, READ_AT) == {
        "store": 1003,
        "remote_id": 33,
        "code": "WELCOME-10",
        "code_key": "welcome-10",
        "name": "Welcome",
        "type": "PERCENT",
        "status": "ACTIVE",
        "discount": Decimal(10),
        "minimum_subtotal": Decimal("25.00"),
        "launches_at": datetime(2026, 1, 1, tzinfo=UTC),
        "expires_at": datetime(2027, 1, 1, tzinfo=UTC),
        "uses_limit": "ONCEPERCUSTOMER",
        "application_limit": "UNLIMITED",
        "order_count": 4,
        "catalog_limit": {"products": [5], "categories": [7]},
        "shipping_limit": None,
        "remote_created_at": datetime(2025, 12, 1, tzinfo=UTC),
        "raw": payload,
        "remote_updated_at": UPDATED_AT,
        "synced_at": READ_AT,
        "deleted_at": None,
    }


def test_coupon_without_an_end_never_expires() -> None:
    payload = coupon_payload()
    del payload["expirationDate"]

    assert coupon_row(1003, payload, READ_AT)["expires_at"] is None


def test_coupon_with_few_fields_is_read() -> None:
    row = coupon_row(1003, {"id": 33, "code": "TEN"}, READ_AT)

    assert (row["type"], row["discount"], row["catalog_limit"]) == (None, None, None)
    assert row["remote_updated_at"] == READ_AT


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"id": None}, "id"),
        ({"code": None}, "code"),
        ({"code": "x" * 256}, "code"),
        ({"discount": "half"}, "discount"),
        ({"launchDate": "soon"}, "launchDate"),
        ({"expirationDate": "2026-02-30 00:00:00 +0000"}, "expirationDate"),
        ({"updateDate": 1772366400}, "updateDate"),
        ({"catalogLimit": [5]}, "catalogLimit"),
        ({"shippingLimit": "all"}, "shippingLimit"),
        ({"orderCount": 1.5}, "orderCount"),
    ],
    ids=repr,
)
def test_invalid_coupon_field_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError) as refused:
        coupon_row(1003, coupon_payload(**changes), READ_AT)

    assert (refused.value.resource, refused.value.field) == ("discount_coupons", field)


@pytest.mark.promise(5)
@on_a_shared_database
@given(payload=damaged(coupon_payload()))
def test_database_accepts_every_coupon_that_can_be_read(
    database: Database, payload: dict[str, Any]
) -> None:
    with database.atomic() as transaction:
        make_store()
        row, refused_field = attempt(coupon_row, payload)
        if row is None:
            assert refused_field in coupon_payload()
        else:
            assert Coupon.upsert([row]) == 1
            assert Coupon.get().code == row["code"]
        transaction.rollback()


def test_coupon_terms_are_read_for_the_rules() -> None:
    terms = coupon_terms(
        coupon_payload(
            catalogLimit={"products": [5, "x"], "categories": [0, 7]},
            shippingLimit={"shippingMethods": ["express", 5]},
        )
    )

    assert (terms.code, terms.type, terms.discount) == ("WELCOME-10", "PERCENT", 10)
    assert terms.launches_at == datetime(2026, 1, 1, tzinfo=UTC)
    assert terms.minimum_subtotal == 25
    assert (terms.product_ids, terms.category_ids) == ({5}, {0, 7})
    assert terms.shipping_methods == {"express", "5"}


def test_row_and_terms_have_the_same_dates_in_utc() -> None:
    payload = coupon_payload(launchDate="2026-02-01 12:00:00", expirationDate="2026-03-01")

    row, terms = coupon_row(1003, payload, READ_AT), coupon_terms(payload)

    assert terms.launches_at == row["launches_at"] == datetime(2026, 2, 1, 12, tzinfo=UTC)
    assert terms.expires_at == row["expires_at"] == datetime(2026, 3, 2, tzinfo=UTC)
    with pytest.raises(RecordError, match="expirationDate"):
        coupon_terms(coupon_payload(expirationDate="2026-02-31"))


def test_older_flag_for_returning_customers_replaces_a_missing_limit() -> None:
    old = coupon_payload(repeatCustomerOnly=True)
    del old["applicationLimit"]

    assert coupon_terms(old).application_limit == "REPEAT_CUSTOMER_ONLY"
    assert coupon_terms(coupon_payload(repeatCustomerOnly=True)).application_limit == "UNLIMITED"
