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


@pytest.mark.parametrize(
    ("limits", "off"),
    [
        ({"catalogLimit": {"products": ["board"]}}, 11.15),
        ({"catalogLimit": {"categories": [7]}}, 10.9),
        ({"catalogLimit": {"products": [1], "categories": [1]}}, 4.9),
        ({"shippingLimit": {"shippingMethods": ["express"]}}, 12.25),
        ({"shippingLimit": {"shippingMethods": ["standard"]}}, 17.15),
    ],
    ids=str,
)
def test_a_coupon_takes_off_what_its_limits_leave(
    outside: Outside, store_id: int, limits: dict[str, Any], off: float
) -> None:
    board = outside.make_product(store_id)
    bowl = outside.make_product(store_id, price=12, categoryIds=[7])
    gift = outside.make_product(store_id, discountsAllowed=False)
    limits = {name: dict(limit) for name, limit in limits.items()}
    if limits.get("catalogLimit", {}).get("products") == ["board"]:
        limits["catalogLimit"]["products"] = [board]
    coupon = {"discountType": "PERCENT_AND_SHIPPING", "discount": 50, "code": f"L{off}", **limits}
    outside.api(store_id, "/discount_coupons", method="POST", json=coupon)
    prices = {board: 12.5, bowl: 12, gift: 30}

    order = calculated(
        outside,
        store_id,
        items=[{"productId": p, "price": price, "quantity": 1} for p, price in prices.items()],
        discountCoupon={"code": f"L{off}"},
        shippingOption={"shippingMethodId": "standard"},
    )

    assert order["couponDiscount"] == off


@pytest.mark.parametrize("items", [[], None, [{"name": "x"}], [{"price": 5, "quantity": 0}], "x"])
def test_nothing_to_calculate_is_a_422(outside: Outside, store_id: int, items: object) -> None:
    answer = outside.api(store_id, "/order/calculate", method="POST", json={"items": items})

    assert refusal(answer)[0] == 422


def test_calculating_needs_no_more_than_to_read_the_profile(outside: Outside) -> None:
    store_id = outside.make_store()
    outside.connect(store_id, ("read_store_profile",))

    assert calculated(outside, store_id)["total"] == 25.5
