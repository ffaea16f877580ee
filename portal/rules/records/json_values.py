"""Values of stored JSON that may be missing or of another type; such a value counts as missing.

In the results, Decimals are amounts of money. Other numbers with a fraction are texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from portal.rules.orders.pricing import Currency, with_decimals

Json = Mapping[str, Any]

NUMBER_LIMIT = 10**12
# Mirrored columns have the same: see `MoneyField`.
FINEST = Decimal("0.0001")
_NOTHING: Json = {}
_decode = msgspec.json.Decoder(float_hook=Decimal).decode


def decode_record(text: str) -> Json:
    """Return a stored record with exact numbers; an empty one if it is no JSON object."""
    return part(_decode(text))


def text(value: Any) -> str | None:
    """Return a text that isn't blank, else None."""
    return value if type(value) is str and value.strip() else None


def whole(value: Any) -> int | None:
    """Return a whole number, else None."""
    return value if type(value) is int and -NUMBER_LIMIT < value < NUMBER_LIMIT else None


def number(value: Any) -> Decimal | None:
    """Return a number below 10¹² with at most four decimals, else None."""
    if (type(value) is int or type(value) is Decimal) and -NUMBER_LIMIT < value < NUMBER_LIMIT:
        return Decimal(value).quantize(FINEST)
    return None


def plain_number(value: Any) -> str | None:
    """Return a number that is no amount of money as a text, such as ``0.4`` kg, else None."""
    found = number(value)
    return None if found is None else str(with_decimals(found, 0))


def amount(value: Any, currency: Currency) -> Decimal | None:
    """Return an amount with the decimals of its currency, else None."""
    found = number(value)
    return None if found is None else currency.spelled(found)


def flag(value: Any, *, default: bool) -> bool:
    """Return a boolean, else ``default``."""
    return value if type(value) is bool else default


def part(value: Any) -> Json:
    """Return a JSON object, else an empty one."""
    return value if type(value) is dict else _NOTHING


def parts(value: Any) -> list[Json]:
    """Return the objects of a list, else an empty list."""
    return [each for each in value if type(each) is dict] if type(value) is list else []


def whole_numbers(value: Any) -> list[int]:
    """Return the whole numbers of a list, else an empty list."""
    return [each for each in value if type(each) is int] if type(value) is list else []


def texts(value: Any) -> list[str]:
    """Return the texts of a list, else an empty list."""
    return [each for each in value if type(each) is str] if type(value) is list else []
