"""Cells of CSV files are exact, and no spreadsheet calculates them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from portal.rules.records.formula_guard import FormulaGuard
from portal.services.records.csv_lines import csv_lines


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (Decimal("-1.50"), "-1.50"),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), "2026-03-01T12:00:00Z"),
        (msgspec.Raw(b"{}"), "{}"),
        ("Clay, Ltd", '"Clay, Ltd"'),
        ("=1+1", "'=1+1"),
        ("@SUM", "'@SUM"),
        ("a;=1+1", "a;'=1+1"),
        (["a;=1", "=2"], '"[""a;\\u003d1"",""=2""]"'),
        (msgspec.Raw(b'{"a": ";=1"}'), '"{""a"": "";\\u003d1""}"'),
        ("+49 30", "+49 30"),
        ("-2", "-2"),
        ("Zo\u00eb", "Zo\u00eb"),
    ],
)
def test_value_is_written_as_text(value: Any, cell: str) -> None:
    assert csv_lines([(value, 5)]) == f"{cell},5\r\n".encode()


@pytest.mark.parametrize(
    ("hour", "cell"),
    [(0, "2026-10-25T02:30:00+02:00"), (1, "2026-10-25T02:30:00+01:00")],
)
def test_times_have_the_offset_of_their_zone(hour: int, cell: str) -> None:
    at = datetime(2026, 10, 25, hour, 30, tzinfo=UTC)

    assert csv_lines([(at,)], zone=ZoneInfo("Europe/Berlin")) == f"{cell}\r\n".encode()


def test_only_texts_are_guarded() -> None:
    row = (Decimal("-1.50"), -2, "-2")

    assert csv_lines([row], FormulaGuard.STRICT) == b"-1.50,-2,'-2\r\n"
