"""Price of a line: base price, bulk price and option modifiers of a product or a variation.

docs/decisions/prices.md lists the source and the confidence of each rule.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal

from portal.rules.orders.catalog_items import (
    CatalogItem,
    CatalogVariation,
    ChosenOptions,
    Option,
)
from portal.rules.orders.pricing import ZERO, Modifier, unit_price

# Ecwid's documentation calls a variation's price the "base variation price without any modifiers",
# and its help advises against modifiers beside fixed variation prices. Both mean that the modifier
# of a variation's option is added to the variation's own price. No source shows such a product with
# its total, so this is the constant to change if a store proves the opposite.
OWN_OPTIONS_MODIFY_OWN_PRICE = True


def line_price(
    catalog_item: CatalogItem,
    variation: CatalogVariation | None,
    chosen: ChosenOptions,
    bulk_quantity: int,
) -> Decimal:
    """Return the price of one piece, not rounded.

    ``bulk_quantity`` is the number of pieces that decides on the bulk price.
    """
    has_own_price = variation is not None and variation.price is not None
    base = variation.price if variation is not None and has_own_price else catalog_item.price
    tiers = (variation.tiers if variation else ()) or catalog_item.tiers
    own_options = variation.options if variation is not None and has_own_price else {}
    modifiers = counted_modifiers(catalog_item.options, chosen, own_options)
    return unit_price(base or ZERO, bulk_quantity, tiers, modifiers)


def variation_price(catalog_item: CatalogItem, variation: CatalogVariation) -> Decimal:
    """Return the price of one piece of a variation without further options, not rounded.

    This is the price that pages, the API and exports show. The payload's `defaultDisplayedPrice`
    can't be used instead, because it includes taxes and preselected options.
    """
    return line_price(catalog_item, variation, variation.options, 1)


def counted_modifiers(
    options: Iterable[Option], chosen: ChosenOptions, priced_options: Mapping[str, str]
) -> list[Modifier]:
    """Return the modifiers of the chosen values that count.

    ``priced_options`` are the options of a variation that has its own price; empty for any other
    variation or product. Options outside of the variation always count.
    """
    counted = (
        option
        for option in options
        if OWN_OPTIONS_MODIFY_OWN_PRICE or option.name not in priced_options
    )
    return [each for option in counted for each in option.modifiers(chosen.get(option.name, ()))]


def bulk_quantities(lines: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Return the pieces that decide on the bulk price, by product id.

    All lines of a product count together, whatever their variations and options. Source: the FAQ of
    a company that resells Ecwid; Ecwid's own documentation says nothing about several lines.
    """
    pieces = Counter[int]()
    for product_id, quantity in lines:
        pieces[product_id] += quantity
    return dict(pieces)
