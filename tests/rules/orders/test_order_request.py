"""Each constraint of the order request rejects its field with a code and a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.errors import InvalidFieldError
from portal.rules.orders.order_request import OrderRequest, Person
from portal.rules.orders.order_request_json import read_order_request

LINE: dict[str, Any] = {"product_id": 5, "quantity": 1}
LINES_LENGTH = "must be a list of 1 to 500 items"
QUANTITY = "must be a whole number from 1 to 1,000,000"
ID = "must be a whole number from 1 to 9,007,199,254,740,991"
TEXT = "must be a text of at most 255 characters"
LONG_TEXT = "must be a text of at most 2,000 characters"
OPTION = "must be a text of 1 to 255 characters or a list"
AMOUNT = "must be an amount of at least 0 and less than 1,000,000,000,000"
EMAIL = "must be an email address"
EXTRA = "must be a text of 1 to 255 characters"
IP_ADDRESS = "must be an IPv4 or IPv6 address"
TWO_LINES = "must be one line, and street another one"
MOMENT = "must be a time with an offset, such as 2026-03-01T12:00:00Z"
STORABLE = "must not contain the character U+0000 or an unpaired surrogate"
PAYMENT = "must be one of AWAITING_PAYMENT, CUSTOM_PAYMENT_STATUS_1"


def line(**changes: Any) -> dict[str, Any]:
    """Return the changes that put one line into the request."""
    return {"lines": [LINE | changes]}


CASES: list[tuple[dict[str, Any], str, str, str]] = [
    ({"lines": []}, "lines", "too_short", LINES_LENGTH),
    ({"lines": [LINE] * 501}, "lines", "too_long", LINES_LENGTH),
    ({"lines": "x"}, "lines", "wrong_type", LINES_LENGTH),
    ({"lines": [LINE, 5]}, "lines[1]", "wrong_type", "must be an object"),
    ({"lines": [{"product_id": 5}]}, "lines[0].quantity", "required", "is required"),
    ({"lines": [{"quantity": 1}]}, "lines[0].product_id", "required", "or sku is required"),
    (
        {"lines": [{"quantity": 1, "sku": " "}]},
        "lines[0].product_id",
        "required",
        "or sku is required",
    ),
    (line(quantity=0), "lines[0].quantity", "out_of_range", QUANTITY),
    (line(quantity=1_000_001), "lines[0].quantity", "out_of_range", QUANTITY),
    (line(quantity=10**40), "lines[0].quantity", "out_of_range", QUANTITY),
    (line(quantity=True), "lines[0].quantity", "wrong_type", QUANTITY),
    (line(quantity=1.5), "lines[0].quantity", "wrong_type", QUANTITY),
    (line(product_id="5"), "lines[0].product_id", "wrong_type", ID),
    (line(product_id=2**53), "lines[0].product_id", "out_of_range", ID),
    (line(variation_id=0), "lines[0].variation_id", "out_of_range", ID),
    (line(sku="x" * 256), "lines[0].sku", "too_long", TEXT),
    (line(expected_price="x"), "lines[0].expected_price", "invalid_format", AMOUNT),
    (line(expected_price=-1), "lines[0].expected_price", "out_of_range", AMOUNT),
    (line(expected_price=[]), "lines[0].expected_price", "wrong_type", AMOUNT),
    (line(options=[]), "lines[0].options", "wrong_type", "must be an object"),
    (line(options={"Size": 5}), "lines[0].options.Size", "wrong_type", OPTION),
    (line(options={"Fit": "S", "Size": ""}), "lines[0].options.Size", "too_short", OPTION),
    (line(options={"Size": "x" * 256}), "lines[0].options.Size", "too_long", OPTION),
    (
        line(options={"Size": ["L", ""]}),
        "lines[0].options.Size[1]",
        "too_short",
        "must be a text of 1 to 255 characters",
    ),
    (line(options={"Size": "\x00"}), "lines[0].options.Size", "invalid_character", STORABLE),
    (line(options={"Size": ["\x00"]}), "lines[0].options.Size", "invalid_character", STORABLE),
    (
        line(price=5),
        "lines[0].price",
        "unknown_field",
        "is not one of the fields quantity, product_id, variation_id, sku, options, expected_price",
    ),
    ({"expected_total": "NaN"}, "expected_total", "out_of_range", AMOUNT),
    ({"expected_total": "1e12"}, "expected_total", "out_of_range", AMOUNT),
    ({"expected_total": ""}, "expected_total", "invalid_format", AMOUNT),
    ({"price_tolerance": "-0.01"}, "price_tolerance", "out_of_range", AMOUNT),
    ({"email": 5}, "email", "wrong_type", EMAIL),
    ({"email": "ada"}, "email", "invalid_format", EMAIL),
    ({"email": " "}, "email", "invalid_format", EMAIL),
    ({"email": "a b@c.example"}, "email", "invalid_format", EMAIL),
    ({"email": "a@" + "c" * 253}, "email", "invalid_format", EMAIL),
    ({"shipping_person": "Ada"}, "shipping_person", "wrong_type", "must be an object"),
    ({"shipping_person": {"name": 5}}, "shipping_person.name", "wrong_type", TEXT),
    ({"billing_person": {"city": "x" * 256}}, "billing_person.city", "too_long", TEXT),
    (
        {"shipping_person": {"age": 5}},
        "shipping_person.age",
        "unknown_field",
        "is not one of the fields name, company, street, city, postal_code, country_code, state",
    ),
    ({"shipping_method": "x" * 256}, "shipping_method", "too_long", TEXT),
    ({"coupon_code": "x" * 256}, "coupon_code", "too_long", TEXT),
    ({"payment_method": "x" * 256}, "payment_method", "too_long", TEXT),
    ({"channel_reference": "x" * 256}, "channel_reference", "too_long", TEXT),
    ({"comment": "x" * 2_001}, "comment", "too_long", LONG_TEXT),
    ({"private_notes": "x" * 2_001}, "private_notes", "too_long", LONG_TEXT),
    ({"comment": "a\x00b"}, "comment", "invalid_character", STORABLE),
    ({"comment": "\ud800"}, "comment", "invalid_character", STORABLE),
    ({"payment_status": "REFUNDED"}, "payment_status", "invalid_choice", PAYMENT),
    ({"payment_status": None}, "payment_status", "wrong_type", PAYMENT),
    (
        {"fulfillment_status": "LOST"},
        "fulfillment_status",
        "invalid_choice",
        "must be one of AWAITING_PROCESSING",
    ),
    ({"notify_customer": "yes"}, "notify_customer", "wrong_type", "must be true or false"),
    (
        {"shipping_person": {"street": "5 Road", "street_2": "a\nb"}},
        "shipping_person.street_2",
        "invalid_format",
        TWO_LINES,
    ),
    (
        {"billing_person": {"street": "5 Road\nYard", "street_2": "Gate"}},
        "billing_person.street_2",
        "contradiction",
        TWO_LINES,
    ),
    ({"accept_marketing": "yes"}, "accept_marketing", "wrong_type", "must be true or false"),
    ({"customer_tax_id": "x" * 256}, "customer_tax_id", "too_long", TEXT),
    ({"payment_transaction_id": "x" * 256}, "payment_transaction_id", "too_long", TEXT),
    ({"ip_address": "1.2.3"}, "ip_address", "invalid_format", IP_ADDRESS),
    ({"ip_address": "fe80::1%eth0"}, "ip_address", "invalid_format", IP_ADDRESS),
    ({"language": "English"}, "language", "invalid_format", "must be a language code"),
    ({"language": 5}, "language", "wrong_type", TEXT),
    ({"created_at": "2026-03-01T12:00:00"}, "created_at", "invalid_format", MOMENT),
    ({"created_at": 5}, "created_at", "wrong_type", MOMENT),
    ({"created_at": "1999-12-31T12:00:00Z"}, "created_at", "out_of_range", "must be a time from"),
    ({"pickup_time": "9999-12-31T23:00:00Z"}, "pickup_time", "out_of_range", "must be a time from"),
    ({"extra_fields": []}, "extra_fields", "wrong_type", "must be an object"),
    ({"extra_fields": {"gift": 5}}, "extra_fields.gift", "wrong_type", EXTRA),
    ({"extra_fields": {"gift": ""}}, "extra_fields.gift", "too_short", EXTRA),
    ({"extra_fields": {"gift": "x" * 256}}, "extra_fields.gift", "too_long", EXTRA),
    ({"extra_fields": {"gift": "\x00"}}, "extra_fields.gift", "invalid_character", STORABLE),
    ({"extra_fields": {"\x00": "x"}}, "extra_fields", "invalid_character", STORABLE),
    ({"extra_fields": {" ": "x"}}, "extra_fields", "invalid_format", "must have names of 1 to 255"),
    (
        {"extra_fields": {"Portal_Reference": "x"}},
        "extra_fields.Portal_Reference",
        "reserved",
        "is set by the portal",
    ),
    (
        {"extra_fields": {f"name {n}": "x" * 250 for n in range(31)}},
        "extra_fields",
        "too_long",
        "must not have more than 8,000 bytes in all",
    ),
    ({"color": "red"}, "color", "unknown_field", "is not one of the fields lines, email"),
]


@pytest.mark.parametrize(("changes", "field", "code", "problem"), CASES)
def test_invalid_field_is_rejected_with_a_code_and_a_sentence(
    changes: dict[str, Any], field: str, code: str, problem: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        read_order_request({"lines": [LINE]} | changes)

    error = refused.value
    assert (error.field, error.code) == (field, code)
    assert error.sentence.startswith(f"{field} {problem}")
    assert error.sentence.endswith(".")


@pytest.mark.parametrize("document", [[LINE], None, "x"])
def test_request_must_be_an_object(document: Any) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        read_order_request(document)

    assert (refused.value.field, refused.value.code) == ("", "wrong_type")
    assert refused.value.sentence == "The request must be an object."


@pytest.mark.parametrize(
    "changes",
    [
        line(quantity=1_000_000, product_id=2**53 - 1, variation_id=1),
        {"lines": [LINE] * 500},
        {"lines": [{"sku": "x" * 255, "quantity": 1}]},
        line(options=None),
        line(options={"Size": [], "Fit": ["x" * 255]}),
        line(expected_price=0),
        {"expected_total": "999999999999.99"},
        {"email": "a@" + "c" * 252},
        {"comment": "x" * 2_000},
        {"payment_status": "CUSTOM_PAYMENT_STATUS_3"},
        {"fulfillment_status": "CUSTOM_FULFILLMENT_STATUS_3"},
        {"extra_fields": {f"name {n}": "x" * 250 for n in range(29)}},
        {"shipping_person": {"street": "5 Road\nYard"}},
    ],
)
def test_limits_themselves_are_accepted(changes: dict[str, Any]) -> None:
    assert read_order_request({"lines": [LINE]} | changes).lines


def test_blank_texts_and_null_count_as_not_given() -> None:
    request = read_order_request(
        {
            "lines": [LINE | {"options": None, "sku": ""}],
            "email": "",
            "coupon_code": " ",
            "billing_person": None,
            "shipping_person": {"name": " "},
            "price_tolerance": 0,
        }
    )

    assert (request.email, request.coupon_code, request.billing_person) == (None, None, None)
    assert (request.lines[0].sku, request.lines[0].chosen_options) == (None, {})
    assert request.shipping_person == Person()
    assert request.price_tolerance is None


def test_texts_are_stripped_and_amounts_keep_their_digits() -> None:
    request = read_order_request(
        {"lines": [LINE | {"expected_price": "12.50"}], "email": " a@b.example ", "comment": " x "}
    )

    assert (request.email, request.comment) == ("a@b.example", "x")
    assert str(request.lines[0].expected_price) == "12.50"


def test_omitted_fields_have_defaults() -> None:
    request = read_order_request({"lines": [LINE]})

    assert request == OrderRequest(lines=request.lines)
    assert request.payment_status == "AWAITING_PAYMENT"
    assert request.fulfillment_status == "AWAITING_PROCESSING"
    assert not request.notify_customer


@pytest.mark.parametrize("price", ["12.50", "12.5", Decimal("12.500"), 12.5])
def test_equal_amounts_make_equal_requests(price: Any) -> None:
    expected = read_order_request({"lines": [LINE | {"expected_price": "12.5"}]})

    assert read_order_request({"lines": [LINE | {"expected_price": price}]}) == expected
