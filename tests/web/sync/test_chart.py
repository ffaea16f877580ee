"""Bars and periods of the freshness chart."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from portal.rules.sync.freshness import Freshness
from portal.services.sync.freshness_history import SLOT, HistoryPoint
from portal.web.sync.chart import (
    HEIGHT,
    MIN_BAR_HEIGHT,
    SLOTS,
    Chart,
    FreshnessPeriod,
    chart_of,
    freshness_periods,
)

NOW = datetime(2026, 3, 1, 12, 20, tzinfo=UTC)
NEWEST = datetime(2026, 3, 1, 12, 15, tzinfo=UTC)
LIMIT = timedelta(minutes=10)


def point(age: int = 0, freshness: str = Freshness.ON_TIME, behind: int | None = 5) -> HistoryPoint:
    """Return the point ``age`` quarter hours ago."""
    return HistoryPoint(at=NEWEST - age * SLOT, freshness=freshness, minutes_behind=behind)


def chart(*points: HistoryPoint) -> Chart:
    """Return the chart of these points."""
    return chart_of(points, now=NOW, late_after=LIMIT)


def test_chart_without_points_is_empty() -> None:
    empty = chart()

    assert (empty.paths, empty.points, empty.on_time, empty.max_minutes_behind) == ({}, 0, 0, None)


def test_newest_point_is_on_the_right_and_the_oldest_on_the_left() -> None:
    path = chart(point(SLOTS - 1), point(0)).paths["good"]

    assert re.findall(r"M([\d.]+) ", path) == ["0.5", f"{SLOTS - 0.5}"]


@pytest.mark.parametrize(
    ("behind", "height"),
    [(0, MIN_BAR_HEIGHT), (5, 10), (10, HEIGHT // 2), (20, HEIGHT), (500, HEIGHT), (None, HEIGHT)],
)
def test_height_of_a_bar_is_the_minutes_behind(behind: int | None, height: int) -> None:
    assert chart(point(behind=behind)).paths["good"].endswith(f"v-{height}")


def test_line_is_at_the_lateness_limit() -> None:
    assert chart().limit_y == HEIGHT / 2


def test_each_freshness_has_its_tone() -> None:
    words = [Freshness.ON_TIME, Freshness.LATE, Freshness.FAILING, Freshness.PAUSED]

    drawn = chart(*(point(number, freshness) for number, freshness in enumerate(words)))

    assert set(drawn.paths) == {"good", "warn", "bad", "plain"}


def test_caption_counts_match_the_bars() -> None:
    drawn = chart(point(2, Freshness.LATE, 34), point(1, Freshness.NEVER, None), point(0))

    assert (drawn.points, drawn.on_time, drawn.max_minutes_behind) == (3, 1, 34)


def test_limit_below_a_minute_counts_as_a_minute() -> None:
    drawn = chart_of([point(behind=1)], now=NOW, late_after=timedelta(seconds=5))

    assert drawn.paths["good"].endswith(f"v-{HEIGHT // 2}")


def test_consecutive_points_with_the_same_freshness_are_one_period() -> None:
    points = [
        point(6),
        point(4),
        point(3, behind=9),
        point(2, Freshness.LATE, behind=None),
        point(1, Freshness.LATE, behind=30),
        point(0),
    ]

    periods = freshness_periods(points)

    def period(freshness: str, begins: int, ends: int, max_minutes_behind: int) -> FreshnessPeriod:
        return FreshnessPeriod(
            freshness, NEWEST - begins * SLOT, NEWEST - ends * SLOT, max_minutes_behind
        )

    assert periods == [
        period(Freshness.ON_TIME, 0, -1, 5),
        period(Freshness.LATE, 2, 0, 30),
        period(Freshness.ON_TIME, 4, 2, 9),
        # The quarter hour in between is unknown.
        period(Freshness.ON_TIME, 6, 5, 5),
    ]


def test_no_points_make_no_period() -> None:
    assert freshness_periods([]) == []
