r"""Guard of CSV cells that a spreadsheet might calculate as formulas.

A spreadsheet skips blanks and invisible characters before a sign such as `=`. With another
separator than the comma it also splits texts at semicolons, tabs and line breaks, since quotes
inside of a cell don't count. So each sign that may begin a cell gets an apostrophe in front. A
text that already has apostrophes there gets one more, so that removing one restores every text
exactly.
"""

from __future__ import annotations

import re
from enum import StrEnum

_MARK = "'"
_SIGNS = "=@\uff1d\uff20"
_STRICT_SIGNS = "+-\uff0b\uff0d"
_LINE_BREAKS = r"\t\n\r\x0b\x0c\x85\u2028\u2029"
_BLANK = r'[\s"\x00-\x1f\x7f-\x9f\xad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]'
# Only the first character of a run of blanks looks ahead, so that the search takes linear time.
_CELL_START = rf"(?:^|;|(?<!{_BLANK})(?={_BLANK}*?[{_LINE_BREAKS}])){_BLANK}*+{_MARK}*+"
_BREAK_FIRST = re.compile(rf"^{_MARK}*+(?=[\t\n\r])")


class FormulaGuard(StrEnum):
    """Choice of the cells that are guarded."""

    STANDARD = "standard"  # phone numbers and negative numbers stay as they are
    STRICT = "strict"

    @property
    def signs(self) -> str:
        """Characters that begin a formula, also in full width."""
        return _SIGNS + _STRICT_SIGNS if self is FormulaGuard.STRICT else _SIGNS


_STARTS = {
    guard: re.compile(rf"{_CELL_START}(?=[{re.escape(guard.signs)}])") for guard in FormulaGuard
}


def guarded(text: str, guard: FormulaGuard = FormulaGuard.STANDARD) -> str:
    """Return the text with apostrophes where a spreadsheet might calculate it.

    A text that begins with a tab or a line break gets one, too.
    """
    marked = _STARTS[guard].sub(rf"\g<0>{_MARK}", text)
    return _BREAK_FIRST.sub(rf"\g<0>{_MARK}", marked, count=1)


def guarded_json(text: str, guard: FormulaGuard = FormulaGuard.STANDARD) -> str:
    """Return JSON of the same value in which no sign may begin a cell: signs are escaped."""
    starts = {found.end() for found in _STARTS[guard].finditer(text)}
    if not starts:
        return text
    return "".join(
        f"\\u{ord(char):04x}" if place in starts else char for place, char in enumerate(text)
    )
