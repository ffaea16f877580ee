"""Hypothesis strategies that damage records: wrong types, huge numbers, invalid texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from portal.errors import RecordError

READ_AT = datetime(2026, 3, 2, tzinfo=UTC)
# Four bytes per character without repetition, so that PostgreSQL can't compress an index entry.
LONG_TEXT = "".join(map(chr, range(0x20000, 0x20000 + 3_000)))
ODD_DATES = [
    "2026-03-01 00:00:00 +0000",
    "2026-02-30 12:00:00 +0000",
    "0001-01-01 00:00:00 +1400",
    "9999-12-31 23:59:59 -1200",
    "2026-03-01T00:00:00Z",
]

odd_numbers = (
    st.integers()
    | st.sampled_from([2**31, -(2**31), 2**63, -(2**63), 10**12, 10**30])
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from([Decimal("1E+999999999"), Decimal("1E-999999999"), Decimal("1.5E+4000")])
)
odd_texts = (
    st.text(st.characters(exclude_categories=()))  # includes lone surrogates
    | st.sampled_from(["x" * 256, "a\x00b", "--5", "9" * 30, "NaN", "-Infinity", LONG_TEXT])
    | st.sampled_from(ODD_DATES)
    | st.integers().map(str)
)
odd_values = st.recursive(
    st.none() | st.booleans() | odd_numbers | odd_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=6,
)
on_a_shared_database = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def changes_of(payload: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Strategy of replacement values for some fields of ``payload``."""
    return st.dictionaries(st.sampled_from(sorted(payload)), odd_values, max_size=3)


def damaged(payload: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Strategy of records like ``payload`` with odd, missing and unknown fields."""
    dropped = st.sets(st.sampled_from(sorted(payload)), max_size=4)
    unknown = st.dictionaries(
        odd_texts.filter(lambda name: name not in payload), odd_values, max_size=2
    )
    return st.builds(
        lambda changes, without, more: {
            name: value for name, value in (payload | more | changes).items() if name not in without
        },
        changes_of(payload),
        dropped,
        unknown,
    )


def attempt(read: Callable[..., Any], payload: dict[str, Any]) -> tuple[Any, str | None]:
    """Return the result of ``read``, or the field that it rejected."""
    try:
        return read(1003, payload, READ_AT), None
    except RecordError as error:
        return None, error.field
