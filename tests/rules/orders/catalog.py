"""Products for the tests of order lines."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.rules.orders.catalog_items import CatalogItem, CatalogVariation, Option
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.pricing import Modifier


def choices(name: str, *, kind: str = "SELECT", is_required: bool = False, **prices: str) -> Option:
    """Return an option; each choice has a price modifier such as ``5`` or ``10%``."""
    modifiers = {
        text: Modifier(Decimal(price.rstrip("%")), is_percent=price.endswith("%"))
        for text, price in prices.items()
    }
    return Option(name, kind, modifiers, is_required)


def variation(number: int, sku: str | None = None, /, **fields: Any) -> CatalogVariation:
    """Return a variation; ``price`` may be a text, all fields but ``options`` have defaults."""
    price = fields.pop("price", None)
    return CatalogVariation(
        id=number,
        sku=sku,
        options=fields.pop("options"),
        price=None if price is None else Decimal(price),
        stock=fields.pop("stock", None),
        **fields,
    )


def product(number: int = 5, **fields: Any) -> CatalogItem:
    """Return a product with the price 10 and unlimited stock."""
    known = {"name": "Vase", "sku": "VASE", "price": Decimal(10), "stock": None}
    return CatalogItem(number, **known | fields)


def line(**fields: Any) -> LineRequest:
    """Return a line request for one piece."""
    return LineRequest(**{"quantity": 1} | fields)
