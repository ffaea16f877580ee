"""Freshness of a resource: the worst value that applies wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.freshness import (
    DEFINITIONS,
    Freshness,
    evaluate_freshness,
    freshness_limit,
    late_after,
    minutes_behind,
    sync_interval,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
LATE_AFTER = 11 * MINUTE


def word(age: timedelta | None = timedelta(0), **changes: Any) -> Freshness:
    """Return the freshness of a resource whose last complete run was ``age`` ago, or never."""
    last_success_at = None if age is None else NOW - age
    values = {"failures": 0, "is_working": True, "late_after": LATE_AFTER}
    return evaluate_freshness(now=NOW, last_success_at=last_success_at, **values | changes)


@pytest.mark.parametrize(
    ("age", "expected"),
    [
        (timedelta(0), Freshness.ON_TIME),
        (LATE_AFTER, Freshness.ON_TIME),
        (LATE_AFTER + SECOND, Freshness.LATE),
        (timedelta(days=400), Freshness.LATE),
        (-SECOND, Freshness.ON_TIME),
        (None, Freshness.INITIAL_IMPORT),
    ],
)
def test_age_of_the_last_success_decides(age: timedelta | None, expected: Freshness) -> None:
    assert word(age) is expected


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1), None])
@pytest.mark.parametrize("failures", [1, 8])
def test_failures_take_precedence_over_age(age: timedelta | None, failures: int) -> None:
    assert word(age, failures=failures) is Freshness.FAILING


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1), None])
@pytest.mark.parametrize("failures", [0, 3])
def test_store_that_is_not_working_is_always_stopped(age: timedelta | None, failures: int) -> None:
    assert word(age, failures=failures, is_working=False) is Freshness.STOPPED


@pytest.mark.parametrize("age", [timedelta(0), timedelta(days=1), None])
@pytest.mark.parametrize("failures", [0, 3])
def test_pause_takes_precedence_over_age_and_failures(age: timedelta | None, failures: int) -> None:
    assert word(age, failures=failures, is_paused=True) is Freshness.PAUSED
    assert word(age, is_paused=True, is_working=False) is Freshness.STOPPED


def test_resource_without_a_run_was_never_complete() -> None:
    assert word(None, is_syncing=False) is Freshness.NEVER
    assert word(is_syncing=False) is Freshness.ON_TIME


def test_each_resource_is_late_by_its_own_limit() -> None:
    assert word(4 * MINUTE, late_after=3 * MINUTE) is Freshness.LATE
    assert word(4 * MINUTE, late_after=5 * MINUTE) is Freshness.ON_TIME


@pytest.mark.promise(11)
def test_every_value_has_a_definition() -> None:
    assert set(DEFINITIONS) == set(Freshness)
    assert all(DEFINITIONS.values())


@pytest.mark.promise(11)
@pytest.mark.parametrize("freshness", [Freshness.ON_TIME, Freshness.LATE])
def test_definition_gives_the_limit_in_minutes(freshness: Freshness) -> None:
    assert "7 minutes" in DEFINITIONS[freshness] % {"minutes": 7}


def behind(
    high_water: timedelta | None,
    *,
    changed: timedelta | None = None,
    checked: timedelta | None = None,
) -> int | None:
    """Return the minutes behind; all times are ages."""

    def moment(age: timedelta | None) -> datetime | None:
        return None if age is None else NOW - age

    return minutes_behind(
        now=NOW,
        high_water_at=moment(high_water),
        remote_changed_at=moment(changed),
        remote_checked_at=moment(checked),
    )


@pytest.mark.parametrize(
    ("high_water", "changed", "checked", "expected"),
    [
        (None, None, None, None),
        (None, 5 * MINUTE, MINUTE, None),
        (0 * MINUTE, None, None, 0),
        (7 * MINUTE - SECOND, None, None, 6),
        (7 * MINUTE, None, MINUTE, 7),
        (7 * MINUTE, 7 * MINUTE, MINUTE, 1),
        (7 * MINUTE, 400 * MINUTE, MINUTE, 1),
        (7 * MINUTE, 7 * MINUTE - SECOND, MINUTE, 7),
        (2 * MINUTE, 400 * MINUTE, 9 * MINUTE, 2),
        (-SECOND, None, None, 0),
    ],
)
def test_lag_is_measured_from_the_last_time_the_mirror_was_complete(
    high_water: timedelta | None,
    changed: timedelta | None,
    checked: timedelta | None,
    expected: int | None,
) -> None:
    assert behind(high_water, changed=changed, checked=checked) == expected


AGES = st.timedeltas(timedelta(0), timedelta(days=9))


@given(high_water=AGES, changed=st.none() | AGES, checked=st.none() | AGES)
def test_asking_the_store_never_increases_the_lag(
    high_water: timedelta, changed: timedelta | None, checked: timedelta | None
) -> None:
    reported = behind(high_water, changed=changed, checked=checked)

    assert reported is not None
    assert 0 <= reported <= high_water // MINUTE


@pytest.mark.parametrize(
    ("resource", "silent", "alive"),
    [
        ("orders", 1, 10),
        ("products", 5, 30),
        ("categories", 5, 30),
        ("customers", 15, 60),
        ("discount_coupons", 15, 60),
    ],
)
def test_each_resource_has_its_own_interval_longer_with_events(
    resource: str, silent: int, alive: int
) -> None:
    assert sync_interval(resource, receives_events=False) == silent * MINUTE
    assert sync_interval(resource, receives_events=True) == alive * MINUTE


def test_resource_is_late_after_two_missed_runs_and_a_minute() -> None:
    assert late_after(5 * MINUTE) == 11 * MINUTE


@pytest.mark.parametrize(
    ("check_interval_s", "limit_min"), [(None, 11), (60, 11), (300, 11), (900, 31)]
)
def test_limit_follows_the_slower_of_sync_interval_and_pace(
    check_interval_s: int | None, limit_min: int
) -> None:
    found = freshness_limit("products", check_interval_s, receives_events=False)

    assert found == limit_min * MINUTE
