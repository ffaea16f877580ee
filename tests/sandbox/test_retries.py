"""Tests for the retry schedule of webhooks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sandbox.retries import is_delivered, next_attempt

DAY_S = 24 * 3600


def schedule(first_due: float, speed: float) -> list[float]:
    """Return the due times of all retries."""
    due_times = []
    while (due := next_attempt(first_due, len(due_times) + 1, speed)) is not None:
        due_times.append(due)
    return due_times


def test_retries_follow_every_quarter_hour_and_then_every_hour() -> None:
    minutes = [due / 60 for due in schedule(0, 1)]

    assert minutes == [15, 30, 45, *(60 * hour for hour in range(1, 25))]


@settings(deadline=None)
@given(first_due=st.floats(0, 2e9), speed=st.floats(1e-3, 1e4))
def test_there_are_27_retries_within_a_day_at_any_speed(first_due: float, speed: float) -> None:
    due_times = schedule(first_due, speed)

    assert len(due_times) == 27
    assert due_times == sorted(due_times)
    assert due_times[-1] - first_due == pytest.approx(DAY_S / speed, abs=1e-5)


def test_a_speed_of_zero_counts_as_the_minimum_speed() -> None:
    assert next_attempt(0, 1, 0) == 15 * 60 * 1000


@given(st.integers(100, 599))
def test_only_five_statuses_mean_delivered(status: int) -> None:
    assert is_delivered(str(status)) == (status in {200, 201, 202, 204, 209})


@pytest.mark.parametrize("status", ["timeout", "unreachable", ""])
def test_a_missing_response_does_not_mean_delivered(status: str) -> None:
    assert not is_delivered(status)
