"""Recent orders that failed before failures were counted get the code of their failure."""

from __future__ import annotations

import json
from datetime import timedelta

from peewee import Database

from portal.models import OrderSubmission, utc_now
from portal.models.fields import UtcDateTimeField
from portal.models.migrations import migrate
from tests.models.migrations.rows import AT, insert_store

# Days since the rejection, and the codes of its reasons.
REJECTIONS = (
    (1, ["not_sent"]),
    (6, ["out_of_stock", "rejected_by_ecwid"]),
    (1, ["out_of_stock"]),
    (8, ["not_sent"]),
)


def test_failures_of_the_last_week_are_counted(empty_database: Database) -> None:
    migrate(empty_database, target="0051_order_notes")
    with empty_database.connection_context():
        insert_store(empty_database)
        for number, (days, codes) in enumerate(REJECTIONS):
            finished_at = UtcDateTimeField().db_value(utc_now() - timedelta(days=days))
            errors = json.dumps([{"code": code} for code in codes])
            empty_database.execute_sql(
                "INSERT INTO order_submission (store_id, sender, idempotency_key, fingerprint,"
                " reference, state, validation_errors, attempts, searches, received_at,"
                f" finished_at) VALUES (1003, 'channel 7', 'k{number}', '',"
                f" 'r{number}', 'rejected', '{errors}', 0, 0, {AT}, '{finished_at}')"
            )

    migrate(empty_database)

    with empty_database.connection_context():
        rows = OrderSubmission.select().order_by(OrderSubmission.id)
        found = [row.failure_code for row in rows]
    assert found == ["not_sent", "rejected_by_ecwid", None, None]
