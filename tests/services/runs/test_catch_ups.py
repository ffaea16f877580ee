"""A gap is told from when to when, and is closed once all that changed in it is here."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    ReadingGap,
    Resource,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    Timeline,
    utc_now,
)
from portal.services.runs.catch_ups import catch_up_of, close_gaps, note_gap
from portal.services.runtime import Runtime

NOW = utc_now()
HOUR = timedelta(hours=1)


def read_until(store: Store, **marks: timedelta | None) -> None:
    """Let each resource have been in step so long ago."""
    for resource, ago in marks.items():
        SyncState.insert(
            store=store.id, resource=resource, high_water_at=None if ago is None else NOW - ago
        ).on_conflict(
            conflict_target=[SyncState.store, SyncState.resource],
            preserve=[SyncState.high_water_at],
        ).execute()


def test_a_gap_begins_where_the_last_resource_was_in_step(runtime: Runtime, store: Store) -> None:
    read_until(store, products=2 * HOUR, orders=3 * HOUR)

    gap = note_gap(store.id)

    assert gap is not None
    assert gap.from_at == NOW - 3 * HOUR
    assert gap.until_at >= NOW
    standing = catch_up_of(store)
    assert standing is not None
    assert (standing.done, standing.total) == (0, 2)


def test_it_is_closed_when_every_resource_was_read_until_after_it(
    runtime: Runtime, store: Store
) -> None:
    read_until(store, products=HOUR, orders=HOUR)
    note_gap(store.id)
    read_until(store, products=-HOUR)
    half_way, closed_early = catch_up_of(store), close_gaps(runtime)
    read_until(store, orders=-HOUR)

    closed = close_gaps(runtime), close_gaps(runtime)

    assert half_way is not None
    assert half_way.done == 1
    assert (closed_early, closed) == (0, (1, 0))
    at_last = catch_up_of(store)
    assert at_last is not None
    assert at_last.gap.closed_at is not None
    line = Timeline.get(Timeline.what == "caught_up")
    assert line.detail["from"] == at_last.gap.from_at.isoformat()


def test_a_run_that_began_before_the_gap_is_followed_by_another(
    runtime: Runtime, store: Store
) -> None:
    read_until(store, products=HOUR, orders=HOUR)
    note_gap(store.id)
    SyncState.update(last_success_at=utc_now()).where(
        SyncState.resource == Resource.PRODUCTS
    ).execute()

    for _again in range(2):
        close_gaps(runtime)

    assert [run.resource for run in SyncRun.select()] == [Resource.PRODUCTS]
    assert runtime.redis.llen("rq:queue:sync") == 1


def test_what_a_person_has_paused_is_not_waited_for(runtime: Runtime, store: Store) -> None:
    read_until(store, products=HOUR, orders=5 * HOUR)
    SyncState.update(paused_at=NOW).where(SyncState.resource == Resource.ORDERS).execute()

    gap = note_gap(store.id)

    assert gap is not None
    assert gap.from_at == NOW - HOUR


def test_a_first_copy_has_no_gap(runtime: Runtime, store: Store) -> None:
    assert note_gap(store.id) is None
    read_until(store, products=HOUR, orders=None)

    assert note_gap(store.id) is None
    assert catch_up_of(store) is None


def test_a_second_gap_takes_the_place_of_one_that_was_not_caught_up(
    runtime: Runtime, store: Store
) -> None:
    read_until(store, products=HOUR)

    note_gap(store.id)
    note_gap(store.id)

    assert ReadingGap.select().count() == 1


def test_a_gap_is_told_for_a_day_and_while_the_store_works(runtime: Runtime, store: Store) -> None:
    read_until(store, products=HOUR)
    gap = note_gap(store.id)
    assert gap is not None
    store.state = StoreState.RECONNECT
    assert catch_up_of(store) is None
    store.state = StoreState.CONNECTED
    gap.closed_at = NOW - timedelta(days=2)
    gap.save()

    assert catch_up_of(store) is None
