"""The backoff grows, fits into a working day, and is never shorter than Ecwid's Retry-After."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.retry import ATTEMPTS_LIMIT, LONGEST_WAIT_S, is_spent, wait_s

FAILURES = st.integers(1, 100)


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 2), (2, 10), (3, 50), (4, 250), (5, 1250), (6, 6250), (7, 21_600), (100, 21_600)],
)
def test_backoff_grows_fivefold_up_to_six_hours(failures: int, seconds: float) -> None:
    waits = [wait_s(failures, Random(seed)) for seed in range(50)]

    assert seconds <= min(waits) < max(waits) <= seconds * 1.2


def test_eight_attempts_fit_into_a_working_day() -> None:
    waits = [wait_s(failures, Random(0)) for failures in range(1, ATTEMPTS_LIMIT)]

    assert 8 * 3600 < sum(waits) < 12 * 3600


@given(failures=FAILURES, seed=st.integers())
def test_backoff_never_exceeds_its_limit(failures: int, seed: int) -> None:
    assert 2 <= wait_s(failures, Random(seed)) <= LONGEST_WAIT_S * 1.2


@given(failures=FAILURES, seed=st.integers(), asked=st.floats(0, 86_400))
def test_retry_after_is_respected(failures: int, seed: int, asked: float) -> None:
    assert wait_s(failures, Random(seed), at_least_s=asked) >= asked


def test_retries_of_stores_that_failed_together_spread_out() -> None:
    chance = Random(7)

    assert len({wait_s(3, chance, at_least_s=60) for _ in range(20)}) == 20


@pytest.mark.parametrize(("failures", "spent"), [(0, False), (7, False), (8, True), (9, True)])
def test_eighth_failure_is_the_last(failures: int, spent: bool) -> None:
    assert is_spent(failures) is spent
