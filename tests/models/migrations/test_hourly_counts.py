"""The first hourly counts are those of the events and orders of the last 31 days."""

from __future__ import annotations

from datetime import datetime, timedelta

from peewee import Database

from portal.models import CountKind, HourlyCount, utc_now
from portal.models.fields import moment_text
from portal.models.hourly_count import hour_of
from portal.models.migrations import migrate
from tests.models.migrations.rows import AT, insert, insert_store


def insert_event(
    database: Database, store_id: int, state: str, processed_at: datetime | None
) -> None:
    number = database.execute_sql("SELECT COUNT(*) FROM webhook_event").fetchone()[0]
    insert(
        database,
        "webhook_event",
        event_id=f"'e-{number}'",
        store_id=store_id,
        type="'product.updated'",
        event_created_at=AT,
        received_at=AT,
        payload="'{}'",
        state=f"'{state}'",
        attempts=1,
        due_at=AT,
        processed_at="NULL" if processed_at is None else f"'{moment_text(processed_at)}'",
    )


def insert_order(database: Database, order_id: int | None, finished_at: datetime) -> None:
    number = database.execute_sql("SELECT COUNT(*) FROM order_submission").fetchone()[0]
    insert(
        database,
        "order_submission",
        store_id=1003,
        sender="'channel 7'",
        mode="'live'",
        idempotency_key=f"'k{number}'",
        fingerprint="''",
        reference=f"'r{number}'",
        state="'submitted'",
        validation_errors="'[]'",
        attempts=0,
        searches=0,
        received_at=AT,
        finished_at=f"'{moment_text(finished_at)}'",
        order_number="NULL" if order_id is None else f"'N{order_id}'",
        order_id="NULL" if order_id is None else order_id,
    )


def test_events_and_orders_of_the_last_31_days_are_counted(empty_database: Database) -> None:
    migrate(empty_database, target="0063_passkeys")
    hour_at = (utc_now() - timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    with empty_database.connection_context():
        insert_store(empty_database, is_test="FALSE", requires_second_factor="FALSE")
        for store_id, state, processed_at in (
            (1003, "applied", hour_at),
            (1003, "applied", hour_at + timedelta(minutes=59, seconds=59)),
            (1003, "dead", hour_at + timedelta(hours=1)),
            (1003, "pending", hour_at),
            (1003, "pending", None),
            (1003, "applied", hour_at - timedelta(days=40)),
            (9999, "applied", hour_at),
        ):
            insert_event(empty_database, store_id, state, processed_at)
        times = f"{AT}, {AT}, {AT}"
        empty_database.execute_sql(
            'INSERT INTO "order" (store_id, remote_id, raw, remote_updated_at, synced_at,'
            " remote_created_at, number, item_count, total)"
            f" VALUES (1003, 90, '{{}}', {times}, 'N90', 0, 249000)"
        )
        for order_id in (90, 91, None):
            insert_order(empty_database, order_id, hour_at)

    migrate(empty_database)

    with empty_database.connection_context():
        rows = HourlyCount.select().order_by(HourlyCount.kind, HourlyCount.outcome)
        found = [(row.kind, row.hour, row.outcome, row.count, str(row.amount)) for row in rows]
    assert found == [
        (CountKind.EVENTS, hour_of(hour_at), "applied", 2, "0.00"),
        (CountKind.EVENTS, hour_of(hour_at) + 1, "dead", 1, "0.00"),
        (CountKind.ORDERS, hour_of(hour_at), "live", 2, "24.90"),
    ]
