"""Sample products with tiered, free and recurring prices, which replace the first of a store."""

from __future__ import annotations

from typing import Any

# Smaller stores have generated products only.
LEAST_PRODUCTS = 100


def _option(kind: str, name: str, prices: dict[str, float], **fields: Any) -> dict[str, Any]:
    choices = [
        {"text": text, "priceModifier": price, "priceModifierType": "ABSOLUTE"}
        for text, price in prices.items()
    ]
    return {"type": kind, "name": name, "choices": choices, "required": False, **fields}


def _variation(number: int, name: str, value: str, **fields: Any) -> dict[str, Any]:
    return {"combinationNumber": number, "options": [{"name": name, "value": value}], **fields}


SHOWCASE: tuple[dict[str, Any], ...] = (
    {
        "name": "Ribbed glass vase with gift wrap",
        "sku": "SHOW-VASE",
        "price": 20,
        "weight": 0.8,
        "quantity": 25,
        "options": [
            _option("RADIO", "Size", {"S": 0, "M": 4, "L": 0}, defaultChoice=0, required=True),
            _option("SELECT", "Gift wrap", {"none": 0, "box": 5}, defaultChoice=0),
        ],
        # S and M follow the product's price, L has its own.
        "combinations": [
            _variation(1, "Size", "S", sku="SHOW-VASE-S", quantity=10),
            _variation(2, "Size", "M", sku="SHOW-VASE-M", quantity=10),
            _variation(3, "Size", "L", sku="SHOW-VASE-L", quantity=5, price=30, weight=2.4),
        ],
    },
    {
        "name": "Hand-made tile, cheaper from ten on",
        "sku": "SHOW-TILE",
        "price": 10,
        "quantity": 400,
        "options": [_option("SELECT", "Color", {"blue": 0, "red": 0}, required=True)],
        "wholesalePrices": [{"quantity": 10, "price": 8}, {"quantity": 50, "price": 7}],
    },
    {
        "name": "Studio visit, pay what you want",
        "sku": "SHOW-VISIT",
        "price": 15,
        "unlimited": True,
        "isShippingRequired": False,
        "nameYourPriceEnabled": True,
    },
    {
        "name": "Coffee beans by subscription",
        "sku": "SHOW-COFFEE",
        "price": 18,
        "unlimited": True,
        "subscriptionSettings": {
            "subscriptionAllowed": True,
            "oneTimePurchaseAllowed": False,
            "recurringChargeSettings": [
                {"recurringInterval": "MONTH", "recurringIntervalCount": 1}
            ],
        },
    },
)
REPLACED = ("options", "combinations", "compareToPrice", "quantity", "unlimited")


def showcase_product(n: int, generated: dict[str, Any]) -> dict[str, Any]:
    """Return the generated product number ``n``, or the showcase product that replaces it."""
    if n >= len(SHOWCASE):
        return generated
    kept = {name: value for name, value in generated.items() if name not in REPLACED}
    return {**kept, **SHOWCASE[n], "enabled": True}
