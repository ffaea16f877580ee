"""Eight attempts within a day, and probes of a failing API at bounded, growing intervals."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.webhooks.event_retry import (
    ATTEMPTS_LIMIT,
    LONGEST_PROBE_S,
    WAITS_S,
    probe_in_s,
    retry_in_s,
)

HOUR_S = 3_600


def test_eight_attempts_spread_over_a_day() -> None:
    waits = [retry_in_s(failures, Random(0)) or 0 for failures in range(1, ATTEMPTS_LIMIT)]

    assert ATTEMPTS_LIMIT == 8
    assert 20 * HOUR_S < sum(waits) < 27 * HOUR_S
    assert sum(WAITS_S) == pytest.approx(24 * HOUR_S, rel=0.02)


@pytest.mark.parametrize("failures", [8, 9, 1_000])
def test_eighth_failure_is_the_last(failures: int) -> None:
    assert retry_in_s(failures, Random(0)) is None


@given(failures=st.integers(1, ATTEMPTS_LIMIT - 2), seed=st.integers())
def test_each_wait_is_longer_than_the_one_before(failures: int, seed: int) -> None:
    chance = Random(seed)

    assert (retry_in_s(failures, chance) or 0) < (retry_in_s(failures + 1, chance) or 0)


@given(probes=st.integers(0, 100_000), seed=st.integers())
def test_api_is_probed_at_least_every_eleven_minutes(probes: int, seed: int) -> None:
    assert 9 <= probe_in_s(probes, Random(seed)) <= 1.1 * LONGEST_PROBE_S


def test_retries_of_events_that_failed_together_spread_out() -> None:
    chance = Random(7)

    assert len({retry_in_s(3, chance) for _ in range(20)}) == 20
    assert len({probe_in_s(9, chance) for _ in range(20)}) == 20
