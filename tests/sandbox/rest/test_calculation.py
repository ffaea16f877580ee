"""Tests for the calculation of an order before it is placed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

ITEMS = [{"name": "Mug", "price": 10, "quantity": 2}, {"name": "Bowl", "price": 5.5, "quantity": 1}]


def calculate(sandbox: SandboxClient, store_id: int, **body: Any) -> dict[str, Any]:
    """Return a calculated order."""
    answer = sandbox.api(
        store_id,
        "/order/calculate",
        method="POST",
        json={"items": ITEMS, "email": "a@b.example"} | body,
    )
    assert answer.status_code == 200, answer.text
    order: dict[str, Any] = answer.json()
    return order


def test_the_subtotal_includes_tax(sandbox: SandboxClient, store_id: int) -> None:
    order = calculate(sandbox, store_id)

    assert (order["subtotal"], order["total"], order["tax"]) == (25.5, 25.5, 4.07)
    assert order["totalWithoutTax"] == 21.43
    assert order["paymentStatus"] == "INCOMPLETE"
    assert [item["tax"] for item in order["items"]] == [3.19, 0.88]


def test_shipping_options_are_listed_and_the_chosen_one_is_added(
    sandbox: SandboxClient, store_id: int
) -> None:
    options = calculate(sandbox, store_id)["availableShippingOptions"]
    express = next(o for o in options if o["shippingMethodId"] == "express")

    order = calculate(sandbox, store_id, shippingOption={"shippingMethodName": "Express delivery"})

    assert [o["isPickup"] for o in options] == [False, False, True]
    assert order["shippingOption"] == express
    assert order["total"] == 38.0


def test_large_orders_ship_free(sandbox: SandboxClient, store_id: int) -> None:
    order = calculate(
        sandbox,
        store_id,
        items=[{"price": 80, "quantity": 1}],
        shippingOption={"shippingMethodId": "standard"},
    )

    assert order["total"] == 80


@pytest.mark.parametrize(
    ("coupon", "discount"),
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
def test_a_coupon_reduces_the_total(
    sandbox: SandboxClient, store_id: int, coupon: dict[str, Any], discount: float
) -> None:
    code = f"C{coupon['discountType'].replace('_', '')}{coupon['discount']}"
    sandbox.api(store_id, "/discount_coupons", method="POST", json=coupon | {"code": code})

    order = calculate(
        sandbox,
        store_id,
        discountCoupon={"code": code.lower()},
        shippingOption={"shippingMethodId": "standard"},
    )

    assert order["couponDiscount"] == discount
    assert order["total"] == round(30.4 - discount, 2)
    assert order["discountCoupon"]["code"] == code


@pytest.mark.parametrize(
    ("limits", "discount"),
    [
        ({"catalogLimit": {"products": ["board"]}}, 11.15),
        ({"catalogLimit": {"categories": [7]}}, 10.9),
        ({"catalogLimit": {"products": [1], "categories": [1]}}, 4.9),
        ({"shippingLimit": {"shippingMethods": ["express"]}}, 12.25),
        ({"shippingLimit": {"shippingMethods": ["standard"]}}, 17.15),
    ],
    ids=str,
)
def test_a_coupon_respects_its_limits(
    sandbox: SandboxClient, store_id: int, limits: dict[str, Any], discount: float
) -> None:
    board = sandbox.make_product(store_id)
    bowl = sandbox.make_product(store_id, price=12, categoryIds=[7])
    gift = sandbox.make_product(store_id, discountsAllowed=False)
    limits = {name: dict(limit) for name, limit in limits.items()}
    if limits.get("catalogLimit", {}).get("products") == ["board"]:
        limits["catalogLimit"]["products"] = [board]
    coupon = {
        "discountType": "PERCENT_AND_SHIPPING",
        "discount": 50,
        "code": f"L{discount}",
        **limits,
    }
    sandbox.api(store_id, "/discount_coupons", method="POST", json=coupon)
    prices = {board: 12.5, bowl: 12, gift: 30}

    order = calculate(
        sandbox,
        store_id,
        items=[{"productId": p, "price": price, "quantity": 1} for p, price in prices.items()],
        discountCoupon={"code": f"L{discount}"},
        shippingOption={"shippingMethodId": "standard"},
    )

    assert order["couponDiscount"] == discount


@pytest.mark.parametrize("items", [[], None, [{"name": "x"}], [{"price": 5, "quantity": 0}], "x"])
def test_an_order_without_usable_items_is_a_422(
    sandbox: SandboxClient, store_id: int, items: object
) -> None:
    answer = sandbox.api(store_id, "/order/calculate", method="POST", json={"items": items})

    assert error_of(answer)[0] == 422


def test_calculation_needs_only_the_profile_scope(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store()
    sandbox.connect(store_id, ("read_store_profile",))

    assert calculate(sandbox, store_id)["total"] == 25.5


def test_the_stores_settings_decide_the_amounts(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.change_settings(
        store_id,
        pricesIncludeTax=False,
        handlingFee={"value": 3.5},
        discounts=[{"base": "ON_TOTAL", "type": "ABS", "value": 5, "orderTotal": 20}],
    )

    order = calculate(sandbox, store_id)

    assert (order["subtotal"], order["discount"], order["handlingFee"]["value"]) == (25.5, 5, 3.5)
    assert (order["tax"], order["total"]) == (4.57, 28.57)


def test_promotions_of_the_store_apply(sandbox: SandboxClient, store_id: int) -> None:
    promotion = {
        "name": "Spring",
        "discountBase": "SUBTOTAL",
        "discountType": "PERCENT",
        "amount": 20,
        "triggers": {"subtotal": 25},
    }
    assert sandbox.api(store_id, "/promotions", method="POST", json=promotion).ok

    assert calculate(sandbox, store_id)["volumeDiscount"] == 5.1
    assert calculate(sandbox, store_id, discountInfo=[])["discount"] == 0


def test_a_customer_brings_group_and_tax_exemption(sandbox: SandboxClient, store_id: int) -> None:
    group = sandbox.api(store_id, "/customer_groups", method="POST", json={"name": "VIP"}).json()
    customer = {"email": "vip@shopper.example", "customerGroupId": group["id"], "taxExempt": True}
    made = sandbox.api(store_id, "/customers", method="POST", json=customer).json()
    tier = {"base": "ON_MEMBERSHIP", "type": "ABS", "value": 1.7, "membershipId": group["id"]}
    sandbox.change_settings(store_id, discounts=[tier])

    order = calculate(sandbox, store_id, customerId=made["id"])
    guest = calculate(sandbox, store_id, email="vip@shopper.example")
    unknown = calculate(sandbox, store_id, customerId=1)

    assert (order["customerGroup"], order["membershipBasedDiscount"]) == ("VIP", 1.7)
    assert (order["customerTaxExempt"], order["tax"], order["total"]) == (True, 0, 20)
    assert (guest["total"], unknown["total"], unknown["customerId"]) == (25.5, 25.5, 1)


@pytest.mark.parametrize("code", ["Welcome-10", "WELCOME-10", " welcome-10 "])
def test_coupon_codes_compare_without_case(
    sandbox: SandboxClient, store_id: int, code: str
) -> None:
    coupon = {"code": "Welcome-10", "discountType": "ABS", "discount": 5}
    sandbox.api(store_id, "/discount_coupons", method="POST", json=coupon)

    order = calculate(sandbox, store_id, discountCoupon={"code": code})

    assert (order["couponDiscount"], order["discountCoupon"]["code"]) == (5, "Welcome-10")


@pytest.mark.parametrize("coupon", [{"code": 5}, "TEN", {}], ids=str)
def test_an_invalid_coupon_gives_no_discount(
    sandbox: SandboxClient, store_id: int, coupon: object
) -> None:
    assert calculate(sandbox, store_id, discountCoupon=coupon)["couponDiscount"] == 0
