"""Weight, size and shipping settings of products and variations."""

from __future__ import annotations

from typing import Any

from portal.rules.orders.pricing import Currency
from portal.rules.records.json_values import Json, amount, flag, part, plain_number, text, texts

ZERO = "0"


def is_shipped(product: Json, variation: Json | None = None) -> bool:
    """Return whether what is bought has to be shipped."""
    of_product = flag(product.get("isShippingRequired"), default=True)
    return flag((variation or {}).get("isShippingRequired"), default=of_product)


def weight_of(product: Json, variation: Json | None = None) -> str | None:
    """Return the weight of one piece in the store's unit; None if it is unknown or zero."""
    own = plain_number((variation or {}).get("weight"))
    found = plain_number(product.get("weight")) if own is None else own
    return None if found == ZERO else found


def dimensions_of(product: Json, variation: Json | None = None) -> dict[str, Any] | None:
    """Return the size of one piece in the store's unit; None for zeros, which mean "not set"."""
    return _dimensions(variation or {}) or _dimensions(product)


def shipping_document(product: Json, currency: Currency) -> dict[str, Any]:
    """Return the product's shipping settings.

    Source: the official Kotlin client, ``FetchedProduct.ShippingSettings``.
    """
    settings = part(product.get("shipping"))
    return {
        "is_required": is_shipped(product),
        "type": text(settings.get("type")),
        "flat_rate": amount(settings.get("flatRate"), currency),
        "method_markup": amount(settings.get("methodMarkup"), currency),
        "enabled_method_ids": texts(settings.get("enabledMethods")),
        "disabled_method_ids": texts(settings.get("disabledMethods")),
    }


def _dimensions(record: Json) -> dict[str, Any] | None:
    given = part(record.get("dimensions"))
    found = {name: plain_number(given.get(name)) for name in ("length", "width", "height")}
    return found if any(value not in (None, ZERO) for value in found.values()) else None
