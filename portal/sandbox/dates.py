"""Dates in the formats of Ecwid's API; the sandbox itself uses Unix seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from portal.sandbox.validation import WrongParameterError

DATE_FORMAT = "%Y-%m-%d %H:%M:%S +0000"
# Source (documented): older REST docs, "Search products": the formats of dates in requests.
ACCEPTED = ("%Y-%m-%d %H:%M:%S %z", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d")
# The end of the year 9999: later dates can't be formatted, and count as this one.
LAST_SECOND = 253_402_300_799
# Source (client): ecwid-java-api-client, GsonTransformer: it writes dates with the name of a zone.
UTC_NAMES = (" UTC", " GMT")


def format_date(timestamp: float) -> str:
    """Format Unix seconds as the API writes dates, in UTC."""
    return datetime.fromtimestamp(timestamp, UTC).strftime(DATE_FORMAT)


def parse_date(text: str) -> int:
    """Return a date or a timestamp as Unix seconds; raise WrongParameterError if invalid."""
    if text.isdecimal():
        return int(text) if len(text) < len(str(LAST_SECOND)) else LAST_SECOND
    if text.endswith(UTC_NAMES):
        text = f"{text[:-4]} +0000"
    for date_format in ACCEPTED:
        try:
            date = datetime.strptime(text, date_format)  # noqa: DTZ007 - made aware below
            return int((date if date.tzinfo else date.replace(tzinfo=UTC)).timestamp())
        except (ValueError, OverflowError):
            continue
    raise WrongParameterError(f"Wrong date: {text}")


def reformat_dates(fields: Mapping[str, Any], names: Iterable[str]) -> dict[str, str]:
    """Return the dates of a request in the format of the API, without the empty ones."""
    return {name: format_date(parse_date(str(fields[name]))) for name in names if fields.get(name)}
