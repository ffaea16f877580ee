"""A token bucket lets through its burst and its rate, never more and hardly less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.api_keys.token_bucket import (
    SECOND_US,
    Bucket,
    BucketLimit,
    BucketState,
    take_call,
    used_at,
)

LIMITS = st.builds(
    BucketLimit, per_minute=st.integers(1, 100_000), burst=st.integers(min_value=1, max_value=50)
)


class Caller:
    """Calls that are taken from one bucket, with the time of each that was let through."""

    def __init__(self, limit: BucketLimit) -> None:
        self.bucket = Bucket("key", "7", limit)
        self.full_at_us: int | None = None
        self.taken: list[int] = []

    def call(self, now_us: int) -> BucketState:
        used = used_at(self.full_at_us, now_us, self.bucket.limit)
        (state,) = take_call([self.bucket], [used])
        if not state.is_empty:
            self.full_at_us = now_us + state.used_us
            self.taken.append(now_us)
        return state


@given(
    limit=LIMITS,
    gaps=st.lists(st.one_of(st.just(0), st.integers(0, 3 * SECOND_US)), max_size=60),
)
def test_never_more_calls_than_the_burst_and_the_rate_of_any_time(
    limit: BucketLimit, gaps: list[int]
) -> None:
    caller, now_us = Caller(limit), 0
    for gap in gaps:
        now_us += gap
        caller.call(now_us)

    for first in range(len(caller.taken)):
        for last in range(first, len(caller.taken)):
            passed_us = caller.taken[last] - caller.taken[first]
            calls = last - first + 1
            # burst + rate · time, without a fraction
            assert (calls - limit.burst) * 60 * SECOND_US <= passed_us * limit.per_minute


@given(limit=LIMITS, pause_us=st.integers(0, 10 * SECOND_US))
def test_remaining_calls_pass_at_once_and_one_more_after_the_wait(
    limit: BucketLimit, pause_us: int
) -> None:
    caller = Caller(limit)
    assert not caller.call(0).is_empty

    state = caller.call(pause_us)
    while not state.is_empty:
        before, state = state, caller.call(pause_us)
        assert state.remaining == max(0, before.remaining - 1)
        assert state.is_empty is (before.remaining == 0)

    assert len(caller.taken) >= limit.burst
    assert not caller.call(pause_us + state.wait_s * SECOND_US).is_empty


@given(limit=LIMITS, wait=st.integers(0, 10**9))
def test_lower_limit_or_a_clock_that_was_set_back_only_empties_the_bucket(
    limit: BucketLimit, wait: int
) -> None:
    assert used_at(wait, 0, limit) == min(wait, limit.capacity_us)
    assert used_at(0, wait, limit) == used_at(None, wait, limit) == 0


def test_call_is_taken_from_all_buckets_or_from_none() -> None:
    many, few = Bucket("key", "7", BucketLimit(60, 10)), Bucket("tests", "7:1", BucketLimit(6, 2))

    used = [0, 0]
    seen = []
    for _ in range(3):
        states = take_call([many, few], used)
        used = [state.used_us for state in states]
        seen.append([(state.remaining, state.is_empty) for state in states])

    assert seen == [
        [(9, False), (1, False)],
        [(8, False), (0, False)],
        [(8, False), (0, True)],
    ]
    assert [state.wait_s for state in states] == [1, 10]
    assert take_call([few, many], [0, 0])[0].wait_s == 10


@pytest.mark.parametrize(
    ("per_minute", "burst", "window_s"),
    [(600, 600, 60), (7, 7, 60), (600, 100, 10), (60, 1, 1), (6000, 1, 1), (1, 40, 2400)],
)
def test_window_is_the_time_to_fill_an_empty_bucket(
    per_minute: int, burst: int, window_s: int
) -> None:
    limit = BucketLimit(per_minute, burst)

    assert limit.window_s == window_s
    assert abs(limit.capacity_us - 60 * SECOND_US * burst / per_minute) <= burst


def test_full_bucket_needs_no_wait_for_more_calls() -> None:
    bucket = Bucket("key", "7", BucketLimit(600, 600))

    assert BucketState(bucket, 0, is_empty=False).wait_s == 0
    (state,) = take_call([bucket], [0])
    assert (state.remaining, state.wait_s) == (599, 1)
