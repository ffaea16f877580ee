"""Checks of order request fields whose rules msgspec doesn't know.

Each raises InvalidFieldError.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from ipaddress import ip_address

from portal.errors import InvalidFieldError

# Extra field with our reference: an order found by `GET /orders?refererId=` is ours if it has it.
REFERENCE_FIELD = "portal_reference"
MAX_TEXT = 255
MAX_EMAIL_LENGTH = 254
EMAIL = "an email address"
# Ecwid's documentation, "Create order": 8 kB in all. Our own reference needs some of it.
MAX_EXTRA_FIELDS_BYTES = 8_000
EARLIEST_YEAR = 2000

# PostgreSQL can't store NUL, and half of a surrogate pair can't be encoded as UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
# Patterns of the OpenAPI document. U+00C0 to U+024F are the Latin letters beyond ASCII.
EMAIL_PATTERN = r"^([!-?A-~\u00c0-\u024f]+@[!-?A-~\u00c0-\u024f]+)?$"
LANGUAGE_PATTERN = r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,2}"
SINGLE_LINE_PATTERN = r"^[^\u0000\r\n]*$"
EXTRA_FIELD_NAME_PATTERN = r"^(?=.*\S)[^\u0000]{1,255}$"
# Years from `EARLIEST_YEAR` to 9998, as in `checked_moment`.
MOMENT_PATTERN = r"^(?:[2-8][0-9]{3}|9[0-8][0-9]{2}|99[0-8][0-9]|999[0-8])-"
_LANGUAGE = re.compile(LANGUAGE_PATTERN)


def check_storable(text: str, field: str) -> None:
    """Reject a text that a database can't store."""
    if _UNSTORABLE.search(text):
        problem = "must not contain the character U+0000 or an unpaired surrogate"
        raise InvalidFieldError(field, "invalid_character", problem)


def checked_email(given: str | None) -> str | None:
    """Return the address without spaces around it, or None if there is none."""
    if not given:
        return None
    address = given.strip()
    name, _, host = address.rpartition("@")
    is_written = name and host and not any(c.isspace() or not c.isprintable() for c in address)
    if not is_written or len(address) > MAX_EMAIL_LENGTH:
        raise InvalidFieldError("email", "invalid_format", f"must be {EMAIL}")
    return address


def checked_ip_address(text: str | None) -> str | None:
    """Return the address in its usual form."""
    if text is None:
        return None
    try:
        address = ip_address(text)
    except ValueError:
        address = None
    if address is None or "%" in text:
        raise InvalidFieldError("ip_address", "invalid_format", "must be an IPv4 or IPv6 address")
    return str(address)


def checked_language(text: str | None) -> str | None:
    """Return the language code; only Ecwid knows which languages a store has."""
    if text is not None and not _LANGUAGE.fullmatch(text):
        problem = "must be a language code, such as en or pt-BR"
        raise InvalidFieldError("language", "invalid_format", problem)
    return text


def checked_moment(moment: datetime | None, field: str) -> datetime | None:
    """Return a time in UTC and whole seconds, as Ecwid stores it."""
    if moment is None:
        return None
    if moment.year < EARLIEST_YEAR or moment.year > 9998:  # noqa: PLR2004 - datetime ends in 9999
        problem = f"must be a time from {EARLIEST_YEAR} on"
        raise InvalidFieldError(field, "out_of_range", problem)
    return moment.astimezone(UTC).replace(microsecond=0)


def checked_extra_fields(fields: Mapping[str, str] | None) -> dict[str, str] | None:
    """Return the extra fields; they share 8 kB, and ours can't be overwritten."""
    for name, text in (fields or {}).items():
        path = f"extra_fields.{name}"
        check_storable(name, "extra_fields")
        check_storable(text, path)
        if not name.strip() or len(name) > MAX_TEXT:
            problem = f"must have names of 1 to {MAX_TEXT} characters"
            raise InvalidFieldError("extra_fields", "invalid_format", problem)
        if name.strip().lower() == REFERENCE_FIELD:
            problem = "is set by the portal; use another name"
            raise InvalidFieldError(path, "reserved", problem)
    if len(json.dumps(fields or {}, ensure_ascii=False).encode()) > MAX_EXTRA_FIELDS_BYTES:
        problem = f"must not have more than {MAX_EXTRA_FIELDS_BYTES:,} bytes in all"
        raise InvalidFieldError("extra_fields", "too_long", problem)
    return dict(fields) if fields else None


def check_two_lines(street: str, street_2: str) -> None:
    """Reject an address of more than two lines: Ecwid separates them by a line break."""
    problem = "must be one line, and street another one"
    if "\n" in street_2 or "\r" in street_2:
        raise InvalidFieldError("street_2", "invalid_format", problem)
    if street_2 and "\n" in street:
        raise InvalidFieldError("street_2", "contradiction", problem)
