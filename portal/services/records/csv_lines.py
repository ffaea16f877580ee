"""Lines of CSV files, whose texts no spreadsheet calculates as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any

import msgspec

from portal.rules.records.formula_guard import FormulaGuard, guarded, guarded_json


def csv_lines(
    rows: Iterable[Iterable[Any]],
    guard: FormulaGuard = FormulaGuard.STANDARD,
    zone: tzinfo = UTC,
) -> bytes:
    """Return the lines of these rows; None is an empty cell, and times have their offset."""
    text = io.StringIO()
    csv.writer(text).writerows([_cell(value, guard, zone) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: Any, guard: FormulaGuard, zone: tzinfo) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case datetime():
            text = value.astimezone(zone).isoformat().replace("+00:00", "Z")
        case msgspec.Raw():
            text = guarded_json(bytes(value).decode(), guard)
        case list():
            text = guarded_json(msgspec.json.encode(value).decode(), guard)
        case str():
            text = guarded(value, guard)
        case _:
            text = str(value)
    return text
