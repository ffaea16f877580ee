"""Orders are converted to rows that fit their tables, or raise RecordError."""

from __future__ import annotations

import re
from copy import deepcopy
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

from portal.ecwid.orders import order_rows
from portal.ecwid.values import CODE_LENGTH, EMAIL_LENGTH
from portal.errors import RecordError
from portal.models import Order, OrderItem
from tests.ecwid.odd_values import LONG_TEXT, READ_AT, attempt, damaged, on_a_shared_database
from tests.factories import UPDATED_AT, make_store, order_payload

ITEM: dict[str, Any] = order_payload()["items"][0]
PART: dict[str, dict[str, Any]] = {
    name: order_payload()[name]
    for name in ("billingPerson", "shippingPerson", "shippingOption", "discountCoupon")
}


def test_order_is_converted_to_rows_with_its_items() -> None:
    payload = order_payload()

    rows = order_rows(1003, payload, READ_AT)

    assert rows.order == {
        "store": 1003,
        "remote_id": 90,
        "number": "EBJFT",
        "payment_status": "PAID",
        "fulfillment_status": "SHIPPED",
        "total": Decimal("49.72"),
        "subtotal": Decimal("49.80"),
        "tax": Decimal("7.94"),
        "shipping_cost": Decimal("4.90"),
        "coupon_discount": Decimal("4.98"),
        "discount": Decimal(0),
        "refunded": Decimal(0),
        "email": "ada@shopper.example",
        "customer_id": 12,
        "buyer_name": "Ada Adler",
        "coupon_code": "WELCOME-10",
        "coupon_code_key": "welcome-10",
        "external_id": "ours-1",
        "referer_id": "77",
        "tracking_number": "RX1",
        "item_count": 1,
        "remote_created_at": datetime(2026, 2, 28, 10, tzinfo=UTC),
        "raw": payload,
        "remote_updated_at": UPDATED_AT,
        "synced_at": READ_AT,
        "deleted_at": None,
    }
    assert rows.items == [
        {
            "store": 1003,
            "order_id": 90,
            "position": 0,
            "remote_id": 901,
            "product_id": 5,
            "variation_id": 51,
            "sku": "MUG-1-L",
            "name": "Stoneware mug",
            "quantity": 2,
            "price": Decimal("24.90"),
            "coupon_amount": Decimal("4.98"),
        }
    ]


def test_order_with_only_a_number_is_read() -> None:
    rows = order_rows(1003, {"orderNumber": 90}, READ_AT)

    assert (rows.order["remote_id"], rows.order["number"]) == (90, "90")
    assert (rows.order["email"], rows.order["total"], rows.items) == (None, None, [])
    assert rows.order["remote_updated_at"] == READ_AT


@pytest.mark.parametrize(
    ("billing", "shipping", "name"),
    [
        ({"firstName": "Ada", "lastName": "Adler"}, {"name": "Bea Bakker"}, "Ada Adler"),
        ({"name": " ", "firstName": " Ada "}, {}, "Ada"),
        ({"name": "", "lastName": "Adler"}, {}, "Adler"),
        ({"name": "A. Adler", "firstName": "Ada"}, {}, "A. Adler"),
        ({}, {"firstName": "Bea", "lastName": "Bakker"}, "Bea Bakker"),
        ({"firstName": "", "lastName": " "}, {}, None),
    ],
)
def test_buyer_without_a_whole_name_has_the_first_and_last_name(
    billing: dict[str, str], shipping: dict[str, str], name: str | None
) -> None:
    payload = order_payload(billingPerson=billing, shippingPerson=shipping)

    assert order_rows(1003, payload, READ_AT).order["buyer_name"] == name


def test_buyer_is_the_billing_contact_or_else_the_shipping_contact() -> None:
    payload = order_payload()
    del payload["billingPerson"]

    assert order_rows(1003, payload, READ_AT).order["buyer_name"] == "Bea Bakker"


def test_unknown_status_is_stored() -> None:
    payload = order_payload(paymentStatus="PAID_IN_SHELLS")

    assert order_rows(1003, payload, READ_AT).order["payment_status"] == "PAID_IN_SHELLS"


