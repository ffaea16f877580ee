"""A catch-up covers an outage, and is complete once all changes from it are in the mirror."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    CatchUp,
    Resource,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    TimelineEntry,
    utc_now,
)
from portal.services.runs.catch_ups import catch_up_progress, close_catch_ups, open_catch_up
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.statements import count_statements

NOW = utc_now()
HOUR = timedelta(hours=1)


def read_until(store: Store, **marks: timedelta | None) -> None:
    """Set how long ago each resource was last in sync."""
    for resource, ago in marks.items():
        SyncState.insert(
            store=store.id, resource=resource, high_water_at=None if ago is None else NOW - ago
        ).on_conflict(
            conflict_target=[SyncState.store, SyncState.resource],
            preserve=[SyncState.high_water_at],
        ).execute()


def test_catch_up_starts_where_the_last_resource_was_in_sync(
    runtime: Runtime, store: Store
) -> None:
    read_until(store, products=2 * HOUR, orders=3 * HOUR)

    outage = open_catch_up(store.id)

    assert outage is not None
    assert outage.outage_from_at == NOW - 3 * HOUR
    assert outage.outage_until_at >= NOW
    standing = catch_up_progress(store)
    assert standing is not None
    assert (standing.done, standing.total) == (0, 2)


def test_catch_up_closes_when_every_resource_was_read_until_after_the_outage(
    runtime: Runtime, store: Store
) -> None:
    read_until(store, products=HOUR, orders=HOUR)
    open_catch_up(store.id)
    read_until(store, products=-HOUR)
    half_way, closed_early = catch_up_progress(store), close_catch_ups(runtime)
    read_until(store, orders=-HOUR)

    closed = close_catch_ups(runtime), close_catch_ups(runtime)

    assert half_way is not None
    assert half_way.done == 1
    assert (closed_early, closed) == (0, (1, 0))
    at_last = catch_up_progress(store)
    assert at_last is not None
    assert at_last.outage.finished_at is not None
    line = TimelineEntry.get(TimelineEntry.what == "caught_up")
    assert line.detail["from"] == at_last.outage.outage_from_at.isoformat()


def test_run_that_began_before_the_outage_is_followed_by_another(
    runtime: Runtime, store: Store
) -> None:
    read_until(store, products=HOUR, orders=HOUR)
    open_catch_up(store.id)
    SyncState.update(last_success_at=utc_now()).where(
        SyncState.resource == Resource.PRODUCTS
    ).execute()

    for _again in range(2):
        close_catch_ups(runtime)

    assert [run.resource for run in SyncRun.select()] == [Resource.PRODUCTS]
    assert runtime.redis.llen("rq:queue:sync") == 1


def test_catch_up_does_not_wait_for_paused_resources(runtime: Runtime, store: Store) -> None:
    read_until(store, products=HOUR, orders=5 * HOUR)
    SyncState.update(paused_at=NOW).where(SyncState.resource == Resource.ORDERS).execute()

    outage = open_catch_up(store.id)

    assert outage is not None
    assert outage.outage_from_at == NOW - HOUR


def test_backfill_needs_no_catch_up(runtime: Runtime, store: Store) -> None:
    assert open_catch_up(store.id) is None
    read_until(store, products=HOUR, orders=None)

    assert open_catch_up(store.id) is None
    assert catch_up_progress(store) is None


def test_second_outage_replaces_an_unfinished_catch_up(runtime: Runtime, store: Store) -> None:
    read_until(store, products=HOUR)

    open_catch_up(store.id)
    open_catch_up(store.id)

    assert CatchUp.select().count() == 1


def test_finished_catch_up_is_shown_for_a_day_while_the_store_works(
    runtime: Runtime, store: Store
) -> None:
    read_until(store, products=HOUR)
    outage = open_catch_up(store.id)
    assert outage is not None
    store.state = StoreState.RECONNECT
    assert catch_up_progress(store) is None
    store.state = StoreState.CONNECTED
    outage.finished_at = NOW - timedelta(days=2)
    outage.save()

    assert catch_up_progress(store) is None


def test_statements_do_not_depend_on_the_number_of_catch_ups(runtime: Runtime) -> None:
    counts = []
    for first_id, last_id in ((2000, 2009), (2010, 2199)):
        for store_id in range(first_id, last_id + 1):
            store = make_store(id=store_id)
            SyncState.create(
                store=store,
                resource=Resource.ORDERS,
                high_water_at=NOW - HOUR,
                last_success_at=NOW + HOUR,
            )
            CatchUp.create(store=store, outage_from_at=NOW - HOUR, outage_until_at=NOW)
        with count_statements(runtime.database) as statements:
            assert close_catch_ups(runtime) == 0
        counts.append(len(statements))
        SyncState.update(high_water_at=utc_now() + HOUR).execute()
        with count_statements(runtime.database) as statements:
            assert close_catch_ups(runtime) == last_id - first_id + 1
        counts.append(len(statements))

    assert counts[:2] == counts[2:]
