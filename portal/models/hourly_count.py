"""Stored numbers of a store's work per hour, from which the charts of its overview are made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from peewee import BigIntegerField, CharField, CompositeKey, ForeignKeyField, IntegerField

from portal.models.base import Table, utc_now
from portal.models.fields import EPOCH, MONEY_UNIT, MoneyField, money_units
from portal.models.store import Store

_HOUR = timedelta(hours=1)


class CountKind(StrEnum):
    """Kind of work that is counted, and the outcomes that it is counted by."""

    EVENTS = "events"  # processed webhook events, by their final state
    CALLS = "calls"  # calls to Ecwid, by the resource that was synced, or `EVENT_CALLS`
    ORDERS = "orders"  # orders placed in the store, by the mode of the key
    LAG = "lag"  # minutes that the mirror was behind the store at most


# Outcome of the calls to Ecwid that process webhook events.
EVENT_CALLS = "events"
# Outcome of the lag, which has no others.
ANY_RESOURCE = "any"


class HourlyCount(Table):
    """Number of one outcome in an hour; no row means none.

    ``hour`` are the whole hours since 1970 in UTC, because numbers are added up by day fastest.
    ``amount`` is the total of the orders, 0 for other kinds. The ``count`` of the lag is the
    highest one of the hour, in minutes begun, so it is never 0. Counting a million events takes
    seconds, so the transaction that finishes the work also counts it. See
    docs/decisions/hourly-counts.md.
    """

    store = ForeignKeyField(Store, on_delete="CASCADE", index=False)
    store_id: int
    kind = CharField()
    hour = IntegerField()
    outcome = CharField()
    count = BigIntegerField()
    amount = MoneyField(default=Decimal(0))

    class Meta:
        primary_key = CompositeKey("store", "kind", "hour", "outcome")
        # For the expired counts of all stores.
        indexes = ((("hour",), False),)

    @classmethod
    def add(
        cls,
        store_id: int,
        kind: CountKind,
        outcome: str,
        count: int,
        amount: Decimal = Decimal(0),
    ) -> None:
        """Add to this hour's count in the caller's transaction.

        Call it last: on PostgreSQL, other transactions that count the same wait for the commit.
        """
        cls._add(store_id, {(kind, outcome): (count, money_units(amount))})

    @classmethod
    def add_all(cls, store_id: int, counts: Mapping[tuple[CountKind, str], int]) -> None:
        """Add to the counts of several kinds and outcomes, with one statement; else as ``add``."""
        cls._add(store_id, {key: (count, 0) for key, count in counts.items()})

    @classmethod
    def _add(cls, store_id: int, counts: Mapping[tuple[CountKind, str], tuple[int, int]]) -> None:
        hour = hour_of(utc_now())
        # In one order, so that transactions that count the same never wait for each other.
        rows = [
            (store_id, kind.value, hour, outcome, count, units)
            for (kind, outcome), (count, units) in sorted(counts.items())
            if count
        ]
        if rows:
            cls._write(
                rows,
                "count = hourly_count.count + EXCLUDED.count,"
                " amount = hourly_count.amount + EXCLUDED.amount",
            )

    @classmethod
    def _write(cls, rows: Sequence[tuple[int, str, int, str, int, int]], change: str) -> None:
        """Insert these rows, or change those that are there."""
        marks = f"({', '.join([cls._meta.database.param] * len(rows[0]))})"
        cls._meta.database.execute_sql(
            "INSERT INTO hourly_count (store_id, kind, hour, outcome, count, amount)"  # noqa: S608 - placeholders
            f" VALUES {', '.join([marks] * len(rows))}"
            f" ON CONFLICT (store_id, kind, hour, outcome) DO UPDATE SET {change}",
            [value for row in rows for value in row],
        )

    @classmethod
    def raise_lags(cls, minutes_behind: Mapping[int, int], at: datetime) -> None:
        """Raise the lag of each store to at least these whole minutes, in the hour of ``at``."""
        rows = [
            (store_id, CountKind.LAG.value, hour_of(at), ANY_RESOURCE, minutes + 1, 0)
            for store_id, minutes in sorted(minutes_behind.items())
        ]
        if rows:
            higher = "CASE WHEN {0} > {1} THEN {0} ELSE {1} END"
            cls._write(rows, f"count = {higher.format('EXCLUDED.count', 'hourly_count.count')}")

    @classmethod
    def sums(
        cls, store_id: int, kinds: Sequence[CountKind], times: Sequence[datetime]
    ) -> list[CountSum]:
        """Return the sums of each period that begins at one of ``times``; the last one is open.

        An hour belongs to the period in which it begins. That matters in time zones whose days
        begin at half past an hour of UTC.
        """
        # Rounded up, to the first hour that begins in the period.
        starts = [-((EPOCH - at) // _HOUR) for at in times]
        periods = ", ".join(
            f"({number}, {begin}, {end})"
            for number, (begin, end) in enumerate(pairwise([*starts, hour_of(utc_now()) + 1]))
        )
        database = cls._meta.database
        marks = ", ".join([database.param] * len(kinds))
        rows = database.execute_sql(
            "SELECT kind, outcome, column1, CAST(SUM(count) AS BIGINT),"  # noqa: S608 - numbers and placeholders
            f" CAST(SUM(amount) AS BIGINT), MAX(count) FROM (VALUES {periods}) AS period"
            f" JOIN hourly_count ON store_id = {database.param} AND kind IN ({marks})"
            " AND hour >= column2 AND hour < column3 GROUP BY kind, outcome, column1",
            (store_id, *(kind.value for kind in kinds)),
        ).fetchall()
        return [
            CountSum(kind, outcome, position, counted, units * MONEY_UNIT, highest)
            for kind, outcome, position, counted, units, highest in rows
        ]


class CountSum(NamedTuple):
    """Sum of one outcome in the period with this position, and its highest hour."""

    kind: str
    outcome: str
    position: int
    counted: int
    amount: Decimal
    highest: int


def hour_of(at: datetime) -> int:
    """Return the hour that contains ``at``, in whole hours since 1970."""
    return (at - EPOCH) // _HOUR
