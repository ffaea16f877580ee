"""Conversion of JSON values to exact Python values, also of values with an undocumented type."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

INTEGER_LIMIT = 2**63

# For example ``2024-05-01 05:26:28 +0000``. strptime is twenty times slower.
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}) ([+-][0-9]{4})")
_WHOLE = re.compile(r"-?[0-9]{1,19}")


def to_whole(value: Any) -> int | None:
    """Return a whole number of 64 bits, which may be given as text; None for other values."""
    if isinstance(value, str) and _WHOLE.fullmatch(value):
        value = int(value)
    # Check the range first: int() of 1E+999999999 would exhaust the memory.
    if isinstance(value, Decimal) and is_within(value, INTEGER_LIMIT) and value == int(value):
        value = int(value)
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and is_within(value, INTEGER_LIMIT) else None


def to_amount(value: Any) -> Decimal | None:
    """Return an exact amount, which may be given as text; None for other values."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def to_moment(text: str) -> datetime:
    """Return the time of a date text; raise ValueError if it is not a date."""
    parts = _DATE.fullmatch(text)
    if parts is None:
        raise ValueError(text)
    return datetime.fromisoformat("".join(parts.groups())).astimezone(UTC)


def is_within(value: int | Decimal, limit: int) -> bool:
    """Return whether a number's absolute value is below ``limit``; never for NaN."""
    # Comparing is exact. abs() of a Decimal would round, and could overflow.
    return -limit < value < limit if isinstance(value, int) or value.is_finite() else False
