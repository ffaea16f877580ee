"""Products are converted to catalog items with all that decides on a line."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.ecwid.catalog_items import read_catalog_item
from portal.errors import RecordError
from portal.rules.orders.catalog_items import CatalogVariation, Dimensions, Option
from portal.rules.orders.pricing import Modifier, PriceTier
from tests.factories import product_payload

SIZE = {
    "type": "SELECT",
    "name": "Size",
    "required": True,
    "choices": [{"text": "L ", "priceModifier": 5, "priceModifierType": "PERCENT"}],
}
DIMENSIONS = {"length": 10, "width": Decimal("2.5"), "height": 1}


def test_variation_is_read_with_all_of_its_own_fields() -> None:
    variation = {
        "id": 51,
        "sku": "V-L",
        "options": [{"name": "Size", "value": "L"}],
        "price": 30,
        "quantity": 3,
        "unlimited": False,
        "wholesalePrices": [{"quantity": 10, "price": 25}],
        "weight": 20,
        "dimensions": DIMENSIONS,
        "isShippingRequired": False,
        "outOfStockVisibilityBehaviour": "ALLOW_PREORDER",  # codespell:ignore
        "minPurchaseQuantity": 2,
        "maxPurchaseQuantity": 8,
    }

    item = read_catalog_item(product_payload(options=[SIZE], combinations=[variation]))

    assert item.options == (
        Option("Size", "SELECT", {"L ": Modifier(Decimal(5), is_percent=True)}, is_required=True),
    )
    assert item.variations == (
        CatalogVariation(
            id=51,
            sku="V-L",
            options={"Size": "L "},
            price=Decimal(30),
            stock=3,
            tiers=(PriceTier(10, Decimal(25)),),
            weight=Decimal(20),
            dimensions=Dimensions(Decimal(10), Decimal("2.5"), Decimal(1)),
            needs_shipping=False,
            allows_preorder=True,
            minimum=2,
            maximum=8,
        ),
    )


def test_choice_with_two_prices_is_ambiguous() -> None:
    texts = [("L", 1), ("S", 0), ("L", 5), ("S", 0)]
    size = SIZE | {"choices": [{"text": text, "priceModifier": price} for text, price in texts]}

    [option] = read_catalog_item(product_payload(options=[size])).options

    assert option.ambiguous == {"L"}


def test_variation_with_only_an_id_has_nothing_of_its_own() -> None:
    zeros = {"length": 0, "width": 0, "height": 0}
    payload = product_payload(combinations=[{"id": 51, "dimensions": zeros}])

    [variation] = read_catalog_item(payload).variations

    assert variation == CatalogVariation(51, None, {}, None, None, shares_stock=True)


@pytest.mark.parametrize(
    ("fields", "stock", "is_shared"),
    [
        ({"quantity": 3}, 3, False),
        ({"quantity": 0, "unlimited": False}, 0, False),
        ({"unlimited": True}, None, False),
        ({"unlimited": True, "quantity": 3}, None, False),
        ({"unlimited": False}, None, True),
    ],
)
def test_variation_without_quantity_shares_the_stock_of_its_product(
    fields: dict[str, Any], stock: int | None, is_shared: bool
) -> None:
    payload = product_payload(combinations=[{"id": 51} | fields])

    [variation] = read_catalog_item(payload).variations

    assert (variation.stock, variation.shares_stock) == (stock, is_shared)


def subscription(*, is_allowed: bool, **fields: Any) -> dict[str, Any]:
    return {"subscriptionSettings": {"subscriptionAllowed": is_allowed} | fields}


@pytest.mark.parametrize(
    ("fields", "is_subscription_only", "is_price_set", "price"),
    [
        ({}, False, False, "24.90"),
        (subscription(is_allowed=False, oneTimePurchaseAllowed=True), False, False, "24.90"),
        (subscription(is_allowed=False, oneTimePurchasePrice=9), False, False, "24.90"),
        (subscription(is_allowed=True, oneTimePurchaseAllowed=True), False, False, "24.90"),
        (
            subscription(is_allowed=True, oneTimePurchaseAllowed=True, oneTimePurchasePrice=29),
            False,
            False,
            "29",
        ),
        (subscription(is_allowed=True, oneTimePurchaseAllowed=False), True, False, "24.90"),
        (subscription(is_allowed=True), True, False, "24.90"),
        ({"nameYourPriceEnabled": True}, False, True, "24.90"),
        ({"isCustomerSetPrice": True}, False, True, "24.90"),
        ({"nameYourPriceEnabled": True, "price": None}, False, True, "0"),
        ({"price": 0}, False, False, "0"),
    ],
)
def test_kind_of_sale_is_read(
    fields: dict[str, Any], is_subscription_only: bool, is_price_set: bool, price: str
) -> None:
    item = read_catalog_item(product_payload(**fields))

    assert item.is_subscription_only is is_subscription_only
    assert item.is_price_set_by_customer is is_price_set
    assert item.price == Decimal(price)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"subscriptionSettings": []}, "subscriptionSettings"),
        ({"dimensions": {"length": "long"}}, "dimensions.length"),
        ({"combinations": [{"id": 1, "weight": "heavy"}]}, "combinations[0].weight"),
        # Without a price the product would be sold for 0.
        ({"price": None}, "price"),
    ],
)
def test_unreadable_field_is_named(fields: dict[str, Any], field: str) -> None:
    with pytest.raises(RecordError) as caught:
        read_catalog_item(product_payload(**fields))

    assert caught.value.field == field
