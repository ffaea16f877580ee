"""Readers of single settings; each reports an invalid value with the fix and returns a default."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from portal.errors import SettingsError
from portal.sealing import key_bytes

AUTO = "auto"
# Written instead of a value, where leaving a setting out must be a decision.
NONE = "none"
MAX_COUNT_DIGITS = 9
_EMAIL_ADDRESS = re.compile(r"[^\s@<>?&]+@[^\s@<>?&]+\.[^\s@<>?&]+")
_MORE_THAN_A_PLACE = re.compile(r"[@?#]")
_SCOPE = re.compile(r"[a-z][a-z0-9_]*")
_SQLITE = "sqlite:///"
_REDIS_SCHEMES = ("redis", "rediss", "unix")
POSTGRESQL_SCHEMES = ("postgresql", "postgres")
MAX_NAME_LENGTH = 60
IMAGE_SUFFIXES = (".svg", ".png", ".webp", ".jpg", ".jpeg")
MAIL_SCHEMES = ("file", "smtp", "smtps")


class Environment(Mapping[str, str]):
    """Environment variables, and the problems that were found in them.

    A problem names its setting and says what to write. It never contains a secret.
    """

    def __init__(self, values: Mapping[str, str]) -> None:
        self.problems: list[str] = []
        self._values = values

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def refuse(self, *problems: str) -> None:
        """Add problems, so that all of them can be reported at once."""
        self.problems += problems


def split_list(text: str, separator: str) -> tuple[str, ...]:
    """Return the parts of a list without empty ones."""
    return tuple(part.strip() for part in text.split(separator) if part.strip())


def choice(environ: Environment, name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return a setting that has one of the ``allowed`` values."""
    value = environ.get(name) or default
    if value not in allowed:
        environ.refuse(f"{name} is {value!r}: write one of {', '.join(allowed)}")
        return default
    return value


def choices(environ: Environment, name: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return a comma-separated list of ``allowed`` values."""
    values = split_list(environ.get(name, ""), ",")
    if not set(values) <= set(allowed):
        environ.refuse(f"{name} is {environ[name]!r}: write some of {', '.join(allowed)}")
        return ()
    return values


def secret_keys(environ: Environment, name: str) -> tuple[str, ...]:
    """Return a comma-separated list of keys, empty if the setting is."""
    text = environ.get(name, "")
    keys = split_list(text, ",")
    if text and not keys:
        environ.refuse(f"{name} is a list without a key: write one, or several between commas")
    return keys


def encryption_keys(environ: Environment, name: str) -> tuple[str, ...]:
    """Return a comma-separated list of Fernet keys, empty if the setting is."""
    keys = secret_keys(environ, name)
    for number, key in enumerate(keys, start=1):
        if key_bytes(key) is None:
            environ.refuse(
                f"{name} is no list of Fernet keys, because of number {number}: "
                "make one with `python -m portal.sealing`"
            )
    return keys


def credential(environ: Environment, name: str) -> str:
    """Return a secret or an ID that somebody else has issued; empty if there is none."""
    value = environ.get(name, "").strip()
    if not value.isascii() or len(value.split()) > 1:
        environ.refuse(f"{name} is not as it was issued: copy it again, without spaces")
        return ""
    return "" if value == NONE else value


def directory(environ: Environment, name: str) -> str:
    """Return the absolute path of a directory; empty if there is none."""
    path = environ.get(name, "")
    if path and not Path(path).is_absolute():
        environ.refuse(f"{name} is {path!r}: write an absolute path like /srv/exports")
        return ""
    return path


def scopes(environ: Environment, name: str) -> tuple[str, ...]:
    """Return a list of Ecwid's scopes that is separated by spaces."""
    names = split_list(environ.get(name, ""), " ")
    if not all(_SCOPE.fullmatch(each) for each in names):
        environ.refuse(
            f"{name} is {environ[name]!r}: write scopes such as read_orders, with spaces between"
        )
        return ()
    return names


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
    """Return an e-mail address, empty if there is none."""
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
    """Return an e-mail address or a URL with one of ``schemes``, empty if there is none."""
    value = environ.get(name, "").strip()
    url = _split_http_url(value)
    is_email = takes_email and bool(_EMAIL_ADDRESS.fullmatch(value))
    if value and not (url.scheme in schemes if url else is_email):
        kinds = ["an email address"] * takes_email
        kinds += ["an address like https://example.com"] * bool(schemes)
        environ.refuse(f"{name} is {value!r}: write {' or '.join(kinds)}")
        return ""
    return value


def one_line(environ: Environment, name: str, default: str) -> str:
    """Return a short text without control characters."""
    value = environ.get(name, "").strip() or default
    if not value.isprintable() or len(value) > MAX_NAME_LENGTH:
        environ.refuse(f"{name} is {value!r}: write one line of up to {MAX_NAME_LENGTH} characters")
        return default
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


def count(environ: Environment, name: str, default: int, *, minimum: int = 1) -> int:
    """Return a whole number of ``minimum`` or more."""
    return _count(environ, name, default, f"write a whole number of {minimum} or more", minimum)


def count_or_auto(environ: Environment, name: str, auto: int) -> int:
    """Return a whole number, or ``auto`` if the setting is that word or empty."""
    if environ.get(name) == AUTO:
        return auto
    return _count(environ, name, auto, f"write a whole number of 1 or more, or {AUTO}", 1)


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


def _count(environ: Environment, name: str, default: int, advice: str, minimum: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or len(text) > MAX_COUNT_DIGITS or int(text) < minimum:
        environ.refuse(f"{name} is {text!r}: {advice}")
        return default
    return int(text)
