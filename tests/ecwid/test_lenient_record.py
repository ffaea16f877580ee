"""An unreadable field of a stored record counts as missing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given

from portal.ecwid.lenient_record import LenientRecord
from tests.ecwid.odd_values import odd_values

READERS = ("count", "money", "text", "moment")


def record(value: Any) -> LenientRecord:
    return LenientRecord("orders", {"field": value})


@pytest.mark.parametrize("read", READERS)
def test_unreadable_value_is_none(read: str) -> None:
    assert getattr(record([{}]), read)("field") is None


def test_readable_value_is_read() -> None:
    assert (record(5).count("field"), record(5).money("field")) == (5, 5)
    assert (record("Mug").text("field"), record(False).boolean("field", default=True)) == (
        "Mug",
        False,
    )
    date = record("2026-03-01 12:00:00 +0000")
    assert date.moment("field") == datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_parts_of_other_types_are_empty() -> None:
    assert record(5).boolean("field", default=True)
    assert record("text").part("field").payload == {}
    assert [part.payload for part in record([{"a": 1}, 5]).parts("field")] == [{"a": 1}, {}]
    assert (record({}).parts("field"), LenientRecord("orders", None).payload) == ([], {})


@given(odd_values)
def test_nothing_raises(value: Any) -> None:
    odd = record(value)

    for read in READERS:
        getattr(odd, read)("field")
    parts = odd.parts("field")
    assert len(parts) == (len(value) if isinstance(value, list) else 0)
