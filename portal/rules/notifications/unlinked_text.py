"""Texts of other people in emails: short, on one line, and never a link.

Mail programs make links of texts that look like addresses. So a stranger could invite anybody to
a store whose name is an advertisement. A character without width after each dot, `@` and colon of
an address prevents that, and readers see the same text.
"""

from __future__ import annotations

import re
import unicodedata

NAME_LIMIT = 80
NOTE_LIMIT = 500
SUBJECT_LIMIT = 150
_NO_WIDTH = "\u200c"
# A dot inside of a word, an `@`, and the colon of "https:" or "tel:".
_LINKING = re.compile(r"(?<=\w)[.\u3002\uff0e\uff61](?=\w)|@|(?<=\w):(?=\S)")


def unlinked(text: str, limit: int = NAME_LIMIT) -> str:
    """Return somebody else's text for the body of an email, at most ``limit`` characters of it."""
    return _LINKING.sub(rf"\g<0>{_NO_WIDTH}", one_line(text, limit))


def one_line(text: str, limit: int = SUBJECT_LIMIT) -> str:
    """Return the text on one line without invisible characters, cut at ``limit`` characters."""
    shown = (" " if char.isspace() else char for char in text if _is_shown(char))
    line = " ".join("".join(shown).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def _is_shown(char: str) -> bool:
    # Cf: direction marks, which would reorder the words around them, and characters without width.
    return char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs")
