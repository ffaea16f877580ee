"""Sample products with unusual prices, options and rules, which replace the first of a store."""

from __future__ import annotations

from typing import Any

from portal.sandbox.resources.product_fields import VISIBILITY_FIELD
from portal.sandbox.sample_data.details import detail_fields

# Smaller stores have generated products only.
LEAST_PRODUCTS = 100


def _option(kind: str, name: str, prices: dict[str, float], **fields: Any) -> dict[str, Any]:
    choices = [
        {"text": text, "priceModifier": price, "priceModifierType": "ABSOLUTE"}
        for text, price in prices.items()
    ]
    return {"type": kind, "name": name, "choices": choices, "required": False, **fields}


def _percent_option(kind: str, name: str, percents: dict[str, float]) -> dict[str, Any]:
    option = _option(kind, name, percents)
    choices = [choice | {"priceModifierType": "PERCENT"} for choice in option["choices"]]
    return option | {"choices": choices}


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
            _variation(
                3,
                "Size",
                "L",
                sku="SHOW-VASE-L",
                quantity=5,
                price=30,
                compareToPrice=36,
                weight=2.4,
                dimensions={"length": 18, "width": 18, "height": 32},
                attributes=[
                    {"id": 2, "name": "UPC", "type": "UPC", "value": "4006381333931"},
                ],
            ),
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
    {
        "name": "Porcelain tile with your text",
        "sku": "SHOW-TEXT-TILE",
        "price": 24,
        "quantity": 0,
        "options": [
            _option("TEXTFIELD", "Text", {}, required=True),
            _percent_option("CHECKBOX", "Extras", {"gold rim": 25, "stand": 12.5}),
            _option("DATE", "Needed by", {}),
        ],
        "minPurchaseQuantity": 2,
        "maxPurchaseQuantity": 12,
        VISIBILITY_FIELD: "ALLOW_PREORDER",
        "discountsAllowed": False,
        **detail_fields("Porcelain tile with your text"),
        "imageAlt": "A white tile with a name in blue",
        "gallery": ["tile-side", "tile-wall"],
        # Source (client): ecwid-java-api-client, FetchedProduct.ShippingSettings.
        # Source (assumed): A product's own shipping settings don't change calculated rates.
        "shipping": {
            "type": "SELECTED_METHODS",
            "methodMarkup": 1.5,
            "flatRate": 0,
            "disabledMethods": ["express"],
            "enabledMethods": ["standard"],
        },
    },
    {
        "name": "Mug with your own picture",
        "sku": "SHOW-PICTURE-MUG",
        "price": 19,
        "unlimited": True,
        "options": [_option("FILES", "Picture", {}, required=True)],
    },
    {
        "name": "Gift card",
        "sku": "SHOW-GIFT-CARD",
        "price": 25,
        "unlimited": True,
        "isGiftCard": True,
        "isShippingRequired": False,
    },
    {
        "name": "Book of glazes, to download",
        "sku": "SHOW-BOOK",
        "price": 12,
        "weight": 0,
        "unlimited": True,
        "isShippingRequired": False,
    },
    {
        "name": "Glaze sample",
        "sku": "SHOW-SAMPLE",
        "price": 0,
        "weight": 0,
        "image": None,
        "unlimited": True,
        "description": "",
    },
)
REPLACED = ("options", "combinations", "compareToPrice", "quantity", "unlimited", "gallery")


def showcase_product(n: int, generated: dict[str, Any]) -> dict[str, Any]:
    """Return the generated product number ``n``, or the showcase product that replaces it."""
    if n >= len(SHOWCASE):
        return generated
    kept = {name: value for name, value in generated.items() if name not in REPLACED}
    if "subtitle" in kept:
        # The texts contain the product's name.
        kept |= detail_fields(SHOWCASE[n]["name"])
    return {**kept, **SHOWCASE[n], "enabled": True}
