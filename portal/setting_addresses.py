"""Readers of settings that are addresses: URLs, email addresses, and paths of images."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from portal.errors import SettingsError
from portal.setting_values import Environment

_EMAIL_ADDRESS = re.compile(r"[^\s@<>?&]+@[^\s@<>?&]+\.[^\s@<>?&]+")
_MORE_THAN_A_PLACE = re.compile(r"[@?#]")
_SQLITE = "sqlite:///"
_REDIS_SCHEMES = ("redis", "rediss", "unix")
POSTGRESQL_SCHEMES = ("postgresql", "postgres")
IMAGE_SUFFIXES = (".svg", ".png", ".webp", ".jpg", ".jpeg")
MAIL_SCHEMES = ("file", "smtp", "smtps")


def http_url(environ: Environment, name: str, default: str, *, has_path: bool = True) -> str:
    """Return a URL without a slash at its end, and without user, query and fragment."""
    value = (environ.get(name) or default).rstrip("/")
    advice = f"write an address like {default}"
    parts = _split_http_url(value)
    if _MORE_THAN_A_PLACE.search(value):
        # Not shown, because it may contain a password or a token.
        environ.refuse(f"{name} is an address with a user, query or fragment: {advice}")
    elif parts is None:
        environ.refuse(f"{name} is {value!r}: {advice}")
    elif parts.path and not has_path:
        environ.refuse(f"{name} is {value!r}: {advice}, without a path")
    else:
        return value
    return default


def database_url(environ: Environment, name: str, default: str) -> str:
    """Return the URL of a database."""
    value = environ.get(name) or default
    parts = split_url(value)
    is_file = value.startswith(_SQLITE) and value != _SQLITE
    if not is_file and (parts is None or parts.scheme not in POSTGRESQL_SCHEMES):
        environ.refuse(
            f"{name} is no address of a database: "
            "write sqlite:///path/to/file.db or postgresql://user:password@host/name"
        )
        return default
    return value


def redis_url(environ: Environment, name: str) -> str:
    """Return the URL of a queue server, empty if there is none."""
    value = environ.get(name, "")
    parts = split_url(value)
    if value and (parts is None or parts.scheme not in _REDIS_SCHEMES):
        environ.refuse(
            f"{name} is no address of a Redis server: "
            "write redis://host:6379, rediss://user:password@host:6379 or unix:///path"
        )
        return ""
    return value


def mail_url(environ: Environment, name: str, default: str) -> str:
    """Return the URL of a mail server or a folder."""
    value = environ.get(name) or default
    try:
        split_mail_url(value)
    except SettingsError as error:
        environ.refuse(*error.problems)
        return default
    return value


def email(environ: Environment, name: str) -> str:
    """Return an email address, empty if there is none."""
    value = (environ.get(name) or "").strip()
    user, at, host = value.rpartition("@")
    if value and (not (user and at and host) or len(value.split()) > 1):
        environ.refuse(f"{name} is {value!r}: write an email address like name@example.com")
        return ""
    return value


def contact(
    environ: Environment,
    name: str,
    *,
    schemes: tuple[str, ...] = ("http", "https"),
    takes_email: bool = True,
) -> str:
    """Return an email address or a URL with one of ``schemes``, empty if there is none."""
    value = environ.get(name, "").strip()
    url = _split_http_url(value)
    is_email = takes_email and bool(_EMAIL_ADDRESS.fullmatch(value))
    if value and not (url.scheme in schemes if url else is_email):
        kinds = ["an email address"] * takes_email
        kinds += ["an address like https://example.com"] * bool(schemes)
        environ.refuse(f"{name} is {value!r}: write {' or '.join(kinds)}")
        return ""
    return value


def image(environ: Environment, name: str) -> str:
    """Return the HTTPS URL or the path of an existing image, empty if there is none."""
    value = environ.get(name, "").strip()
    url = _split_http_url(value)
    is_url = url is not None and url.scheme == "https"
    is_file = Path(value).suffix in IMAGE_SUFFIXES and Path(value).is_file()
    if value and not (is_url or is_file):
        environ.refuse(
            f"{name} is {value!r}: write an address like https://example.com/logo.svg, or the path "
            f"of a file ({', '.join(IMAGE_SUFFIXES)})"
        )
        return ""
    return value


def split_url(url: str) -> SplitResult | None:
    """Return the parts of a URL with a scheme, or None if its host or port is invalid."""
    try:
        parts = urlsplit(url)
        is_usable = bool(parts.scheme) and parts.port != 0
    except ValueError:
        return None
    return parts if is_usable else None


def split_mail_url(url: str) -> SplitResult:
    """Return the parts of MAIL_URL; raise SettingsError if they are invalid."""
    parts, advice = split_url(url), "write smtp://host or file://folder"
    if parts is None:
        # Not shown, because the URL may contain a password.
        raise SettingsError(f"MAIL_URL is an address without a valid host or port: {advice}")
    if parts.scheme not in MAIL_SCHEMES or not (parts.hostname or parts.path):
        raise SettingsError(f"MAIL_URL is an address that begins with {parts.scheme!r}: {advice}")
    return parts


def _split_http_url(text: str) -> SplitResult | None:
    parts = split_url(text) if len(text.split()) == 1 else None
    return parts if parts and parts.scheme in ("http", "https") and parts.hostname else None
