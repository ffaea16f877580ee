"""Fields of a variation that are read from its product's record, by their names in the API.

A variation has its own value or else the product's. Source: Ecwid's REST documentation, "Get
product variation": fields that it inherits are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from portal.rules.orders.pricing import Currency
from portal.rules.records.json_values import Json, amount, whole
from portal.rules.records.product_attributes import GTIN, attribute_documents, attribute_value
from portal.rules.records.product_images import images_of, single_image
from portal.rules.records.product_options import bulk_prices
from portal.rules.records.product_shipping import dimensions_of, is_shipped, weight_of
from portal.rules.records.product_stock import shares_stock, stock_of
from portal.rules.records.sellable import sellable_document, variation_reasons


def own_or_products(product: Json, variation: Json, name: str) -> Any:
    """Return the variation's value of a field, or the product's if it has none."""
    own = variation.get(name)
    return product.get(name) if own is None else own


def images_of_variation(product: Json, variation: Json) -> list[dict[str, Any]]:
    """Return the variation's image, or the product's images if it has none."""
    own = single_image(variation)
    return images_of(product) if own is None else [own]


VARIATION_FIELDS: Mapping[str, Callable[[Json, Json, Currency], Any]] = {
    "compare_to_price": lambda product, variation, currency: amount(
        own_or_products(product, variation, "compareToPrice"), currency
    ),
    "bulk_prices": bulk_prices,
    "minimum_quantity": lambda product, variation, _: (
        whole(own_or_products(product, variation, "minPurchaseQuantity")) or None
    ),
    "maximum_quantity": lambda product, variation, _: (
        whole(own_or_products(product, variation, "maxPurchaseQuantity")) or None
    ),
    "quantity": lambda product, variation, _: stock_of(product, variation).quantity,
    "shares_stock": lambda _, variation, __: shares_stock(variation),
    "stock_policy": lambda product, variation, _: stock_of(product, variation).policy,
    "gtin": lambda product, variation, _: (
        attribute_value(variation, GTIN) or attribute_value(product, GTIN)
    ),
    "attributes": lambda _, variation, __: attribute_documents(variation),
    "weight": lambda product, variation, _: weight_of(product, variation),
    "dimensions": lambda product, variation, _: dimensions_of(product, variation),
    "is_shipping_required": lambda product, variation, _: is_shipped(product, variation),
    "images": lambda product, variation, _: images_of_variation(product, variation),
    "sellable": lambda product, variation, _: sellable_document(
        variation_reasons(product, variation)
    ),
}
