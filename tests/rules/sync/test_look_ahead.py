"""The number of pages requested ahead follows latency and rate, and few calls are wasted."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.look_ahead import (
    MAX_PAGES,
    MAX_SPARE_PAGES,
    MIN_PAGES,
    SPARE_PAGES,
    WASTE_ALLOWANCE,
    WASTE_DIVISOR,
    LookAhead,
    moving_mean,
    pages_for_rate,
)

QUOTA_PER_S = 10.0
rates = st.floats(0.01, 1e6)
durations = st.floats(0.0, 60.0)


@pytest.mark.parametrize(
    ("call_s", "pages"), [(None, 14), (0.0, 2), (0.02, 3), (0.15, 5), (0.3, 7), (0.8, 14), (25, 16)]
)
def test_pages_in_flight_follow_the_duration_of_a_call(call_s: float | None, pages: int) -> None:
    assert LookAhead(QUOTA_PER_S).pages(call_s) == min(pages, 1 + WASTE_ALLOWANCE)


@given(rates, durations)
def test_pages_in_flight_reach_the_rate_within_the_bounds(rate: float, call_s: float) -> None:
    pages = pages_for_rate(rate, call_s)

    assert MIN_PAGES <= pages <= MAX_PAGES
    assert pages == MAX_PAGES or pages >= rate * call_s


@given(rates, durations, durations)
def test_slower_calls_need_at_least_as_many_pages(rate: float, one_s: float, two_s: float) -> None:
    assert pages_for_rate(rate, min(one_s, two_s)) <= pages_for_rate(rate, max(one_s, two_s))


@pytest.mark.parametrize("call_s", [0.02, 0.15, 0.3, 0.8])
def test_list_alone_grows_to_the_quota_from_two_pages(call_s: float) -> None:
    look_ahead, pages = LookAhead(QUOTA_PER_S, pages_per_s=MIN_PAGES / call_s), MIN_PAGES

    for _ in range(100):
        # As many pages in flight take turns, but not more often than the quota allows.
        look_ahead = look_ahead.after_page(pages, max(call_s, pages / QUOTA_PER_S))
        pages = look_ahead.pages(call_s)

    assert pages / call_s >= QUOTA_PER_S


def test_lists_that_share_the_quota_shrink_to_their_shares() -> None:
    look_ahead, pages = LookAhead(QUOTA_PER_S), 14

    for _ in range(200):
        look_ahead = look_ahead.after_page(pages, max(0.8, 3 * pages / QUOTA_PER_S))
        pages = look_ahead.pages(0.8)

    assert 0.8 * QUOTA_PER_S / 3 <= pages <= 7


def test_slow_writer_needs_few_pages_without_a_quota() -> None:
    look_ahead, pages = LookAhead(math.inf), MAX_PAGES

    for _ in range(200):
        look_ahead = look_ahead.after_page(pages, pages * 0.05)
        pages = look_ahead.pages(0.02)

    assert pages == 3


def test_pages_that_wait_to_be_written_fill_a_transaction() -> None:
    look_ahead = LookAhead(math.inf)

    for _ in range(3):
        look_ahead = look_ahead.after_page(3, 0.06, arrived=3)

    assert look_ahead.spare == MAX_SPARE_PAGES
    assert look_ahead.pages(0.0) == MAX_SPARE_PAGES
    assert look_ahead.after_page(8, 0.06, arrived=7).spare == MAX_SPARE_PAGES


def test_pages_that_are_waited_for_need_no_more_of_them() -> None:
    look_ahead = LookAhead(math.inf, spare=MAX_SPARE_PAGES)

    for _ in range(20):
        look_ahead = look_ahead.after_page(8, 0.06, arrived=0)

    assert look_ahead.spare == SPARE_PAGES


@given(st.lists(st.booleans(), max_size=400))
def test_wasted_calls_stay_within_the_allowance(pages_fit: list[bool]) -> None:
    look_ahead = LookAhead(QUOTA_PER_S)

    for fits in pages_fit:
        pages = look_ahead.pages(0.8)
        # A single page is the next one itself.
        if fits or pages == 1:
            look_ahead = look_ahead.after_page(pages, pages / QUOTA_PER_S)
        else:
            look_ahead = look_ahead.after_miss(pages - 1)

    assert look_ahead.wasted <= WASTE_ALLOWANCE + look_ahead.taken / WASTE_DIVISOR


@given(st.lists(durations, min_size=1))
def test_moving_mean_stays_between_its_values(values: list[float]) -> None:
    mean = None
    for value in values:
        mean = moving_mean(mean, value)

    assert mean is not None
    assert min(values) - 1e-9 <= mean <= max(values) + 1e-9
