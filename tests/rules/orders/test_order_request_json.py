"""A wanted order is read from JSON, and what makes no sense is refused with its field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.errors import OrderWishError
from portal.rules.orders.order_request import OrderWish, Person, WishedLine
from portal.rules.orders.order_request_json import document_of, wish_of

LINE = {"product_id": 5, "quantity": 1}
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
    "accepted_drift": "0.5",
    "payment_status": "PAID",
    "fulfilment_status": "SHIPPED",
    "payment_method": "Marketplace",
    "comment": "Ring twice",
    "private_notes": "From the fair",
    "channel_reference": "CH-77",
    "notify_customer": True,
}


def test_every_field_is_read_and_written_again() -> None:
    wish = wish_of(FULL)

    assert wish.lines[0].options == {"Size": "L", "Extras": ("Box", "Card")}
    assert wish.shipping_person == Person(name="Ada Adler", country_code="DE")
    assert document_of(wish) == FULL


def test_what_isnt_told_is_as_usual() -> None:
    wish = wish_of({"lines": [LINE], "email": "", "coupon_code": " ", "billing_person": None})

    assert wish == OrderWish(lines=(WishedLine(1, product_id=5),))


@given(st.sampled_from(["12.50", "12.5", Decimal("12.500"), 12.5]))
def test_amounts_that_are_the_same_are_written_alike(price: Any) -> None:
    wish = wish_of({"lines": [LINE | {"expected_price": price}]})

    assert document_of(wish)["lines"][0]["expected_price"] == "12.5"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": "x"}, "lines"),
        ({"lines": [LINE] * 101}, "lines"),
        ({"lines": [5]}, "lines[0]"),
        ({"lines": [{"quantity": 1}]}, "lines[0].product_id"),
        ({"lines": [LINE | {"product_id": "5"}]}, "lines[0].product_id"),
        ({"lines": [LINE | {"variation_id": 0}]}, "lines[0].variation_id"),
        ({"lines": [LINE | {"quantity": 0}]}, "lines[0].quantity"),
        ({"lines": [LINE | {"quantity": True}]}, "lines[0].quantity"),
        ({"lines": [LINE | {"quantity": 1.5}]}, "lines[0].quantity"),
        ({"lines": [LINE | {"expected_price": "x"}]}, "lines[0].expected_price"),
        ({"lines": [LINE | {"expected_price": -1}]}, "lines[0].expected_price"),
        ({"lines": [LINE | {"expected_price": []}]}, "lines[0].expected_price"),
        ({"lines": [LINE | {"options": []}]}, "lines[0].options"),
        ({"lines": [LINE | {"options": {"Size": 5}}]}, "lines[0].options.Size"),
        ({"lines": [LINE | {"price": 5}]}, "lines[0].price"),
        ({"expected_total": "NaN"}, "expected_total"),
        ({"email": "ada"}, "email"),
        ({"email": 5}, "email"),
        ({"email": "a b@c.example"}, "email"),
        ({"shipping_person": "Ada"}, "shipping_person"),
        ({"shipping_person": {"name": 5}}, "shipping_person.name"),
        ({"shipping_person": {"age": 5}}, "shipping_person.age"),
        ({"comment": "x" * 2001}, "comment"),
        ({"payment_status": "REFUNDED"}, "payment_status"),
        ({"fulfilment_status": "LOST"}, "fulfilment_status"),
        ({"notify_customer": "yes"}, "notify_customer"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_field(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(OrderWishError) as refused:
        wish_of({"lines": [LINE]} | changes)

    assert refused.value.field == field


def test_an_order_is_an_object() -> None:
    with pytest.raises(OrderWishError, match="must be an object"):
        wish_of([LINE])
