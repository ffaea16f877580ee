"""What an order would come to is calculated before it is placed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.outside import Outside, refusal

ITEMS = [{"name": "Mug", "price": 10, "quantity": 2}, {"name": "Bowl", "price": 5.5, "quantity": 1}]


def calculated(outside: Outside, store_id: int, **body: Any) -> dict[str, Any]:
    """Return the answer to a calculation."""
    answer = outside.api(
        store_id,
        "/order/calculate",
        method="POST",
        json={"items": ITEMS, "email": "a@b.example"} | body,
    )
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = answer.json()
    return order


def test_items_come_to_a_subtotal_with_the_tax_in_it(outside: Outside, store_id: int) -> None:
    order = calculated(outside, store_id)

    assert (order["subtotal"], order["total"], order["tax"]) == (25.5, 25.5, 4.07)
    assert order["totalWithoutTax"] == 21.43
    assert order["paymentStatus"] == "INCOMPLETE"
    assert [item["tax"] for item in order["items"]] == [3.19, 0.88]


def test_ways_to_ship_are_offered_and_one_is_added(outside: Outside, store_id: int) -> None:
    options = calculated(outside, store_id)["availableShippingOptions"]
    express = next(o for o in options if o["shippingMethodId"] == "express")

    order = calculated(outside, store_id, shippingOption={"shippingMethodName": "Express delivery"})

    assert [o["isPickup"] for o in options] == [False, False, True]
    assert order["shippingOption"] == express
    assert order["total"] == 38.0


def test_large_orders_are_sent_for_nothing(outside: Outside, store_id: int) -> None:
    order = calculated(
        outside,
        store_id,
        items=[{"price": 80, "quantity": 1}],
        shippingOption={"shippingMethodId": "standard"},
    )

    assert order["total"] == 80


@pytest.mark.parametrize(
    ("coupon", "off"),
    [
        ({"discountType": "ABS", "discount": 5}, 5),
        ({"discountType": "ABS", "discount": 500}, 25.5),
        ({"discountType": "PERCENT", "discount": 10}, 2.55),
        ({"discountType": "SHIPPING", "discount": 0}, 4.9),
        ({"discountType": "ABS_AND_SHIPPING", "discount": 5}, 9.9),
        ({"discountType": "PERCENT_AND_SHIPPING", "discount": 100}, 30.4),
    ],
    ids=str,
)
def test_a_coupon_of_the_store_takes_off_its_share(
    outside: Outside, store_id: int, coupon: dict[str, Any], off: float
) -> None:
    code = f"C{coupon['discountType'].replace('_', '')}{coupon['discount']}"
    outside.api(store_id, "/discount_coupons", method="POST", json=coupon | {"code": code})

    order = calculated(
        outside,
        store_id,
        discountCoupon={"code": code},
        shippingOption={"shippingMethodId": "standard"},
    )

    assert order["couponDiscount"] == off
    assert order["total"] == round(30.4 - off, 2)
    assert order["discountCoupon"]["code"] == code


@pytest.mark.parametrize("items", [[], None, [{"name": "x"}], [{"price": 5, "quantity": 0}], "x"])
def test_nothing_to_calculate_is_a_422(outside: Outside, store_id: int, items: object) -> None:
    answer = outside.api(store_id, "/order/calculate", method="POST", json={"items": items})

    assert refusal(answer)[0] == 422


def test_calculating_needs_no_more_than_to_read_the_profile(outside: Outside) -> None:
    store_id = outside.make_store()
    outside.connect(store_id, ("read_store_profile",))

    assert calculated(outside, store_id)["total"] == 25.5
