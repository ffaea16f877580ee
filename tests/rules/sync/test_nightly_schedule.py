"""The reconciliation runs once in each of a store's nights, across clock changes too."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.nightly_schedule import SPREAD_S, next_reconciliation_at, parse_timezone

HOUR = timedelta(hours=1)
STORE_IDS = st.integers(1, 2**63 - 1)
ZONES = st.sampled_from(sorted(available_timezones()))
# From 2012 to 2036.
MOMENTS = st.integers(1_326_000_000, 2_113_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))


@given(MOMENTS, ZONES, STORE_IDS)
def test_next_run_is_within_a_day_and_a_clock_change(
    now: datetime, timezone: str, store_id: int
) -> None:
    at = next_reconciliation_at(now, timezone, store_id)

    assert now < at <= now + 27 * HOUR
    assert at.tzinfo is UTC


@given(MOMENTS, ZONES, STORE_IDS)
def test_run_is_at_night_in_the_stores_time_zone(
    now: datetime, timezone: str, store_id: int
) -> None:
    at = next_reconciliation_at(now, timezone, store_id).astimezone(ZoneInfo(timezone))

    # If the clocks change at 3, the same moment is at 2 or 4.
    assert at.hour in (2, 3, 4)


@given(MOMENTS, ZONES, STORE_IDS)
def test_each_date_has_one_run(now: datetime, timezone: str, store_id: int) -> None:
    zone = ZoneInfo(timezone)
    nights = []
    for _ in range(10):
        now = next_reconciliation_at(now, timezone, store_id)
        nights.append(now.astimezone(zone).date())

    assert nights == [nights[0] + timedelta(days=n) for n in range(10)]


@given(MOMENTS, ZONES, STORE_IDS, st.timedeltas(timedelta(0), timedelta(days=3)))
def test_next_run_is_monotonic(
    now: datetime, timezone: str, store_id: int, wait: timedelta
) -> None:
    assert next_reconciliation_at(now, timezone, store_id) <= next_reconciliation_at(
        now + wait, timezone, store_id
    )


def test_a_thousand_stores_are_spread_over_an_hour() -> None:
    now = datetime(2026, 5, 1, 12, tzinfo=UTC)
    minutes = Counter(next_reconciliation_at(now, "UTC", 1000 + n).minute for n in range(1000))

    assert SPREAD_S == 3600
    assert len(minutes) == 60
    assert max(minutes.values()) < 40


@pytest.mark.parametrize(
    ("timezone", "now", "earliest"),
    [
        ("Europe/Berlin", "2026-01-10T12:00", "2026-01-11T02:00"),
        ("Europe/Berlin", "2026-07-10T12:00", "2026-07-11T01:00"),
        ("America/New_York", "2026-01-10T12:00", "2026-01-11T08:00"),
        ("Asia/Kathmandu", "2026-01-10T12:00", "2026-01-10T21:15"),
        # 03:00 is skipped that night and counts as 04:00.
        ("Europe/Helsinki", "2026-03-28T12:00", "2026-03-29T01:00"),
        # 03:00 occurs twice: the first one counts.
        ("Europe/Helsinki", "2026-10-24T12:00", "2026-10-25T00:00"),
        ("UTC", "2026-01-10T02:59", "2026-01-10T03:00"),
    ],
)
def test_run_is_at_three_local_time(timezone: str, now: str, earliest: str) -> None:
    at = next_reconciliation_at(datetime.fromisoformat(now).replace(tzinfo=UTC), timezone, 1003)

    waits = at - datetime.fromisoformat(earliest).replace(tzinfo=UTC)
    assert timedelta(0) <= waits < HOUR


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "a\x00b", "Europe", "x" * 300]
)
def test_unknown_time_zone_is_utc(name: str) -> None:
    assert parse_timezone(name) is UTC
