"""Eight attempts spread over a day; a failing API is probed every ten minutes at the longest."""

from __future__ import annotations

from itertools import pairwise

import pytest

from portal.rules.webhooks.event_retry import EVENT_BACKOFF, PROBE_BACKOFF

HOUR_S = 3_600


def test_eight_attempts_spread_over_a_day() -> None:
    assert EVENT_BACKOFF.max_attempts == 8
    assert not EVENT_BACKOFF.is_endless
    assert sum(EVENT_BACKOFF.waits_s) == pytest.approx(24 * HOUR_S, rel=0.02)


def test_each_wait_is_longer_than_the_one_before_despite_the_jitter() -> None:
    assert all(1.1 * former < 0.9 * later for former, later in pairwise(EVENT_BACKOFF.waits_s))


@pytest.mark.parametrize("probes", [1, 7, 100_000])
def test_api_is_probed_at_least_every_eleven_minutes(probes: int) -> None:
    assert not PROBE_BACKOFF.is_dead(probes)
    assert 9 <= PROBE_BACKOFF.wait_s(probes) <= 11 * 60


def test_wait_between_probes_doubles_up_to_ten_minutes() -> None:
    assert all(later == min(2 * former, 600) for former, later in pairwise(PROBE_BACKOFF.waits_s))
