"""Lines of CSV files, whose texts no spreadsheet evaluates as formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from portal.rules.records.formula_safe import formula_safe


def csv_lines(rows: Iterable[Iterable[Any]]) -> bytes:
    """Return the lines of these rows; None is an empty cell, and times are in UTC."""
    text = io.StringIO()
    csv.writer(text).writerows(map(_cell, row) for row in rows)
    return text.getvalue().encode()


def _cell(value: Any) -> str:
    match value:
        case None:
            text = ""
        case bool():
            text = "true" if value else "false"
        case datetime():
            text = value.isoformat().replace("+00:00", "Z")
        case msgspec.Raw():
            text = bytes(value).decode()
        case list():
            text = msgspec.json.encode(value).decode()
        case str():
            text = formula_safe(value)
        case _:
            text = str(value)
    return text
