"""Conversion of JSON values that are not of the documented type, or need a closer look."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

INTEGER_LIMIT = 2**63

# As ``2024-05-01 05:26:28 +0000``. strptime can read it, too, twenty times slower.
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})")
_WHOLE = re.compile(r"-?[0-9]{1,19}")


def to_whole(value: Any) -> int | None:
    """Return a whole number of 64 bits, also one that is given as a text; None for other values."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    # The range comes first: the int of 1E+999999999 would fill the memory.
    if isinstance(value, Decimal) and is_within(value, INTEGER_LIMIT) and value == int(value):
        value = int(value)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and is_within(value, INTEGER_LIMIT) else None


def to_amount(value: Any) -> Decimal | None:
    """Return an exact amount, also one that is given as a text; None for other values."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def to_moment(text: str) -> datetime:
    """Return the time that a date text means; raise ValueError if it is none."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    return datetime.fromisoformat("".join(parts.groups())).astimezone(UTC)


def is_within(value: int | Decimal, limit: int) -> bool:
    """Return whether a number's absolute value is below ``limit``; never for NaN."""
    # Comparing is exact; abs() of a Decimal would round, and overflow.
    return -limit < value < limit if isinstance(value, int) or value.is_finite() else False
