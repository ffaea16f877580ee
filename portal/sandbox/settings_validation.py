"""Validation of changes of a store's settings."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import count
from typing import Any

from portal.sandbox.pricing.discounts import TIER_BASES
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import (
    WrongParameterError,
    check_types,
    is_boolean,
    is_integer,
    is_number,
    is_object,
    is_object_list,
    is_string,
    is_text,
    is_text_list,
    optional,
    require_object,
)

MAX_PRECISION = 4
PERCENT_LIMIT = 100

_is_option_id = optional(is_string)


def settings_fields(given: Any) -> Body:
    """Return changes of the settings after validation; new taxes and zones get ids."""
    fields = dict(require_object(given))
    if unknown := fields.keys() - FIELD_TYPES.keys():
        known = ", ".join(FIELD_TYPES)
        raise WrongParameterError(f"settings are {known}, not {', '.join(sorted(unknown))}")
    check_types("Settings", fields, FIELD_TYPES)
    check_types("FormatsAndUnits", fields.get("formatsAndUnits", {}), FORMAT_TYPES)
    check_types("HandlingFee", fields.get("handlingFee", {}), FEE_TYPES)
    for resource, name, types in LISTS:
        for item in fields.get(name, []):
            _check_item(resource, item, types)
    _add_ids(fields.get("taxes", []), int)
    for name in ("zones", "shippingOptions", "paymentOptions"):
        _add_ids(fields.get(name, []), partial("{}-{}".format, name))
    return fields


def _check_item(resource: str, item: Body, types: dict[str, Callable[[Any], bool]]) -> None:
    required = next(iter(types))
    if required not in item:
        raise WrongParameterError(f"Field {resource}.{required} is absent")
    check_types(resource, item, types)


def _add_ids(items: list[Body], new_id: Callable[[int], Any]) -> None:
    """Give the items without an id one that no other item has."""
    taken = {item.get("id") for item in items}
    free = (item_id for item_id in map(new_id, count(1)) if item_id not in taken)
    for item in items:
        if item.get("id") is None:
            item["id"] = next(free)


def _is_zone(value: Any) -> bool:
    names = ("countryCodes", "stateOrProvinceCodes", "postCodes")
    return (
        isinstance(value, dict)
        and _is_option_id(value.get("id"))
        and all(is_text_list(value.get(name) or []) for name in names)
    )


def _is_rates_table(value: Any) -> bool:
    rows = value.get("rates", []) if isinstance(value, dict) else None
    return is_object_list(rows) and all(
        _are_amounts(row.get(name)) for row in rows or [] for name in ("conditions", "rate")
    )


def _are_amounts(value: Any) -> bool:
    """Return whether a value is an object of amounts, some of which may be null."""
    return value is None or (
        isinstance(value, dict)
        and all(amount is None or _is_amount(amount) for amount in value.values())
    )


def _is_flat_rate(value: Any) -> bool:
    return isinstance(value, dict) and _is_amount(value.get("rate", 0))


def _is_amount(value: Any) -> bool:
    return is_number(value) and value >= 0


def _is_percent(value: Any) -> bool:
    return _is_amount(value) and value <= PERCENT_LIMIT


def _is_fee(value: Any) -> bool:
    return isinstance(value, dict) and _is_amount(value.get("value", 0))


def _are_rules(value: Any) -> bool:
    return is_object_list(value) and all(_is_percent(rule.get("tax")) for rule in value)


FIELD_TYPES: dict[str, Callable[[Any], bool]] = {
    "brandName": is_string,
    "closed": is_boolean,
    "pricesIncludeTax": is_boolean,
    **dict.fromkeys(
        ("company", "languages", "formatsAndUnits", "handlingFee", "sections"), is_object
    ),
    **dict.fromkeys(("taxes", "shippingOptions", "paymentOptions", "discounts"), is_object_list),
    "zones": lambda value: isinstance(value, list) and all(map(_is_zone, value)),
    "giftCards": lambda value: is_object(value) and all(map(_is_amount, value.values())),
}
FORMAT_TYPES: dict[str, Callable[[Any], bool]] = {
    "currencyPrecision": lambda value: is_integer(value) and 0 <= value <= MAX_PRECISION,
    "currencyTruncateZeroFractional": is_boolean,
    "currencyRate": _is_amount,
    **dict.fromkeys(
        (
            "currencyPrefix",
            "currencySuffix",
            "currencyGroupSeparator",
            "currencyDecimalSeparator",
        ),
        is_string,
    ),
}
FEE_TYPES: dict[str, Callable[[Any], bool]] = {"value": _is_amount}
# The first field of each kind of item is required.
LISTS: tuple[tuple[str, str, dict[str, Callable[[Any], bool]]], ...] = (
    (
        "Tax",
        "taxes",
        {
            "name": is_text,
            "id": lambda value: value is None or is_integer(value),
            "defaultTax": _is_percent,
            "rules": _are_rules,
            **dict.fromkeys(
                ("enabled", "useShippingAddress", "taxShipping", "appliedByDefault"), is_boolean
            ),
        },
    ),
    ("Zone", "zones", {"name": is_text}),
    (
        "ShippingOption",
        "shippingOptions",
        {
            "title": is_text,
            "id": _is_option_id,
            "enabled": is_boolean,
            "orderBy": is_integer,
            "fulfilmentType": lambda value: value in ("shipping", "pickup", "delivery"),
            "minimumOrderSubtotal": _is_amount,
            "destinationZone": _is_zone,
            "flatRate": _is_flat_rate,
            "ratesTable": _is_rates_table,
        },
    ),
    (
        "PaymentOption",
        "paymentOptions",
        {
            "checkoutTitle": is_text,
            "id": _is_option_id,
            "enabled": is_boolean,
            "paymentSurcharges": _is_fee,
        },
    ),
    (
        "Discount",
        "discounts",
        {
            "base": lambda value: value in TIER_BASES,
            "type": lambda value: value in ("ABS", "PERCENT"),
            "value": _is_amount,
            "orderTotal": _is_amount,
            "membershipId": is_integer,
        },
    ),
)
