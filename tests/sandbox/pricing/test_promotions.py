"""Tests for promotions: their conditions, and the discounts that they give."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.sandbox.dates import format_date
from tests.sandbox.pricing.terms import NO_TAX, calculated, promotion, terms

NOW = 1_700_000_000
PRODUCTS = {
    1: {"categoryIds": [5]},
    2: {"categoryIds": [6]},
    3: {"discountsAllowed": False},
}
ITEMS = [
    {"productId": 1, "price": 20, "quantity": 2},
    {"productId": 2, "price": 10, "quantity": 1},
]


def discount(given: dict[str, Any], items: list[dict[str, Any]] = ITEMS, **body: Any) -> float:
    """Return the discount that a promotion gives to a cart of 50."""
    store = replace(
        terms(**NO_TAX),
        promotions=[given],
        product=PRODUCTS.get,
        customer={"customerGroupId": 3},
        now=NOW,
    )
    order = calculated(
        {"items": items, "shippingOption": {"shippingMethodId": "express"}} | body, store
    )
    assert order["total"] == order["subtotal"] + 12.5 - order["discount"]
    return float(order["discount"])


@pytest.mark.parametrize(
    ("fields", "amount"),
    [
        ({"amount": 10}, 5),
        ({"discountType": "ABSOLUTE", "amount": 7}, 7),
        ({"discountType": "ABSOLUTE", "amount": 70}, 50),
        ({"discountType": "FIXED_PRICE", "amount": 45}, 5),
        ({"discountType": "FIXED_PRICE", "amount": 60}, 0),
        ({"discountBase": "ITEM", "targets": {"products": [1]}}, 4),
        ({"discountBase": "ITEM", "targets": {"categories": [6]}}, 1),
        ({"discountBase": "ITEM", "targets": {"excludedProducts": [2]}}, 4),
        ({"discountBase": "ITEM", "targets": {"products": [9]}}, 0),
        ({"discountBase": "ITEM"}, 5),
        (
            {
                "discountBase": "ITEM",
                "discountType": "FIXED_PRICE",
                "amount": 15,
                "targets": {"products": [1]},
            },
            10,
        ),
        ({"discountBase": "SHIPPING", "amount": 100}, 12.5),
        ({"discountBase": "SHIPPING", "targets": {"shippingMethods": ["express"]}}, 1.25),
        ({"discountBase": "SHIPPING", "targets": {"shippingMethods": ["pickup"]}}, 0),
        ({"discountBase": "SHIPPING", "discountType": "FIXED_PRICE", "amount": 2}, 10.5),
        ({"enabled": False}, 0),
    ],
    ids=str,
)
def test_a_promotion_takes_its_amount_off_its_base(fields: dict[str, Any], amount: float) -> None:
    assert discount(promotion(**fields)) == amount


@pytest.mark.parametrize(
    ("triggers", "applies"),
    [
        ({"subtotal": 50}, True),
        ({"subtotal": 50.01}, False),
        ({"startDate": format_date(NOW)}, True),
        ({"startDate": format_date(NOW + 1)}, False),
        ({"endDate": format_date(NOW)}, False),
        ({"endDate": format_date(NOW + 1)}, True),
        ({"customerGroups": [3, 4]}, True),
        ({"customerGroups": [0, 4]}, False),
        ({"minProductQuantityInCart": 3}, True),
        ({"minProductQuantityInCart": 4}, False),
        ({"maxProductQuantityInCart": 3}, True),
        ({"maxProductQuantityInCart": 2}, False),
        ({"products": [1, 2]}, True),
        ({"products": [1]}, False),
        ({"products": [1], "all": True}, True),
        ({"categories": [5, 6]}, True),
        ({"categories": [5]}, False),
        ({"excludedProducts": [2]}, False),
        ({"excludedCategories": [5]}, False),
    ],
    ids=str,
)
def test_a_promotion_applies_when_its_triggers_are_met(
    triggers: dict[str, Any], *, applies: bool
) -> None:
    assert discount(promotion(triggers=triggers)) == (5 if applies else 0)


@pytest.mark.parametrize(
    ("triggers", "base", "name"),
    [
        ({}, "SUBTOTAL", "volumeDiscount"),
        ({"subtotal": 10}, "SUBTOTAL", "volumeDiscount"),
        ({"customerGroups": [3]}, "ON_MEMBERSHIP", "membershipBasedDiscount"),
        (
            {"customerGroups": [3], "subtotal": 10},
            "ON_TOTAL_AND_MEMBERSHIP",
            "totalAndMembershipBasedDiscount",
        ),
    ],
    ids=str,
)
def test_a_promotion_is_listed_by_its_base(triggers: dict[str, Any], base: str, name: str) -> None:
    store = replace(
        terms(), promotions=[promotion(triggers=triggers)], customer={"customerGroupId": 3}
    )

    order = calculated({"items": ITEMS}, store)

    (info,) = order["discountInfo"]
    assert (info["base"], info["type"], info["value"]) == (base, "PERCENT", 10)
    assert info["description"] == "Spring"
    assert order[name] == 5


def test_products_without_discounts_are_left_out() -> None:
    items = [*ITEMS, {"productId": 3, "price": 30, "quantity": 1}]

    assert discount(promotion(), items) == 5


def test_a_sent_discount_on_items_names_their_products() -> None:
    info = {"value": 50, "type": "PERCENT", "base": "ITEM"}

    found = [
        discount(promotion(), discountInfo=[info | {name: [2]}])
        for name in ("appliesToItems", "appliesToProducts")
    ]

    assert found == [5, 5]
