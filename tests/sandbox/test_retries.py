"""Webhooks are repeated 27 times within a day, by a clock that can be sped up."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.sandbox.retries import is_delivered, next_try

DAY_S = 24 * 3600


def schedule(first_due: float, speed: float) -> list[float]:
    """Return when each repeat is due, up to the moment of giving up."""
    moments = []
    while (moment := next_try(first_due, len(moments) + 1, speed)) is not None:
        moments.append(moment)
    return moments


def test_repeats_come_after_quarters_of_an_hour_and_then_hourly() -> None:
    minutes = [moment / 60 for moment in schedule(0, 1)]

    assert minutes == [15, 30, 45, *(60 * hour for hour in range(1, 25))]


@settings(deadline=None)
@given(first_due=st.floats(0, 2e9), speed=st.floats(1e-3, 1e4))
def test_at_any_speed_there_are_27_repeats_within_a_day(first_due: float, speed: float) -> None:
    moments = schedule(first_due, speed)

    assert len(moments) == 27
    assert moments == sorted(moments)
    assert moments[-1] - first_due == pytest.approx(DAY_S / speed, abs=1e-5)


def test_a_clock_that_stands_still_is_a_very_slow_one() -> None:
    assert next_try(0, 1, 0) == 15 * 60 * 1000


@given(st.integers(100, 599))
def test_five_answers_mean_delivered_and_no_other(status: int) -> None:
    assert is_delivered(str(status)) == (status in {200, 201, 202, 204, 209})


@pytest.mark.parametrize("status", ["timeout", "unreachable", ""])
def test_no_answer_is_no_delivery(status: str) -> None:
    assert not is_delivered(status)
