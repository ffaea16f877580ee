"""One word says how fresh a resource is: the worst one that is true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.rules.freshness import DEFINITIONS, LATE_AFTER, Freshness, judge_freshness

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def word(
    age: timedelta | None = timedelta(0), *, failures: int = 0, is_working: bool = True
) -> Freshness:
    """Return the word for a resource that was complete ``age`` ago, or never."""
    return judge_freshness(
        now=NOW,
        last_success_at=None if age is None else NOW - age,
        failures=failures,
        is_working=is_working,
    )


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Freshness.ON_TIME),
        (LATE_AFTER, Freshness.ON_TIME),
        (LATE_AFTER + SECOND, Freshness.LATE),
        (timedelta(days=400), Freshness.LATE),
        (-SECOND, Freshness.ON_TIME),
        (None, Freshness.FIRST_COPY),
    ],
)
def test_the_age_of_the_last_success_decides(age: timedelta | None, expected: Freshness) -> None:
    assert word(age) is expected


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1), None])
@pytest.mark.parametrize("failures", [1, 8])
def test_failures_are_told_before_age(age: timedelta | None, failures: int) -> None:
    assert word(age, failures=failures) is Freshness.FAILING


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1), None])
@pytest.mark.parametrize("failures", [0, 3])
def test_a_store_that_is_not_working_is_stopped_whatever_else(
    age: timedelta | None, failures: int
) -> None:
    assert word(age, failures=failures, is_working=False) is Freshness.STOPPED


@pytest.mark.promise(11)
def test_every_word_has_its_meaning() -> None:
    assert set(DEFINITIONS) == set(Freshness)
    assert all(DEFINITIONS.values())


@pytest.mark.promise(11)
@pytest.mark.parametrize("freshness", [Freshness.ON_TIME, Freshness.LATE])
def test_the_window_that_is_told_is_the_window_that_is_judged_by(freshness: Freshness) -> None:
    minutes = LATE_AFTER // timedelta(minutes=1)

    assert f" {minutes} minutes" in DEFINITIONS[freshness]
