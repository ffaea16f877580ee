"""Pace of a store's polls: slower while nothing changes, within bounds, and full after a change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.pace import pace_bounds, poll_interval, quiet_for

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PERIODS = st.timedeltas(timedelta(0), timedelta(days=400))


@pytest.mark.parametrize(
    ("quiet_min", "receives_events", "expected_min"),
    [
        (0, False, 1),
        (19, False, 1),
        (20, False, 2),
        (40, False, 4),
        (10_000, False, 4),
        (0, True, 4),
        (49, True, 4),
        (80, True, 8),
        (150, True, 15),
        (10_000, True, 15),
    ],
)
def test_interval_is_a_tenth_of_the_quiet_time_in_whole_minutes(
    quiet_min: int, receives_events: bool, expected_min: int
) -> None:
    found = poll_interval(quiet_min * MINUTE, receives_events=receives_events)

    assert found == expected_min * MINUTE


@given(quiet=PERIODS, longer=PERIODS, receives_events=st.booleans())
def test_interval_never_gets_shorter_while_nothing_changes(
    quiet: timedelta, longer: timedelta, receives_events: bool
) -> None:
    first = poll_interval(quiet, receives_events=receives_events)

    assert first <= poll_interval(quiet + longer, receives_events=receives_events)


@given(quiet=PERIODS)
def test_stores_without_proven_webhooks_have_tighter_bounds(quiet: timedelta) -> None:
    without = poll_interval(quiet, receives_events=False)

    assert without <= poll_interval(quiet, receives_events=True)
    assert MINUTE <= without <= 4 * MINUTE


@given(signs=st.lists(st.none() | st.timedeltas(timedelta(0), timedelta(days=9))))
def test_any_sign_of_activity_resets_the_pace(signs: list[timedelta | None]) -> None:
    moments = [None if age is None else NOW - age for age in signs]

    quiet = quiet_for(NOW, [*moments, NOW])

    for receives_events in (False, True):
        bounds = pace_bounds(receives_events=receives_events)
        assert poll_interval(quiet, receives_events=receives_events) == bounds.shortest


def test_quiet_time_counts_from_the_last_sign() -> None:
    assert quiet_for(NOW, [NOW - 9 * MINUTE, None, NOW - 5 * MINUTE]) == 5 * MINUTE
    assert quiet_for(NOW, [None]) == timedelta(0)
    assert quiet_for(NOW, [NOW + MINUTE]) == timedelta(0)
