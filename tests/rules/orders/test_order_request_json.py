"""Order requests written as JSON and read again."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.models.fields import dump_json, load_json
from portal.rules.orders.order_request import LineRequest, OrderRequest, Person
from portal.rules.orders.order_request_json import (
    order_request_document,
    read_order_request,
    read_stored_request,
    upgraded_request,
)
from portal.rules.orders.order_statuses import FIRST_PAYMENT_STATUSES, FULFILLMENT_STATUSES

FULL = {
    "lines": [
        {
            "sku": "MUG",
            "variation_id": 7,
            "quantity": 2,
            "options": {"Size": "L", "Extras": ["Box", "Card"]},
            "expected_price": "12.5",
        }
    ],
    "email": "ada@shopper.example",
    "shipping_person": {"name": "Ada Adler", "country_code": "DE"},
    "billing_person": {"name": "Bea"},
    "shipping_method": "standard",
    "coupon_code": "TEN",
    "expected_total": "29.9",
    "price_tolerance": "0.5",
    "payment_status": "PAID",
    "fulfillment_status": "SHIPPED",
    "payment_method": "Marketplace",
    "comment": "Ring twice",
    "private_notes": "From the fair",
    "channel_reference": "CH-77",
    "notify_customer": True,
}
CHANNEL_FIELDS = {
    "accept_marketing": True,
    "customer_tax_id": "DE123456789",
    "ip_address": "2001:db8::1",
    "language": "pt-BR",
    "created_at": "2026-03-01T11:00:00Z",
    "pickup_time": "2026-03-02T09:30:00Z",
    "payment_option_id": "card",
    "payment_transaction_id": "PAY-9",
    "extra_fields": {"gift": "for Bea"},
}

_characters = st.characters(codec="utf-8", exclude_characters="\x00")
_texts = st.text(_characters, max_size=255)
_option_texts = st.text(_characters, min_size=1, max_size=255)
_ids = st.integers(1, 2**53 - 1)
_amounts = st.decimals(0, 10**12, allow_nan=False, places=4).filter(lambda a: a < 10**12)
_one_line = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\n"), max_size=255)
_people = st.builds(
    Person,
    **dict.fromkeys(Person.__struct_fields__, _texts)
    | {"street": _one_line, "street_2": _one_line},
)
_moments = st.datetimes(datetime(2000, 1, 2), datetime(9998, 1, 1), timezones=st.timezones())  # noqa: DTZ001
_lines = st.builds(
    LineRequest,
    quantity=st.integers(1, 1_000_000),
    product_id=_ids,
    variation_id=st.none() | _ids,
    sku=st.none() | _texts,
    options=st.none()
    | st.dictionaries(
        st.text(_characters, max_size=20),
        _option_texts | st.lists(_option_texts, max_size=3).map(tuple),
        max_size=3,
    ),
    expected_price=st.none() | _amounts,
)
_requests = st.builds(
    OrderRequest,
    lines=st.lists(_lines, min_size=1, max_size=3).map(tuple),
    email=st.none() | st.just("ada@shopper.example"),
    shipping_person=st.none() | _people,
    billing_person=st.none() | _people,
    shipping_method=st.none() | _texts,
    coupon_code=st.none() | _texts,
    expected_total=st.none() | _amounts,
    price_tolerance=st.none() | _amounts,
    payment_status=st.sampled_from(FIRST_PAYMENT_STATUSES),
    fulfillment_status=st.sampled_from(FULFILLMENT_STATUSES),
    payment_method=st.none() | _texts,
    comment=st.none() | _texts,
    private_notes=st.none() | _texts,
    channel_reference=st.none() | _texts,
    notify_customer=st.booleans(),
    accept_marketing=st.none() | st.booleans(),
    customer_tax_id=st.none() | _texts,
    ip_address=st.none() | st.ip_addresses().map(str),
    language=st.sampled_from([None, "en", "zh_CN"]),
    created_at=st.none() | _moments,
    pickup_time=st.none() | _moments,
    payment_option_id=st.none() | _texts,
    payment_transaction_id=st.none() | _texts,
    extra_fields=st.none() | st.dictionaries(st.sampled_from("abc"), _option_texts),
)


@given(_requests)
def test_request_is_unchanged_after_a_round_trip_through_the_database(
    request: OrderRequest,
) -> None:
    document = order_request_document(request)

    stored = load_json(dump_json(document))
    assert read_stored_request(stored) == request
    assert order_request_document(read_stored_request(stored)) == document


@given(_requests)
def test_request_is_unchanged_after_a_round_trip_through_the_api(request: OrderRequest) -> None:
    assert msgspec.json.decode(msgspec.json.encode(request), type=OrderRequest) == request


def test_every_field_is_read_and_written() -> None:
    request = read_order_request(FULL | CHANNEL_FIELDS)

    assert request.lines[0].chosen_options == {"Size": "L", "Extras": ("Box", "Card")}
    assert request.shipping_person == Person(name="Ada Adler", country_code="DE")
    assert order_request_document(request) == FULL | CHANNEL_FIELDS
    assert set(FULL | CHANNEL_FIELDS) == set(OrderRequest.__struct_fields__)


def test_optional_fields_that_are_not_set_leave_the_document_as_it_was() -> None:
    unset = dict.fromkeys(CHANNEL_FIELDS) | {"accept_marketing": False, "extra_fields": {}}

    assert order_request_document(read_order_request(FULL | unset)) == FULL


def test_equal_times_and_addresses_are_written_alike() -> None:
    changes = {"created_at": "2026-03-01T12:00:00.9+01:00", "ip_address": " 2001:DB8:0::1 "}
    request = read_order_request(FULL | CHANNEL_FIELDS | changes)

    assert order_request_document(request) == FULL | CHANNEL_FIELDS


@pytest.mark.parametrize(
    ("amount", "written"),
    [("12.500", "12.5"), ("100", "100"), (100, "100"), (12.5, "12.5"), ("1E-9999", "1E-9999")],
)
def test_equal_amounts_are_written_alike(amount: Any, written: str) -> None:
    request = read_order_request({"lines": [{"product_id": 5, "quantity": 1}]})

    document = order_request_document(
        msgspec.structs.replace(request, expected_total=Decimal(str(amount)))
    )

    assert document["expected_total"] == written


def test_document_with_old_field_names_is_read() -> None:
    names = {"price_tolerance": "price_tolerance", "fulfillment_status": "fulfillment_status"}
    old = {names.get(name, name): value for name, value in FULL.items()}

    assert upgraded_request(old) == FULL
    assert read_stored_request(old) == read_order_request(FULL)
    assert upgraded_request(FULL) == FULL
