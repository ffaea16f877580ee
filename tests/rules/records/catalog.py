"""A product as Ecwid sends it, with all facts that a channel needs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

BOX = {"text": "box", "priceModifier": Decimal("12.50"), "priceModifierType": "PERCENT"}
VARIATION: dict[str, Any] = {
    "id": 51,
    "combinationNumber": 1,
    "sku": "MUG-1-L",
    "options": [{"name": "Size", "value": "L"}],
    "quantity": 3,
}


def full_product(**changes: Any) -> dict[str, Any]:
    """Return a product that can be sold."""
    values: dict[str, Any] = {
        "id": 5,
        "name": "Stoneware mug",
        "subtitle": "Holds 0.4 l",
        "price": Decimal("24.9"),
        "quantity": 7,
        "unlimited": False,
        "enabled": True,
        "description": "<p>Thrown &amp; glazed<br>by <b>hand</b>.</p><ul><li>Oven-safe</li></ul>",
        "options": [
            {
                "type": "SIZE",
                "name": "Size",
                "required": True,
                "defaultChoice": 1,
                "choices": [
                    {"text": "S", "priceModifier": 0, "priceModifierType": "ABSOLUTE"},
                    {"text": "L", "priceModifier": Decimal("2.5"), "priceModifierType": "ABSOLUTE"},
                ],
            },
            {
                "type": "CHECKBOX",
                "name": "Extras",
                "required": False,
                "choices": [
                    {
                        "text": "box",
                        "priceModifier": Decimal("12.50"),
                        "priceModifierType": "PERCENT",
                    }
                ],
            },
        ],
        "wholesalePrices": [{"quantity": 50, "price": 20}, {"quantity": 10, "price": 22}],
        "minPurchaseQuantity": 2,
        "maxPurchaseQuantity": 12,
        "warningLimit": 3,
        "weight": Decimal("0.40"),
        "dimensions": {"length": 12, "width": Decimal("8.5"), "height": 0},
        "isShippingRequired": True,
        "shipping": {
            "type": "FLAT_RATE",
            "flatRate": Decimal("6.5"),
            "methodMarkup": 0,
            "enabledMethods": ["standard"],
            "disabledMethods": [],
        },
        "tax": {
            "taxable": True,
            "taxClassCode": "default",
            "enabledManualTaxes": [1],
            "defaultLocationIncludedTaxRate": 19,
        },
        "seoTitle": "Mug by hand",
        "seoDescription": "A mug.",
        "attributes": [
            {"id": 1, "name": "Maker", "type": "BRAND", "value": "Alder", "show": "DESCR"},
            {"id": 2, "name": "EAN", "type": "UPC", "value": "4006381333931", "show": "NOTSHOW"},
            {"id": 3, "name": "Empty", "type": "CUSTOM", "value": "", "show": "DESCR"},
        ],
        "media": {
            "images": [
                {"id": "9", "isMain": False, "image800pxUrl": "https://i.example/side.jpg"},
                {
                    "id": "0",
                    "isMain": True,
                    "image160pxUrl": "https://i.example/160.jpg",
                    "image1500pxUrl": "https://i.example/1500.jpg",
                    "imageOriginalUrl": "https://i.example/original.jpg",
                    "alt": {"main": "The mug on a table"},
                },
            ]
        },
        "defaultCategoryId": 7,
        "productClassId": 0,
        "productCondition": "NEW",
        "customsHsTariffCode": "691200",
        "externalReferenceId": "ERP-5",
        "discountsAllowed": True,
        "combinations": [],
    }
    return values | changes
