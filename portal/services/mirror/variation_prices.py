"""Prices of a product's variations, from typed records where no option changes a price."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from portal.ecwid.catalog_items import listed_prices
from portal.ecwid.strict_json import decode_strictly
from portal.ecwid.typed_records import (
    TypedOption,
    TypedProduct,
    TypedSubscription,
    TypedVariation,
    TypedVariationOption,
    typed_decoder,
)
from portal.ecwid.values import Record
from portal.models.fields import money_units
from portal.services.mirror.stored_values import units

_decode_options = typed_decoder(list[TypedOption])
_decode_variation_options = typed_decoder(list[TypedVariationOption])
_decode_subscription = typed_decoder(TypedSubscription)


def variation_prices(
    product: TypedProduct, variations: Sequence[TypedVariation], text: str
) -> list[int]:
    """Return the price of one piece of each variation in ten-thousandths, as `listed_prices`.

    ``text`` is the JSON of the product.

    In most products no choice of an option changes the price. Then a variation costs its own price,
    or else the product's. Raises RecordError, DecodeError or ValueError for an odd field.
    """
    options = _decode_options(product.options)
    if not all(_is_zero(c.price_modifier) for option in options for c in option.choices or ()):
        record = Record("products", decode_strictly(text))
        return [money_units(price) for price in listed_prices(record)]
    base = _base_price(product)
    prices = []
    for variation in variations:
        # Only checked: a variation with invalid options makes the record invalid.
        _decode_variation_options(variation.options)
        own = units(variation.price)
        prices.append(max(base if own is None else own, 0))
    return prices


def _base_price(product: TypedProduct) -> int:
    """Return the same price as `portal.ecwid.catalog_items.base_price`."""
    settings = _decode_subscription(product.subscription_settings)
    if settings.subscription_allowed:
        once = units(settings.one_time_purchase_price)
        if once is not None:
            return once
    return units(product.price) or 0


def _is_zero(modifier: Any) -> bool:
    # Anything else, such as a number in a text, is read by `listed_prices`.
    return modifier is None or (type(modifier) in (int, Decimal) and not modifier)
