"""Dates and times as people of a language write them, on pages and in emails."""

from __future__ import annotations

from datetime import datetime, tzinfo

from babel import Locale
from babel.dates import format_datetime, format_skeleton, get_timezone_name

# "1 Mar 2026, 14:05" is read alike in all English-speaking countries.
_ENGLISH_PATTERN = "d MMM y, HH:mm"


def date_and_time(at: datetime, zone: tzinfo, language: Locale) -> str:
    """Return a time to the minute, in 24 hours, without the name of the zone."""
    if language.language == "en":
        return str(format_datetime(at, _ENGLISH_PATTERN, tzinfo=zone, locale=language))
    local = at.astimezone(zone)
    date, time = (format_skeleton(part, local, locale=language) for part in ("yMMMd", "Hm"))
    return str(language.datetime_formats["medium"]).replace("'", "").format(time, date)


def zone_name(at: datetime, zone: tzinfo, language: Locale) -> str:
    """Return the short name of a time zone at this time, such as CET, or its offset as UTC+05:30.

    The language's own name comes first, then the one that computers use everywhere.
    """
    local = at.astimezone(zone)
    for name in (get_timezone_name(local, width="short", locale=language), local.tzname() or ""):
        if name.isalpha():
            return name
    return f"UTC{local.isoformat(timespec='minutes')[-6:]}"
