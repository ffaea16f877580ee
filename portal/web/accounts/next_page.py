"""Page that a merchant sees after signing in."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request, url_for


def is_safe_next(target: str) -> bool:
    """Return whether ``target`` is a path of this portal that cannot redirect to another site.

    Browsers treat a backslash as a slash and skip control characters, so both are rejected.
    """
    if not target.startswith("/") or not target.isprintable() or "\\" in target:
        return False
    try:
        parts = urlsplit(target)
    except ValueError:
        return False
    return not parts.netloc and not target.startswith("//")


def safe_next() -> str | None:
    """Return the URL's ``next`` path; None if it is missing or leads to another site."""
    target = request.args.get("next", "")
    return target if is_safe_next(target) else None


def next_page() -> str:
    """Return the URL's ``next`` path, or the list of stores."""
    return safe_next() or url_for("stores.index")
