"""The first lags of hours are those of the points of the last two days."""

from __future__ import annotations

from datetime import UTC, datetime

from peewee import Database

from portal.models import HourlyCount
from portal.models.fields import moment_text
from portal.models.hourly_count import hour_of
from portal.models.migrations import migrate
from tests.models.migrations.rows import insert, insert_store

HOUR_AT = datetime(2026, 3, 1, 11, tzinfo=UTC)


def test_highest_lag_of_each_hour_is_kept(empty_database: Database) -> None:
    migrate(empty_database, target="0075_placed_orders")
    insert_store(empty_database, is_test="FALSE", requires_second_factor="FALSE")
    for minute, resource, behind in (
        (0, "products", "3"),
        (0, "orders", "NULL"),
        (45, "products", "61"),
        (45, "orders", "0"),
    ):
        insert(
            empty_database,
            "freshness_point",
            store_id=1003,
            resource=f"'{resource}'",
            at=f"'{moment_text(HOUR_AT.replace(minute=minute))}'",
            freshness="'on_time'",
            minutes_behind=behind,
        )

    migrate(empty_database)

    lags = HourlyCount.select(HourlyCount.kind, HourlyCount.hour, HourlyCount.count).tuples()
    assert list(lags) == [("lag", hour_of(HOUR_AT), 62)]
