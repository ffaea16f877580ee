"""Due events are found along an index that holds all that is asked of them."""

from __future__ import annotations

import pytest
from peewee import Database, ModelSelect, PostgresqlDatabase

from portal.models import IS_PENDING, WebhookEvent, utc_now

MINE = (WebhookEvent.store_id == 1003, IS_PENDING)
QUERIES: dict[str, ModelSelect] = {
    "a window": WebhookEvent.select(
        WebhookEvent.id,
        WebhookEvent.type,
        WebhookEvent.entity_id,
        WebhookEvent.attempts,
        WebhookEvent.at_once,
        WebhookEvent.due_at <= utc_now(),
    )
    .where(*MINE)
    .order_by(WebhookEvent.due_at, WebhookEvent.id)
    .limit(100),
    "is any due": WebhookEvent.select(WebhookEvent.id)
    .where(*MINE, WebhookEvent.due_at <= utc_now())
    .limit(1),
}


@pytest.mark.promise(11)
@pytest.mark.parametrize("name", QUERIES)
def test_what_is_asked_of_due_events_stands_in_the_index(database: Database, name: str) -> None:
    sql, values = QUERIES[name].sql()

    with database.atomic():
        if isinstance(database, PostgresqlDatabase):
            # Empty tables are not worth an index, sorting nothing costs nothing, and any index of
            # an empty table is as good as any other.
            for way in ("seqscan", "bitmapscan", "indexscan", "sort"):
                database.execute_sql(f"SET LOCAL enable_{way} = off")
            rows = database.execute_sql(f"EXPLAIN {sql}", values)
            plan = "\n".join(row[0] for row in rows)
        else:
            rows = database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values)
            plan = "\n".join(row[3] for row in rows)

    assert "webhook_event_due" in plan
    assert "Index Only Scan" in plan or "USING COVERING INDEX" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