def test_dates_with_any_offset_are_read() -> None:
    payload = order_payload(updateDate="2026-03-01 16:00:00 +0400", updateTimestamp=None)

    assert order_rows(1003, payload, READ_AT).order["remote_updated_at"] == UPDATED_AT


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"internalId": None, "orderNumber": None}, "internalId"),
        ({"internalId": "ninety"}, "internalId"),
        ({"total": "much"}, "total"),
        ({"items": {}}, "items"),
        ({"items": [ITEM, 5]}, "items[1]"),
        ({"items": [None]}, "items[0]"),
        ({"items": [ITEM | {"quantity": "two"}]}, "items[0].quantity"),
        ({"items": [ITEM, ITEM | {"price": []}]}, "items[1].price"),
        ({"email": "x" * 513}, "email"),
        ({"billingPerson": "Ada"}, "billingPerson"),
        ({"billingPerson": {"name": []}}, "billingPerson.name"),
        ({"shippingOption": {"shippingRate": "free"}}, "shippingOption.shippingRate"),
        ({"discountCoupon": {"code": "x" * 256}}, "discountCoupon.code"),
        ({"updateTimestamp": None, "updateDate": "yesterday"}, "updateDate"),
    ],
    ids=repr,
)
def test_invalid_order_field_is_named(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError) as refused:
        order_rows(1003, order_payload(**changes), READ_AT)

    error = refused.value
    assert (error.resource, error.entity_id, error.field) == ("orders", "EBJFT", field)


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    ("names", "number"),
    [
        ({"id": "EBJFT", "vendorOrderNumber": "SALE-90", "internalId": 90}, "EBJFT"),
        ({"id": "", "vendorOrderNumber": "SALE-90", "internalId": 90}, "SALE-90"),
        ({"vendorOrderNumber": "SALE-90", "orderNumber": 90}, "SALE-90"),
        ({"internalId": 91, "orderNumber": 90}, "91"),
        ({"orderNumber": 90}, "90"),
    ],
    ids=repr,
)
def test_quarantine_names_an_order_by_the_number_that_people_use(
    names: dict[str, Any], number: str
) -> None:
    row = order_rows(1003, names, READ_AT).order

    with pytest.raises(RecordError) as refused:
        order_rows(1003, names | {"total": "much"}, READ_AT)

    assert row["number"] == refused.value.entity_id == number


@pytest.mark.parametrize("payload", [None, [], "text", 5])
def test_order_that_is_not_an_object_is_rejected(payload: Any) -> None:
    with pytest.raises(RecordError, match="orders without id: record is no JSON object"):
        order_rows(1003, payload, READ_AT)


def test_quantity_in_quotes_is_read() -> None:
    payload = order_payload(items=[ITEM | {"quantity": "3"}])

    assert order_rows(1003, payload, READ_AT).items[0]["quantity"] == 3


def test_item_with_few_fields_is_identified_by_its_position() -> None:
    first, second = order_rows(1003, order_payload(items=[{}, {"name": None}]), READ_AT).items

    assert (first["position"], first["remote_id"], first["name"]) == (0, None, "")
    assert (second["position"], second["quantity"], second["price"]) == (1, None, None)


def test_order_without_times_gets_its_read_time() -> None:
    row = order_rows(1003, {"id": "EBJFT", "internalId": 90}, READ_AT).order

    assert row["remote_created_at"] == row["remote_updated_at"] == READ_AT


@pytest.mark.promise(5)
def test_longest_values_fit_their_indexes(database: Database) -> None:
    names = ("id", "paymentStatus", "fulfillmentStatus", "refererId", "externalOrderId")
    codes = dict.fromkeys(names, LONG_TEXT[:CODE_LENGTH])
    payload = order_payload(email=LONG_TEXT[:EMAIL_LENGTH], trackingNumber=LONG_TEXT, **codes)
    make_store()

    Order.upsert([order_rows(1003, payload, READ_AT).order])

    assert Order.get().tracking_number == LONG_TEXT


@pytest.mark.promise(5)
@on_a_shared_database
@given(order=damaged(order_payload()), items=st.lists(damaged(ITEM), max_size=3), data=st.data())
def test_database_accepts_every_order_that_can_be_read(
    database: Database, order: dict[str, Any], items: list[dict[str, Any]], data: st.DataObject
) -> None:
    parts = {"items": items} | {name: data.draw(damaged(PART[name])) for name in sorted(PART)}
    payload = deepcopy(order | data.draw(st.sampled_from([{}, parts])))

    with database.atomic() as transaction:
        make_store()
        rows, refused_field = attempt(order_rows, payload)
        if rows is None:
            assert re.split(r"[.\[]", str(refused_field))[0] in order_payload()
        else:
            assert Order.upsert([rows.order]) == 1
            if rows.items:
                OrderItem.insert_many(rows.items).execute()
            assert Order.get().number == rows.order["number"]
            assert OrderItem.select().count() == rows.order["item_count"]
        transaction.rollback()
