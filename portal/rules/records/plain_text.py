"""Plain text of HTML descriptions."""

from __future__ import annotations

import html
import re

# Elements that begin a new line.
_BLOCK_NAMES = """
    address article blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li
    main nav ol p pre section table tbody td th tr ul
"""
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_UNSHOWN = frozenset({"script", "style", "template", "title"})
_NAME = re.compile(r"/?([a-zA-Z][a-zA-Z0-9]*)")
_BLANKS = re.compile(r"[^\S\n]+")


def plain_text(markup: str) -> str:
    """Return the text that a browser shows for ``markup``, in lines without blank ones.

    Takes time in proportion to the length, whatever the markup. Scripts and styles are left out.
    """
    if "<" not in markup and "&" not in markup:
        return _tidy(markup.replace("\n", " "))
    first, *pieces = _without_comments(markup.replace("\n", " ")).split("<")
    shown, hidden_by = [first], ""
    for piece in pieces:
        inside, end, after = piece.partition(">")
        found = _NAME.match(inside)
        if found is None:
            if not hidden_by:
                # A declaration, or a text such as "a < b".
                shown.append(after if end and inside[:1] in ("!", "?") else f"<{piece}")
            continue
        name, is_end = found[1].lower(), inside.startswith("/")
        if hidden_by:
            if not (is_end and name == hidden_by):
                continue
            hidden_by = ""
        elif name in _UNSHOWN and not is_end:
            hidden_by = name
            continue
        if name in _BLOCKS:
            shown.append("\n")
        shown.append(after)
    return _tidy(html.unescape("".join(shown)))


def _without_comments(markup: str) -> str:
    first, *pieces = markup.split("<!--")
    return first + "".join(piece.partition("-->")[2] for piece in pieces)


def _tidy(shown: str) -> str:
    lines = (line.strip() for line in _BLANKS.sub(" ", shown).split("\n"))
    return "\n".join(line for line in lines if line)
