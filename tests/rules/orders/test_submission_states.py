"""Silence is an answer after 90 seconds, and nobody's order is made after an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.rules.orders.submission_states import (
    CERTAIN_AFTER,
    FINAL_STATES,
    NEXT_STATES,
    SubmissionState,
    is_certain,
    next_search_at,
    retry_at,
)

SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_only_what_is_final_leads_nowhere() -> None:
    assert {state for state, following in NEXT_STATES.items() if not following} == set(FINAL_STATES)
    assert set(NEXT_STATES) == set(SubmissionState)


def test_an_order_is_sent_only_from_validated_and_never_from_unknown() -> None:
    before = [s for s, following in NEXT_STATES.items() if SubmissionState.SUBMITTING in following]

    assert before == [SubmissionState.VALIDATED]


def test_a_search_is_believed_when_it_began_late_enough() -> None:
    assert not is_certain(SENT, SENT + CERTAIN_AFTER - SECOND)
    assert is_certain(SENT, SENT + CERTAIN_AFTER)


@pytest.mark.parametrize(
    ("age_s", "searches", "wait_s"),
    [(0, 1, 1), (1, 2, 2), (30, 5, 15), (30, 60, 30), (75, 6, 15), (95, 6, 30)],
)
def test_searches_grow_rarer_and_one_is_at_the_moment_of_certainty(
    age_s: int, searches: int, wait_s: int
) -> None:
    now = SENT + age_s * SECOND

    assert next_search_at(SENT, now, searches) - now == wait_s * SECOND


@pytest.mark.parametrize(("attempts", "wait_s"), [(1, 2), (2, 4), (6, 60), (5000, 60)])
def test_what_failed_is_tried_again_ever_more_rarely(attempts: int, wait_s: int) -> None:
    assert retry_at(SENT, SENT, attempts) == SENT + wait_s * SECOND


def test_what_failed_for_an_hour_is_not_tried_again() -> None:
    assert retry_at(SENT, SENT + timedelta(hours=1), 9) is None
