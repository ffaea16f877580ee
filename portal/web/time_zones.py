"""Time zone of the times on a page, and of the times that a person types there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import cache
from zoneinfo import available_timezones

from flask import g
from flask_login import current_user

from portal.models import Store
from portal.rules.sync.nightly_schedule import parse_timezone

# Of times that a person may type.
YEARS = range(1970, 2200)


def show_times_of(store: Store) -> None:
    """Show times in this store's time zone on this page, unless the person has chosen their own."""
    g.store_time_zone = store.timezone


def choose_time_zone() -> tzinfo:
    """Return the person's time zone, otherwise the page's store's, otherwise UTC."""
    chosen = ""
    if current_user and current_user.is_authenticated:
        chosen = current_user.merchant.timezone
    return parse_timezone(chosen or g.get("store_time_zone", ""))


def time_zone_name() -> str:
    """Return the name of the page's time zone as people write it, such as "Europe/New York"."""
    return str(choose_time_zone()).replace("_", " ")


def typed_time(text: str) -> datetime:
    """Return the time that was typed without an offset, in the page's time zone.

    A time that the clocks skip is the one after as many minutes; of one that occurs twice, the
    first counts. Raises ValueError for anything else than a date with a time.
    """
    at = datetime.fromisoformat(text)
    zoned = at if at.tzinfo is not None else at.replace(tzinfo=choose_time_zone())
    return zoned.astimezone(UTC)


def input_time(at: datetime) -> str:
    """Return a time as the value of an input of type ``datetime-local``, in the page's zone."""
    return at.astimezone(choose_time_zone()).strftime("%Y-%m-%dT%H:%M")


@dataclass(frozen=True)
class Day:
    """Start of a day in the page's time zone, and of the day after it, in UTC."""

    start: datetime
    end: datetime


def read_day(text: str) -> Day | None:
    """Return a typed day, such as 2026-03-01, in the page's time zone; None if it is invalid.

    It may have 23 or 25 hours. A day outside `YEARS` is invalid, because the first and the last one
    have no day beside them.
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day_of(day) if day.year in YEARS else None


def day_of(day: date) -> Day:
    """Return when this day starts and ends in the page's time zone."""
    zone = choose_time_zone()
    start, end = (
        datetime.combine(each, time(), zone).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    return Day(start, end)


@cache
def time_zone_names() -> list[str]:
    """Return the names of all time zones that are named after a place."""
    return sorted(name for name in available_timezones() if "/" in name and "Etc/" not in name)
