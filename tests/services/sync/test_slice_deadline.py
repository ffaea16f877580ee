"""A time slice lasts longer while no other run waits, but not forever."""

from __future__ import annotations

import time

import pytest

from portal.services.sync import slice_deadline as module
from portal.services.sync.slice_deadline import SliceDeadline


class Clock:
    """A monotonic clock that a test sets."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(time, "monotonic", clock.monotonic)
    return clock


def test_slice_ends_when_another_run_waits(clock: Clock) -> None:
    deadline = SliceDeadline(10, lambda: True)

    clock.now_s += 9
    assert not deadline.is_over
    clock.now_s += 1
    assert deadline.is_over


def test_slice_goes_on_while_no_other_run_waits(clock: Clock) -> None:
    waiting = [False, True]
    deadline = SliceDeadline(10, lambda: waiting.pop(0))

    clock.now_s += 10
    assert not deadline.is_over
    clock.now_s += 9
    assert not deadline.is_over
    clock.now_s += 1
    assert deadline.is_over
    assert deadline.is_over


def test_longest_slice_fits_into_the_timeout_of_a_job(clock: Clock) -> None:
    started_s = clock.now_s
    deadline = SliceDeadline(10, lambda: False)

    while not deadline.is_over:
        clock.now_s += 10

    assert clock.now_s - started_s == module.LONGEST_SLICE_S


def test_time_after_the_deadline_is_counted_from_its_end(clock: Clock) -> None:
    deadline = SliceDeadline(10, lambda: True)

    clock.now_s += 12
    assert not deadline.is_over_by(5)
    clock.now_s += 3
    assert deadline.is_over_by(5)
