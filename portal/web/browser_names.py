"""Readable names of browsers and operating systems from the User-Agent header."""

from __future__ import annotations

# The first match wins: most browsers also name others in their User-Agent.
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_name(agent: str) -> str:
    """Return a name such as ``Firefox · Linux``; empty if the browser is unknown."""
    names = [_first(agent, table) for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(filter(None, names))


def _first(agent: str, table: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in table if mark in agent), "")
