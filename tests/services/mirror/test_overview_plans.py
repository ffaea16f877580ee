"""Plans of the statements behind a store's page: index lookups, whatever the tables' size."""

from __future__ import annotations

import pytest
from peewee import Database

from portal.models import Resource, RunKind, Store, SyncRun, utc_now
from portal.models.bulk import is_postgresql
from portal.models.fields import EPOCH
from portal.services.connection.store_overview import EVENTS_SHOWN, store_overview
from portal.services.mirror.resource_overview import resource_overviews
from tests.factories import make_event, make_store
from tests.query_plans import plan_of_text
from tests.web.page_walk import recorded_statements

MANY = 300


@pytest.fixture
def store(database: Database) -> Store:
    """A store with many finished runs and processed events, and two pending ones."""
    store, now = make_store(), utc_now()
    SyncRun.insert_many(
        {
            "store": store,
            "resource": tuple(Resource)[number % 5],
            "kind": RunKind.RECONCILIATION if number < 5 else RunKind.INCREMENTAL,
            "checked_at": now if number < 5 else None,
            "finished_at": now,
        }
        for number in range(5 * MANY)
    ).execute()
    for number in range(MANY):
        make_event(event_id=str(number), state="pending" if number < 2 else "applied")
    if is_postgresql(database):
        # Rows that former tests have deleted would make one index seem longer than another.
        database.execute_sql("REINDEX TABLE webhook_event").close()
        # Autovacuum would do it. Nobody collects statistics for SQLite, so plans are made without.
        database.execute_sql("ANALYZE").close()
    return store


def test_overview_takes_four_statements(store: Store) -> None:
    with recorded_statements() as statements:
        found = resource_overviews(store, utc_now())

    assert len(statements) == 4
    assert [item.last_run and item.last_run.id for item in found] == [
        5 * MANY - 4 + number for number in range(5)
    ]
    assert [item.last_reconciliation and item.last_reconciliation.id for item in found] == [
        1,
        2,
        3,
        4,
        5,
    ]


def test_pending_events_are_counted_along_their_partial_index(
    database: Database, store: Store
) -> None:
    with recorded_statements() as statements:
        assert store_overview(store).pending_events == 2

    [count] = [each for each in statements if "pending" in each]
    # Of the count, then of the latest events and their number.
    values = [store.id, EPOCH.isoformat(" "), store.id, EVENTS_SHOWN]
    with database.atomic():
        assert "webhook_event_due" in plan_of_text(database, count, values)


def test_latest_runs_are_looked_up_by_index(database: Database, store: Store) -> None:
    with recorded_statements() as statements:
        resource_overviews(store, utc_now())

    [runs] = [each for each in statements if "MAX(" in each]
    values = [value for resource in Resource for value in (store.id, resource) * 2]
    with database.atomic():
        plan = plan_of_text(database, runs, values)
    assert "Seq Scan" not in plan
    assert "SCAN t1" not in plan
