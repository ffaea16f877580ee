"""Due events are found with a covering index."""

from __future__ import annotations

import pytest
from peewee import Database, ModelSelect, PostgresqlDatabase

from portal.models import IS_PENDING, WebhookEvent, utc_now
from tests.query_plans import plan_of

MINE = (WebhookEvent.store_id == 1003, IS_PENDING)
QUERIES: dict[str, ModelSelect] = {
    "a window": WebhookEvent.select(
        WebhookEvent.id,
        WebhookEvent.type,
        WebhookEvent.entity_id,
        WebhookEvent.attempts,
        WebhookEvent.batch_limit,
        WebhookEvent.due_at <= utc_now(),
    )
    .where(*MINE)
    .order_by(WebhookEvent.due_at, WebhookEvent.id)
    .limit(100),
    "is any due": WebhookEvent.select(WebhookEvent.id)
    .where(*MINE, WebhookEvent.due_at <= utc_now())
    .limit(1),
}
OTHERS = [f"webhook_event_store_id_{rest}" for rest in ("id", "type_state_id", "entity_id_id")]


@pytest.mark.promise(11)
@pytest.mark.parametrize("name", QUERIES)
def test_queries_of_due_events_use_a_covering_index(database: Database, name: str) -> None:
    with database.atomic() as transaction:
        if isinstance(database, PostgresqlDatabase):
            # For an empty table, any index costs the same.
            for other in OTHERS:
                database.execute_sql(f'DROP INDEX "{other}"')
        plan = plan_of(database, QUERIES[name])
        transaction.rollback()

    assert "webhook_event_due" in plan
    assert "Index Only Scan" in plan or "USING COVERING INDEX" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
