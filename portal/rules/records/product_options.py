"""Options of products with their choices, and the prices that depend on them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from portal.rules.orders.catalog_items import Option
from portal.rules.orders.chosen_options import match_variation
from portal.rules.orders.line_prices import counted_modifiers
from portal.rules.orders.pricing import ZERO, Currency, Modifier, unit_price
from portal.rules.records.json_values import (
    Json,
    amount,
    flag,
    number,
    part,
    parts,
    plain_number,
    text,
    whole,
)

PERCENT = "PERCENT"


def option_documents(product: Json, currency: Currency) -> list[dict[str, Any]]:
    """Return the options of a product, in the order of the store."""
    return [_option(option, currency) for option in parts(product.get("options"))]


def bulk_prices(product: Json, variation: Json | None, currency: Currency) -> list[dict[str, Any]]:
    """Return the price of one piece from each quantity on, lowest quantity first.

    Those of a variation are its own or else the product's, with the price changes of its options.
    """
    tiers = parts((variation or {}).get("wholesalePrices")) or parts(product.get("wholesalePrices"))
    found = [(whole(tier.get("quantity")), number(tier.get("price"))) for tier in tiers]
    known = sorted(
        (n, price) for n, price in found if n is not None and n > 0 and price is not None
    )
    modifiers = _modifiers(product, variation) if known and variation is not None else []
    return [
        {"quantity": n, "price": currency.spelled(unit_price(price, 1, (), modifiers))}
        for n, price in known
    ]


def base_price(product: Json) -> Decimal | None:
    """Return the price of one piece of the product, bought once, without options.

    Source: the official Kotlin client, ``FetchedProduct.SubscriptionSettings``: a product that is
    also sold by subscription may have another price for a single purchase.
    """
    settings = part(product.get("subscriptionSettings"))
    if flag(settings.get("subscriptionAllowed"), default=False):
        once = number(settings.get("oneTimePurchasePrice"))
        if once is not None:
            return once
    return number(product.get("price"))


def variation_price(product: Json, variation: Json) -> Decimal | None:
    """Return the price of one piece of a variation without further options; None if unknown."""
    own = number(variation.get("price"))
    base = base_price(product) if own is None else own
    return None if base is None else unit_price(base, 1, (), _modifiers(product, variation))


def can_cost_more(product: Json) -> bool:
    """Return whether some choice adds an amount to the product's price."""
    choices = (each for option in parts(product.get("options")) for each in _choices(option))
    return any(
        (number(choice.get("priceModifier")) or ZERO) > ZERO
        for choice in choices
        if choice.get("priceModifierType") != PERCENT
    )


def _modifiers(product: Json, variation: Json) -> list[Modifier]:
    priced = parts(product.get("options"))
    if not any(choice.get("priceModifier") for option in priced for choice in _choices(option)):
        return []
    options = _typed_options(priced)
    own = {
        text(each.get("name")) or "": text(each.get("value")) or ""
        for each in parts(variation.get("options"))
    }
    chosen = match_variation(options, own)
    has_own_price = number(variation.get("price")) is not None
    return counted_modifiers(options, chosen, chosen if has_own_price else {})


def _typed_options(options: Sequence[Json]) -> list[Option]:
    return [
        Option(
            name=text(option.get("name")) or "",
            type=text(option.get("type")) or "",
            choices={text(each.get("text")) or "": _modifier(each) for each in _choices(option)},
        )
        for option in options
    ]


def _modifier(choice: Json) -> Modifier:
    is_percent = choice.get("priceModifierType") == PERCENT
    return Modifier(number(choice.get("priceModifier")) or ZERO, is_percent)


def _choices(option: Json) -> list[Json]:
    return parts(option.get("choices"))


def _option(option: Json, currency: Currency) -> dict[str, Any]:
    choices = [_choice(choice, currency) for choice in _choices(option)]
    default = whole(option.get("defaultChoice"))
    has_default = default is not None and 0 <= default < len(choices)
    return {
        "name": text(option.get("name")) or "",
        "type": text(option.get("type")) or "",
        "is_required": flag(option.get("required"), default=False),
        "choices": choices,
        "default_choice": choices[default or 0]["text"] if has_default else None,
    }


def _choice(choice: Json, currency: Currency) -> dict[str, Any]:
    is_percent = choice.get("priceModifierType") == PERCENT
    value = choice.get("priceModifier")
    modifier = plain_number(value) if is_percent else amount(value, currency)
    return {
        "text": text(choice.get("text")) or "",
        "price_modifier": currency.spelled(ZERO) if modifier is None else modifier,
        "price_modifier_type": "percent" if is_percent else "absolute",
    }
