"""Intervals between connection checks: about an hour, and less for a store that isn't working."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.connection.probe_times import next_probe_in_s
from portal.rules.connection.store_states import TOKENLESS_STATES, WORKING_STATES, StoreState


@given(st.sampled_from(WORKING_STATES), st.integers())
def test_working_store_is_checked_within_the_hour(state: StoreState, seed: int) -> None:
    wait_s = next_probe_in_s(state, Random(seed))

    assert wait_s is not None
    assert 3_240 <= wait_s <= 3_600


def test_checks_of_stores_that_connected_together_spread_out() -> None:
    rng = Random(1)

    waits = {next_probe_in_s(StoreState.CONNECTED, rng) for _ in range(10)}

    assert len(waits) == 10


@pytest.mark.parametrize(
    ("state", "wait_s"),
    [
        (StoreState.CONNECTING, 60),
        (StoreState.SUSPENDED, 300),
        (StoreState.PLAN_BLOCKED, 300),
        (StoreState.ACTION_REQUIRED, 300),
    ],
)
def test_store_that_needs_action_is_checked_sooner(state: StoreState, wait_s: float) -> None:
    assert next_probe_in_s(state, Random(1)) == wait_s


@pytest.mark.parametrize("state", WORKING_STATES)
def test_closed_store_is_checked_as_often_as_a_stopped_one(state: StoreState) -> None:
    assert next_probe_in_s(state, Random(1), is_closed=True) == 300


@pytest.mark.parametrize("state", TOKENLESS_STATES)
def test_store_that_only_a_consent_can_help_is_not_checked(state: StoreState) -> None:
    assert next_probe_in_s(state, Random(1)) is None
