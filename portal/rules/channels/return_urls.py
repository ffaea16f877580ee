"""URLs that merchants may be sent back to: only those that operators allow for the channel."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit, urlunsplit

URL_LIMIT = 2000
_LOOPBACK = ("127.0.0.1", "localhost")
_OWN_PARAMETERS = ("outcome", "reference")


def is_allowed_entry(url: str) -> bool:
    """Return whether ``url`` can be on a channel's allow list: https, and no query or fragment.

    Plain http is possible on the loopback address, for tests.
    """
    parts = _split(url)
    return parts is not None and not parts.query and not parts.fragment


def is_on_allow_list(url: str, allowed: Iterable[str]) -> bool:
    """Return whether a merchant may be sent to ``url``.

    Scheme, host and port are those of an entry, and the path is the entry's path or below it.
    """
    parts = _split(url)
    if parts is None or parts.fragment or _has_dot_segment(parts.path):
        return False
    if any(name in _OWN_PARAMETERS for name, _ in parse_qsl(parts.query, keep_blank_values=True)):
        return False
    return any(_covers(entry, parts) for entry in map(_split, allowed) if entry is not None)


def with_outcome(url: str, outcome: str, reference: str) -> str:
    """Return the URL with the outcome and the channel's reference as parameters."""
    parts = urlsplit(url)
    query = [*parse_qsl(parts.query, keep_blank_values=True), ("outcome", outcome)]
    query += [("reference", reference)] if reference else []
    return urlunsplit(parts._replace(query=urlencode(query)))


def _split(url: str) -> SplitResult | None:
    """Return the parts of a URL that a browser and this module read in the same way, else None."""
    # Browsers drop some control characters, and read a backslash as a slash.
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' \\<>"^`{|}')
    if not is_plain or len(url) > URL_LIMIT:
        return None
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises ValueError for an invalid port
    except ValueError:
        return None
    is_secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    return parts if is_secure and parts.hostname and "@" not in parts.netloc else None


def _covers(entry: SplitResult, parts: SplitResult) -> bool:
    if (entry.scheme, entry.netloc.lower()) != (parts.scheme, parts.netloc.lower()):
        return False
    base = entry.path.rstrip("/")
    return parts.path == base or parts.path.startswith(f"{base}/")


def _has_dot_segment(path: str) -> bool:
    segments = path.lower().replace("%2e", ".").split("/")
    return any(segment in (".", "..") for segment in segments)
