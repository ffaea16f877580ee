"""Readers of single settings; each reports an invalid value with the fix and returns a default."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from portal.sealing import key_bytes

AUTO = "auto"
# Written instead of a value, where leaving a setting out must be a decision.
NONE = "none"
MAX_COUNT_DIGITS = 9
_SCOPE = re.compile(r"[a-z][a-z0-9_]*")
MAX_NAME_LENGTH = 60


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


def one_line(environ: Environment, name: str, default: str) -> str:
    """Return a short text without control characters."""
    value = environ.get(name, "").strip() or default
    if not value.isprintable() or len(value) > MAX_NAME_LENGTH:
        environ.refuse(f"{name} is {value!r}: write one line of up to {MAX_NAME_LENGTH} characters")
        return default
    return value


def count(environ: Environment, name: str, default: int, *, minimum: int = 1) -> int:
    """Return a whole number of ``minimum`` or more."""
    return _count(environ, name, default, f"write a whole number of {minimum} or more", minimum)


def count_or_auto(environ: Environment, name: str, auto: int) -> int:
    """Return a whole number, or ``auto`` if the setting is that word or empty."""
    if environ.get(name) == AUTO:
        return auto
    return _count(environ, name, auto, f"write a whole number of 1 or more, or {AUTO}", 1)


def _count(environ: Environment, name: str, default: int, advice: str, minimum: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or len(text) > MAX_COUNT_DIGITS or int(text) < minimum:
        environ.refuse(f"{name} is {text!r}: {advice}")
        return default
    return int(text)
