"""Prices that the storefront shows before the customer chooses anything."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from portal.sandbox.pricing.money import ZERO, Rounding, decimal
from portal.sandbox.resource_specs import Body


def with_displayed_price(product: Body, variation: Body, formats: Body) -> Body:
    """Return the variation with its ``defaultDisplayedPrice``.

    It is always calculated, because an update of a variation contains the one that was read.
    """
    # Source (documented): REST docs, "Get product variation": without a price of its own, a
    # variation has the product's.
    own_price = variation.get("price")
    price = product.get("price", 0) if own_price is None else own_price
    selected = {each.get("name"): each.get("value") for each in _objects(variation.get("options"))}
    displayed = displayed_price(price, product.get("options"), formats, selected)
    return {
        **variation,
        "defaultDisplayedPrice": displayed,
        "defaultDisplayedPriceFormatted": formatted_price(displayed, formats),
    }


def displayed_price(
    price: Any, options: Any, formats: Body, selected: Mapping[Any, Any] | None = None
) -> float:
    """Return the ``defaultDisplayedPrice`` of a product, or of the variation ``selected``.

    Malformed options and prices count as 0, because the API stores them as given.
    """
    # Source (documented): REST docs, "Get product variation": pre-selected options and the options
    # of the variation modify the price, and the field "price" is without any modifiers.
    # Source (assumed): The displayed price is rounded to the store's decimals and contains no tax
    # on top.
    base = decimal(price)
    changes = (_change(option, selected or {}, base) for option in _objects(options))
    rounding = Rounding(formats["currencyPrecision"])
    return float(rounding.round(max(base + sum(changes, ZERO), ZERO)))


def default_combination_id(product: Body) -> Any:
    """Return the id of the variation that the default choices select; 0 without one."""
    # Source (documented): REST docs, "Get product", defaultCombinationId.
    defaults = {
        option.get("name"): choices[default].get("text")
        for option in _objects(product.get("options"))
        if (choices := _objects(option.get("choices")))
        and isinstance(default := option.get("defaultChoice"), int)
        and 0 <= default < len(choices)
    }
    for variation in _objects(product.get("combinations")):
        chosen = _objects(variation.get("options"))
        if chosen and all(defaults.get(each.get("name")) == each.get("value") for each in chosen):
            return variation.get("id", 0)
    return 0


def formatted_price(price: float, formats: Body) -> str:
    """Return a price as the storefront writes it."""
    # Source (documented): REST docs, "Get product": defaultDisplayedPriceFormatted follows the
    # store's currency symbol and separators.
    text = f"{Decimal(str(price)):,.{formats['currencyPrecision']}f}"
    whole, _, fraction = text.partition(".")
    whole = whole.replace(",", formats["currencyGroupSeparator"])
    if fraction and not (formats["currencyTruncateZeroFractional"] and not fraction.strip("0")):
        whole += formats["currencyDecimalSeparator"] + fraction
    return f"{formats['currencyPrefix']}{whole}{formats['currencySuffix']}"


def _change(option: Body, selected: Mapping[Any, Any], base: Decimal) -> Decimal:
    """Return the price change by the option's selected choice, else by its default choice."""
    choices, default = _objects(option.get("choices")), option.get("defaultChoice")
    if option.get("name") in selected:
        text = selected[option.get("name")]
        choices = [choice for choice in choices if choice.get("text") == text]
    elif isinstance(default, int) and 0 <= default < len(choices):
        choices = [choices[default]]
    else:
        return ZERO
    changes = [decimal(choice.get("priceModifier")) for choice in choices[:1]]
    is_percent = any(choice.get("priceModifierType") == "PERCENT" for choice in choices[:1])
    return sum(changes, ZERO) * (base / 100 if is_percent else 1)


def _objects(value: Any) -> list[Body]:
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
