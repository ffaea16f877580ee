"""Waits follow their table with a tenth of jitter, and work is dead after its last attempt."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.webhooks.event_retry import PROBE_BACKOFF
from portal.rules.work.backoff import (
    DEFAULT_BACKOFF,
    HANGING_WAIT_S,
    LAST_CHECK_AFTER,
    Backoff,
)

NOW = datetime(2025, 6, 1, 12, tzinfo=UTC)
RETRY_DELAYS_S = st.lists(st.floats(0.1, 1e6), min_size=1, max_size=10).map(tuple)
BACKOFFS = st.builds(Backoff, RETRY_DELAYS_S, st.booleans())
FAILURES = st.integers(1, 100_000)
SEEDS = st.integers()


@given(waits_s=RETRY_DELAYS_S, failures=FAILURES, seed=SEEDS)
def test_a_wait_is_that_of_the_table_within_a_tenth(
    waits_s: tuple[float, ...], failures: int, seed: int
) -> None:
    wait_s = Backoff(waits_s).wait_s(failures, Random(seed))
    expected_s = waits_s[failures - 1] if failures <= len(waits_s) else waits_s[-1]

    assert 0.9 * expected_s <= wait_s <= 1.1 * expected_s


@given(backoff=BACKOFFS, failures=FAILURES)
def test_work_is_dead_after_one_attempt_more_than_waits_unless_endless(
    backoff: Backoff, failures: int
) -> None:
    is_exhausted = failures > len(backoff.waits_s)

    assert backoff.is_dead(failures) is (is_exhausted and not backoff.is_endless)


@given(backoff=BACKOFFS, failures=FAILURES, seed=SEEDS)
def test_the_next_attempt_comes_after_the_wait_or_never(
    backoff: Backoff, failures: int, seed: int
) -> None:
    next_at = backoff.next_at(failures, NOW, Random(seed))

    if backoff.is_dead(failures):
        assert next_at is None
    else:
        assert next_at == NOW + timedelta(seconds=backoff.wait_s(failures, Random(seed)))


@given(backoff=BACKOFFS, attempts=FAILURES, seed=SEEDS)
def test_an_attempt_is_checked_at_the_time_of_the_next_one(
    backoff: Backoff, attempts: int, seed: int
) -> None:
    check_at = backoff.check_at(attempts, NOW, Random(seed))

    assert check_at == (backoff.next_at(attempts, NOW, Random(seed)) or NOW + LAST_CHECK_AFTER)


@pytest.mark.parametrize(
    ("backoff", "share"),
    [(DEFAULT_BACKOFF, 0.1), (PROBE_BACKOFF, 0.1), (Backoff((0.1,), is_endless=True), 0.33)],
)
def test_hanging_store_occupies_a_worker_for_a_small_share_of_an_hour(
    backoff: Backoff, share: float
) -> None:
    call_s, now_s, failures, chance = 25.0, 0.0, 0, Random(1)
    while now_s < 3_600:
        failures += 1
        now_s += call_s + backoff.wait_s(failures, chance, is_hanging=True)

    assert failures * call_s / now_s < share


@given(waits_s=RETRY_DELAYS_S, failures=FAILURES, seed=SEEDS)
def test_wait_after_a_timeout_is_never_shorter(
    waits_s: tuple[float, ...], failures: int, seed: int
) -> None:
    backoff = Backoff(waits_s)
    wait_s = backoff.wait_s(failures, Random(seed), is_hanging=True)

    assert wait_s >= max(0.9 * HANGING_WAIT_S, backoff.wait_s(failures, Random(seed)))


def test_work_that_failed_together_does_not_come_back_together() -> None:
    backoff, chance = Backoff((60.0,)), Random(7)

    assert len({backoff.wait_s(1, chance) for _ in range(20)}) == 20


def test_the_attempts_limit_is_one_more_than_the_waits() -> None:
    assert Backoff((1.0, 2.0, 4.0)).max_attempts == 4


def test_the_eight_attempts_of_the_default_fit_a_working_day() -> None:
    assert DEFAULT_BACKOFF.max_attempts == 8
    assert 8 * 3600 < sum(DEFAULT_BACKOFF.waits_s) < 12 * 3600
