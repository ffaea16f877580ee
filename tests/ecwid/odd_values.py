"""Change records as no test would think of: wrong types, huge numbers, broken texts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from portal.errors import RecordError

READ_AT = datetime(2026, 3, 2, tzinfo=UTC)

odd_numbers = (
    st.integers()
    | st.sampled_from([2**31, -(2**31), 2**63, -(2**63), 10**12, 10**30])
    | st.decimals(allow_nan=False, allow_infinity=False)
    | st.sampled_from([Decimal("1E+999999999"), Decimal("1E-999999999"), Decimal("1.5E+4000")])
)
odd_texts = (
    st.text(st.characters(exclude_categories=()))  # halves of surrogate pairs too
    | st.sampled_from(["x" * 256, "a\x00b", "--5", "9" * 30, "2026-03-01 00:00:00 +0000"])
    | st.integers().map(str)
)
odd_values = st.recursive(
    st.none() | st.booleans() | odd_numbers | odd_texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_texts, inner, max_size=3),
    max_leaves=6,
)
on_a_shared_database = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def changes_of(payload: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy of replacements for some fields of ``payload``."""
    return st.dictionaries(st.sampled_from(sorted(payload)), odd_values, max_size=3)


def attempt(read: Callable[..., Any], payload: dict[str, Any]) -> tuple[Any, str | None]:
    """Return what ``read`` makes of the payload, or the field for which it was refused."""
    try:
        return read(1003, payload, READ_AT), None
    except RecordError as error:
        return None, error.field
