"""One spelling of the amounts in records."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from portal.rules.orders.pricing import Currency


def spelled_amounts(value: Any, currency: Currency) -> Any:
    """Return JSON with all Decimals in the decimals of the currency.

    Other numbers with a fraction, such as weights and rates, are texts in records.
    """
    if isinstance(value, Decimal):
        return currency.spelled(value)
    if isinstance(value, dict):
        return {name: spelled_amounts(each, currency) for name, each in value.items()}
    if isinstance(value, list):
        return [spelled_amounts(each, currency) for each in value]
    return value
