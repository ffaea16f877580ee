"""Decide where a merchant goes after signing in."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_safe_next(target: str) -> bool:
    """Tell whether ``target`` is a path of this portal and can't lead anywhere else.

    Browsers read a backslash as a slash and skip control characters, so both are refused.
    """
    if not target.startswith("/") or not target.isprintable() or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.netloc and not target.startswith("//")
