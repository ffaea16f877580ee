"""A product can be sold, or says for which reasons it can't."""

from __future__ import annotations

from typing import Any

import pytest

from portal.rules.records.sellable import (
    UNORDERABLE,
    SellablePolicy,
    UnsellableReason,
    product_reasons,
)
from tests.rules.records.catalog import VARIATION, full_product

NO_IMAGES = {"media": {"images": []}}
FREE_CHOICE = {"text": "S", "priceModifier": 0, "priceModifierType": "ABSOLUTE"}
PAID_CHOICE = FREE_CHOICE | {"priceModifier": 4}
PERCENT_CHOICE = PAID_CHOICE | {"priceModifierType": "PERCENT"}


def option(kind: str, *choices: dict[str, Any], required: bool = True) -> dict[str, Any]:
    """Return an option of a product."""
    return {"type": kind, "name": "Size", "required": required, "choices": list(choices)}


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, []),
        ({"enabled": False}, ["product_disabled"]),
        ({"isGiftCard": True}, ["gift_card"]),
        ({"subscriptionSettings": {"subscriptionAllowed": True}}, ["subscription_only"]),
        (
            {
                "price": 0,
                "options": [],
                "subscriptionSettings": {
                    "subscriptionAllowed": True,
                    "oneTimePurchaseAllowed": True,
                    "oneTimePurchasePrice": 15,
                },
            },
            [],
        ),
        ({"nameYourPriceEnabled": True}, ["price_set_by_customer"]),
        ({"isCustomerSetPrice": True}, ["price_set_by_customer"]),
        ({"options": [option("FILES")]}, ["option_needs_file"]),
        ({"options": [option("FILES", required=False)]}, []),
        ({"options": [option("HOLOGRAM")]}, ["option_unsupported"]),
        ({"options": [option("TEXTAREA")]}, []),
        ({"price": None}, ["price_missing"]),
        ({"price": 0, "options": []}, ["price_zero"]),
        ({"price": 0, "options": [option("SELECT", FREE_CHOICE)]}, ["price_zero"]),
        ({"price": 0, "options": [option("SELECT", PERCENT_CHOICE)]}, ["price_zero"]),
        ({"price": 0, "options": [option("SELECT", FREE_CHOICE, PAID_CHOICE)]}, []),
        ({"quantity": 0}, ["out_of_stock"]),
        ({"quantity": -2}, ["out_of_stock"]),
        ({"quantity": 0, "unlimited": True}, []),
        (NO_IMAGES, ["no_image"]),
        (NO_IMAGES | {"imageUrl": "https://i.example/mug.jpg"}, []),
        ({"weight": 0}, ["weight_missing"]),
        ({"weight": 0, "isShippingRequired": False}, []),
        (
            {"enabled": False, "weight": None} | NO_IMAGES,
            ["product_disabled", "no_image", "weight_missing"],
        ),
    ],
)
def test_reasons_follow_from_the_record(changes: dict[str, Any], reasons: list[str]) -> None:
    found = product_reasons(full_product(**changes))

    assert found == reasons


def test_preorders_are_sold_without_stock() -> None:
    behavior = {"outOfStockVisibilityBehaviour": "ALLOW_PREORDER"}  # codespell:ignore behaviour

    assert product_reasons(full_product(quantity=0, **behavior)) == []


@pytest.mark.parametrize(
    ("variations", "reasons"),
    [
        ([{"quantity": 0}, {"quantity": 0}], ["out_of_stock"]),
        ([{"quantity": 0}, {"quantity": 1}], []),
        ([{"quantity": 0}, {"weight": 0}], ["out_of_stock", "weight_missing"]),
        ([{"quantity": 0}, {"weight": 0}, {"quantity": 1}], []),
        ([{"price": 0, "options": []}], ["price_zero"]),
        # Nothing but the size costs something.
        ([{"price": 0}], []),
    ],
)
def test_product_can_be_sold_if_one_of_its_variations_can(
    variations: list[dict[str, Any]], reasons: list[str]
) -> None:
    product = full_product(quantity=0, combinations=[VARIATION | each for each in variations])

    assert product_reasons(product) == reasons


def test_variation_with_an_image_needs_none_of_the_product() -> None:
    pictured = VARIATION | {"thumbnailUrl": "https://i.example/l.jpg"}

    assert product_reasons(full_product(combinations=[pictured], **NO_IMAGES)) == []


def test_policy_ignores_reasons_unless_an_order_would_be_refused() -> None:
    product = full_product(weight=0, quantity=0, **NO_IMAGES)
    lax = SellablePolicy(ignored=frozenset(UnsellableReason))

    assert set(product_reasons(product)) > set(product_reasons(product, lax))
    assert product_reasons(product, lax) == [UnsellableReason.OUT_OF_STOCK]
    assert all(lax.counts(reason) == (reason in UNORDERABLE) for reason in UnsellableReason)


def test_policy_names_the_types_of_options_that_a_channel_supports() -> None:
    product = full_product(options=[option("TEXTFIELD")])
    plain = SellablePolicy(option_types=frozenset({"SELECT"}))

    assert product_reasons(product) == []
    assert product_reasons(product, plain) == [UnsellableReason.OPTION_UNSUPPORTED]
