"""Readers of single settings; each raises SettingsError with the fix for an invalid value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from portal.errors import SettingsError

AUTO = "auto"
MAX_COUNT_DIGITS = 9
_EMAIL_ADDRESS = re.compile(r"[^\s@<>?&]+@[^\s@<>?&]+\.[^\s@<>?&]+")


def split_list(text: str, separator: str) -> tuple[str, ...]:
    """Return the parts of a list without empty ones."""
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def choice(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return a setting that has one of the ``allowed`` values."""
    value = environ.get(name) or default
    if value not in allowed:
        raise SettingsError(f"{name} is {value!r}: write one of {', '.join(allowed)}")
    return value


def http_url(environ: Mapping[str, str], name: str, default: str) -> str:
    """Return a URL without a slash at its end."""
    value = (environ.get(name) or default).rstrip("/")
    if not _is_http_url(value):
        raise SettingsError(f"{name} is {value!r}: write an address like {default}")
    return value


def email(environ: Mapping[str, str], name: str) -> str:
    """Return an e-mail address, empty if there is none."""
    value = (environ.get(name) or "").strip()
    user, at, host = value.rpartition("@")
    if value and (not (user and at and host) or len(value.split()) > 1):
        raise SettingsError(f"{name} is {value!r}: write an e-mail address like name@example.com")
    return value


def _is_http_url(text: str) -> bool:
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def contact(environ: Mapping[str, str], name: str) -> str:
    """Return an e-mail address or a URL, empty if there is none."""
    value = environ.get(name, "").strip()
    if value and not (_is_http_url(value) or _EMAIL_ADDRESS.fullmatch(value)):
        raise SettingsError(
            f"{name} is {value!r}: write an e-mail address or an address like https://example.com"
        )
    return value


def count(environ: Mapping[str, str], name: str, default: int, *, minimum: int = 1) -> int:
    """Return a whole number of ``minimum`` or more."""
    text = environ.get(name) or str(default)
    if not text.isdecimal() or len(text) > MAX_COUNT_DIGITS or int(text) < minimum:
        raise SettingsError(f"{name} is {text!r}: write a whole number of {minimum} or more")
    return int(text)


def count_or_auto(environ: Mapping[str, str], name: str, auto: int) -> int:
    """Return a whole number, or ``auto`` if the setting is that word or empty."""
    if (environ.get(name) or AUTO) == AUTO:
        return auto
    try:
        return count(environ, name, auto)
    except SettingsError as error:
        raise SettingsError(f"{error}, or {AUTO}") from None
