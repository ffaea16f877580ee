"""Hourly counts add up in the hour of the work, and are summed up by periods."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from peewee import Database

from portal.models import CountKind, CountSum, HourlyCount, Store
from portal.models import hourly_count as module
from tests.factories import make_store

HOUR_AT = datetime(2026, 3, 1, 11, tzinfo=UTC)


@pytest.fixture
def store(database: Database, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store, at half past eleven; there is another one, too."""
    monkeypatch.setattr(module, "utc_now", lambda: HOUR_AT + timedelta(minutes=30))
    make_store(id=2002)
    return make_store(id=1003)


def test_counts_and_amounts_of_an_hour_add_up(store: Store) -> None:
    HourlyCount.add(1003, CountKind.ORDERS, "live", 1, Decimal("24.90"))
    HourlyCount.add(1003, CountKind.ORDERS, "live", 2, Decimal("0.1001"))
    HourlyCount.add(1003, CountKind.ORDERS, "test", 1, Decimal(7))
    HourlyCount.add(2002, CountKind.ORDERS, "live", 5)

    found = HourlyCount.sums(1003, [CountKind.ORDERS], [HOUR_AT])

    assert sorted(found) == [
        CountSum("orders", "live", 0, 3, Decimal("25.0001"), 3),
        CountSum("orders", "test", 0, 1, Decimal(7), 1),
    ]


def test_kinds_and_outcomes_are_added_together(store: Store) -> None:
    counts = {(CountKind.EVENTS, "applied"): 3, (CountKind.CALLS, "events"): 1}
    HourlyCount.add_all(1003, counts | {(CountKind.EVENTS, "dead"): 0})
    HourlyCount.add_all(1003, counts)

    found = HourlyCount.sums(1003, [CountKind.EVENTS, CountKind.CALLS], [HOUR_AT])

    assert sorted(found) == [
        CountSum("calls", "events", 0, 2, Decimal(0), 2),
        CountSum("events", "applied", 0, 6, Decimal(0), 6),
    ]
    assert HourlyCount.select().count() == 2


def test_nothing_is_no_row(store: Store) -> None:
    HourlyCount.add(1003, CountKind.CALLS, "products", 0)

    assert HourlyCount.select().count() == 0


def test_each_period_has_the_hours_that_begin_in_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours in (4, 3, 2, 1, 0):
        now = HOUR_AT - timedelta(hours=hours)
        monkeypatch.setattr(module, "utc_now", lambda now=now: now)
        HourlyCount.add(1003, CountKind.EVENTS, "applied", 10**hours)
        HourlyCount.add(1003, CountKind.CALLS, "products", 1)
    # As a day of India begins.
    half_past = HOUR_AT - timedelta(hours=3, minutes=30)

    begins = [half_past, half_past + timedelta(hours=2)]
    found = HourlyCount.sums(1003, [CountKind.EVENTS], begins)

    assert sorted((each.position, each.counted) for each in found) == [(0, 1_100), (1, 11)]


def test_lag_is_the_highest_of_an_hour_and_of_a_period(store: Store) -> None:
    hour = timedelta(hours=1)
    for minutes, at in ((3, HOUR_AT), (61, HOUR_AT - hour), (9, HOUR_AT), (0, HOUR_AT)):
        HourlyCount.raise_lags({1003: minutes, 2002: 500}, at)
    HourlyCount.raise_lags({}, HOUR_AT)

    by_hour = HourlyCount.sums(1003, [CountKind.LAG], [HOUR_AT - hour, HOUR_AT])
    together = HourlyCount.sums(1003, [CountKind.LAG], [HOUR_AT - hour])

    # In minutes begun.
    assert sorted((each.position, each.highest) for each in by_hour) == [(0, 62), (1, 10)]
    assert [each.highest for each in together] == [62]
