"""How many stores must stop at once for an alert."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.alerts.many_stores import FEW, alarming_count, are_many_down


@pytest.mark.parametrize(
    ("stores", "needed"), [(0, FEW), (250, 5), (251, 6), (300, 6), (5_000, 100)]
)
def test_two_percent_of_the_stores_and_at_least_a_few(stores: int, needed: int) -> None:
    assert alarming_count(stores) == needed


@given(stopped=st.integers(0, 500), stores=st.integers(0, 10_000))
def test_open_alert_stays_open_longer_than_it_takes_to_open(stopped: int, stores: int) -> None:
    if are_many_down(stopped, stores, is_open=False):
        assert are_many_down(stopped, stores, is_open=True)


def test_alert_opens_at_the_number_and_is_resolved_below_half_of_it() -> None:
    assert [are_many_down(count, 300, is_open=False) for count in (5, 6)] == [False, True]
    assert [are_many_down(count, 300, is_open=True) for count in (2, 3)] == [False, True]
