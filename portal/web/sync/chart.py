"""Freshness chart of a resource over the last two days, as SVG paths and as a table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from portal.rules.sync.freshness import Freshness
from portal.services.sync.freshness_history import RETENTION, SLOT, HistoryPoint, slot_of
from portal.web.labels import FRESHNESS

SLOTS = RETENTION // SLOT
HEIGHT = 40
# Minimum height of a bar. Otherwise a resource that is never behind would have an empty chart.
MIN_BAR_HEIGHT = 3

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Chart:
    """Bar chart: one SVG path for each tone, and the y coordinate of the lateness limit.

    ``points`` is the number of known quarter hours and ``on_time`` the number of those on time.
    ``max_minutes_behind`` is the greatest delay in minutes; None if nothing is known.
    """

    paths: Mapping[str, str]
    limit_y: float
    points: int
    on_time: int
    max_minutes_behind: int | None
    width: int = SLOTS
    height: int = HEIGHT


def chart_of(points: Sequence[HistoryPoint], *, now: datetime, late_after: timedelta) -> Chart:
    """Return the chart of these points; its top is twice the limit of lateness."""
    limit = max(1, late_after // _MINUTE)
    newest = slot_of(now)
    strokes: dict[str, list[str]] = defaultdict(list)
    for point in points:
        place = SLOTS - 1 - (newest - point.at) // SLOT
        tone = FRESHNESS[point.freshness].tone
        strokes[tone].append(f"M{place + 0.5} {HEIGHT}v-{_height(point, limit)}")
    words = Counter(point.freshness for point in points)
    known = [point.minutes_behind for point in points if point.minutes_behind is not None]
    return Chart(
        paths={tone: "".join(parts) for tone, parts in strokes.items()},
        limit_y=HEIGHT / 2,
        points=len(points),
        on_time=words[Freshness.ON_TIME],
        max_minutes_behind=max(known, default=None),
    )


@dataclass(frozen=True)
class FreshnessPeriod:
    """Consecutive quarter hours of one freshness; ``max_minutes_behind`` is as in `Chart`."""

    freshness: str
    begins_at: datetime
    ends_at: datetime
    max_minutes_behind: int | None


def freshness_periods(points: Sequence[HistoryPoint]) -> Sequence[FreshnessPeriod]:
    """Return the chart's data as periods of the same freshness, newest first."""
    periods: list[FreshnessPeriod] = []
    for point in points:
        one = FreshnessPeriod(point.freshness, point.at, point.at + SLOT, point.minutes_behind)
        last = periods[-1] if periods else None
        if last is None or (last.freshness, last.ends_at) != (one.freshness, one.begins_at):
            periods.append(one)
            continue
        known = [
            max_minutes_behind
            for max_minutes_behind in (last.max_minutes_behind, one.max_minutes_behind)
            if max_minutes_behind is not None
        ]
        periods[-1] = replace(
            last, ends_at=one.ends_at, max_minutes_behind=max(known, default=None)
        )
    return periods[::-1]


def _height(point: HistoryPoint, limit: int) -> int:
    behind = point.minutes_behind
    share = 1.0 if behind is None else min(1.0, behind / (2 * limit))
    return max(MIN_BAR_HEIGHT, round(share * HEIGHT))
