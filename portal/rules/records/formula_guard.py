"""Guard of CSV cells that a spreadsheet might calculate as a formula.

A guarded cell has an apostrophe in front. A text that already has apostrophes before such a
character gets one more, so that removing one restores every text exactly.
"""

from __future__ import annotations

from enum import StrEnum

_MARK = "'"


class FormulaGuard(StrEnum):
    """Choice of the cells that are guarded."""

    STANDARD = "standard"  # phone numbers and negative numbers stay as they are
    STRICT = "strict"

    @property
    def starts(self) -> tuple[str, ...]:
        """First characters of the texts that are guarded."""
        return ("=", "@", "\t", "+", "-", "\r") if self is FormulaGuard.STRICT else ("=", "@", "\t")


def guarded(text: str, guard: FormulaGuard = FormulaGuard.STANDARD) -> str:
    """Return the text with an apostrophe in front if a spreadsheet might calculate it."""
    return _MARK + text if text.lstrip(_MARK).startswith(guard.starts) else text
