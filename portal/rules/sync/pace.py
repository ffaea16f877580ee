"""Pace of a store's polls: the longer nothing changes, the longer is the time between two polls.

A poll asks the store once when its resources last changed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

_MINUTE = timedelta(minutes=1)
# A store that was quiet for 40 minutes is polled every 4 minutes.
QUIET_PERIODS = 10


@dataclass(frozen=True)
class PaceBounds:
    """Shortest and longest time between two polls of a store."""

    shortest: timedelta
    longest: timedelta


# Without proven webhooks, a poll is the only way to see a new order.
WITHOUT_EVENTS = PaceBounds(1 * _MINUTE, 4 * _MINUTE)
# With them, a poll is a safety net. Silent webhooks are detected after 16 minutes, so polls are
# more frequent than that.
WITH_EVENTS = PaceBounds(4 * _MINUTE, 15 * _MINUTE)


def pace_bounds(*, receives_events: bool) -> PaceBounds:
    """Return the bounds of a store's pace."""
    return WITH_EVENTS if receives_events else WITHOUT_EVENTS


def poll_interval(quiet_for: timedelta, *, receives_events: bool) -> timedelta:
    """Return the time until the next poll of a store without changes for ``quiet_for``.

    It is a tenth of that time, in whole minutes and within the bounds. A change, an event or a
    person's request makes ``quiet_for`` zero, so the pace is full again at once.
    """
    bounds = pace_bounds(receives_events=receives_events)
    wanted = quiet_for // (QUIET_PERIODS * _MINUTE) * _MINUTE
    return min(max(wanted, bounds.shortest), bounds.longest)


def quiet_for(now: datetime, signs: Iterable[datetime | None]) -> timedelta:
    """Return the time since the last of these signs of activity; zero if there is none."""
    latest = max((sign for sign in signs if sign is not None), default=now)
    return max(now - latest, timedelta())
