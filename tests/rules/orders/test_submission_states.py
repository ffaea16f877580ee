"""An unsuccessful search is conclusive after 90 seconds, and an unsent order expires in an hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.rules.orders.submission_states import (
    FINAL_STATES,
    NEXT_STATES,
    SEARCH_CONCLUSIVE_AFTER,
    SubmissionState,
    is_failure,
    is_search_conclusive,
    next_search_at,
    retry_at,
)

SENT = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_only_final_states_have_no_transitions() -> None:
    assert {state for state, following in NEXT_STATES.items() if not following} == set(FINAL_STATES)
    assert set(NEXT_STATES) == set(SubmissionState)


def test_order_is_sent_only_from_validated() -> None:
    before = [s for s, following in NEXT_STATES.items() if SubmissionState.SUBMITTING in following]

    assert before == [SubmissionState.VALIDATED]


def test_search_that_started_late_enough_is_conclusive() -> None:
    assert not is_search_conclusive(SENT, SENT + SEARCH_CONCLUSIVE_AFTER - SECOND)
    assert is_search_conclusive(SENT, SENT + SEARCH_CONCLUSIVE_AFTER)


@pytest.mark.parametrize(
    ("age_s", "searches", "wait_s"),
    [(0, 1, 1), (1, 2, 2), (30, 5, 15), (30, 60, 30), (95, 6, 30)],
)
def test_search_intervals_grow(age_s: int, searches: int, wait_s: int) -> None:
    now = SENT + age_s * SECOND

    wait = next_search_at(SENT, now, searches) - now
    assert 0.9 * wait_s * SECOND <= wait <= 1.1 * wait_s * SECOND


@pytest.mark.parametrize("age_s", [70, 75, 89])
def test_one_search_is_at_the_conclusive_moment(age_s: int) -> None:
    assert next_search_at(SENT, SENT + age_s * SECOND, 6) == SENT + SEARCH_CONCLUSIVE_AFTER


@pytest.mark.parametrize(("attempts", "wait_s"), [(1, 2), (2, 4), (6, 60), (5000, 60)])
def test_retry_intervals_grow(attempts: int, wait_s: int) -> None:
    next_attempt_at = retry_at(SENT, SENT, attempts)

    assert next_attempt_at is not None
    assert 0.9 * wait_s * SECOND <= next_attempt_at - SENT <= 1.1 * wait_s * SECOND


def test_order_that_failed_for_an_hour_is_not_retried() -> None:
    assert retry_at(SENT, SENT + timedelta(hours=1), 9) is None


@pytest.mark.parametrize(
    ("state", "codes", "expected"),
    [
        (SubmissionState.UNKNOWN, [], True),
        (SubmissionState.REJECTED, ["not_sent"], True),
        (SubmissionState.REJECTED, ["out_of_stock", "rejected_by_ecwid"], True),
        (SubmissionState.REJECTED, ["out_of_stock"], False),
        (SubmissionState.REJECTED, [], False),
        (SubmissionState.SUBMITTED, [], False),
        (SubmissionState.VALIDATED, [], False),
    ],
)
def test_only_orders_that_somebody_should_look_at_are_failures(
    state: SubmissionState, codes: list[str], expected: bool
) -> None:
    assert is_failure(state, [{"code": code} for code in codes]) == expected
