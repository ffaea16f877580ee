"""Dates of a coupon, read as Ecwid writes them: always UTC, never the store's time zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

# The documentation shows an offset; Ecwid's typed client writes the zone's name.
_DATE = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
    r"(?:[ T](?P<time>[0-9]{2}:[0-9]{2}(?::[0-9]{2})?) ?(?P<zone>[+-][0-9]{2}:?[0-9]{2}|UTC|Z|))?"
)
NAMES_OF_UTC = (None, "", "UTC", "Z")
DAY = timedelta(days=1)


def read_coupon_date(text: str, *, is_last_day: bool = False) -> datetime:
    """Return the moment of a date text; raise ValueError if it is none.

    The REST documentation says that Ecwid corrects every date to UTC, so a time without an offset
    is UTC. A day alone begins at midnight. With ``is_last_day`` it ends with the day, because a
    white-label help says "to 23:59:59 UTC of the last day".
    """
    found = _DATE.fullmatch(text.strip())
    if found is None:
        raise ValueError(text)
    time = found["time"] or "00:00"
    offset = found["zone"] if found["zone"] not in NAMES_OF_UTC else "+00:00"
    try:
        moment = datetime.fromisoformat(f"{found['day']} {time}{offset}").astimezone(UTC)
        return moment + DAY if is_last_day and not found["time"] else moment
    except (ValueError, OverflowError) as error:
        raise ValueError(text) from error
