"""Decide where a merchant goes after signing in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


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


def safe_next() -> str | None:
    """Return where the address says to go on; None if it says nothing, or leads elsewhere."""
    target = request.args.get("next", "")
    return target if is_safe_next(target) else None


def next_page() -> str:
    """Return where to go on after signing in: where the address says, else the stores."""
    return safe_next() or url_for("stores.index")
