"""Cells of CSV files that spreadsheets must not evaluate."""

from __future__ import annotations

# Spreadsheets evaluate a text with these first characters as a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def formula_safe(text: str) -> str:
    """Return the text with a leading apostrophe if a spreadsheet would evaluate it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
