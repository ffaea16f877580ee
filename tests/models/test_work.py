"""Runs, events and quarantine entries are unique rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import Database, IntegrityError

from portal.models import (
    EventState,
    Quarantine,
    RecordResync,
    Resource,
    RunKind,
    RunState,
    Store,
    SyncRun,
    SyncState,
    WebhookEvent,
    utc_now,
)
from tests.factories import UPDATED_AT, make_event, make_store


@pytest.fixture
def store(database: Database) -> Store:
    return make_store()


def make_run(store: Store, **changes: Any) -> SyncRun:
    values = {"store": store, "resource": Resource.PRODUCTS, "kind": RunKind.BACKFILL}
    return SyncRun.create(**values | changes)


def test_new_run_is_queued_due_and_unfinished(store: Store) -> None:
    run = SyncRun.get_by_id(make_run(store).id)

    assert run.state == RunState.QUEUED
    assert run.due_at <= utc_now()
    assert run.checkpoint is None
    assert not run.is_finished


def test_run_with_an_end_is_finished(store: Store) -> None:
    assert make_run(store, finished_at=UPDATED_AT).is_finished


def test_run_that_has_not_started_has_no_duration_and_no_rate(store: Store) -> None:
    run = make_run(store)

    assert (run.duration, run.records_per_s) == (None, None)


def test_duration_of_a_finished_run_is_from_first_page_to_end(store: Store) -> None:
    run = make_run(
        store, started_at=UPDATED_AT, finished_at=UPDATED_AT + timedelta(seconds=4), seen=10_000
    )

    assert (run.duration, run.records_per_s) == (timedelta(seconds=4), 2_500)


def test_duration_of_an_unfinished_run_lasts_until_now(store: Store) -> None:
    run = make_run(store, started_at=utc_now() - timedelta(minutes=5))

    assert run.duration is not None
    assert timedelta(minutes=5) <= run.duration < timedelta(minutes=6)


def test_pauses_do_not_count_as_duration(store: Store) -> None:
    begun = {"started_at": UPDATED_AT, "finished_at": UPDATED_AT + timedelta(minutes=10)}

    over = make_run(store, **begun, paused_s=120, seen=4_800)
    canceled = make_run(
        store, **begun, paused_s=60, paused_at=UPDATED_AT + timedelta(minutes=7), seen=0
    )

    assert (over.duration, over.paused_time) == (timedelta(minutes=8), timedelta(minutes=2))
    assert over.records_per_s == 10
    assert (canceled.duration, canceled.paused_time) == (timedelta(minutes=6), timedelta(minutes=4))


def test_current_pause_does_not_count_as_duration(store: Store) -> None:
    now = utc_now()
    run = make_run(store, started_at=now - timedelta(hours=1), paused_at=now - timedelta(hours=1))

    assert run.duration is not None
    assert run.duration < timedelta(seconds=5)
    assert run.paused_time >= timedelta(hours=1)


def test_run_that_took_no_time_has_no_rate(store: Store) -> None:
    run = make_run(store, started_at=UPDATED_AT, finished_at=UPDATED_AT, seen=5)

    assert run.records_per_s is None


@pytest.mark.parametrize("state", [RunState.QUEUED, RunState.RUNNING, RunState.PAUSED])
def test_store_and_resource_has_one_unfinished_run(store: Store, state: RunState) -> None:
    make_run(store, state=state)

    with pytest.raises(IntegrityError):
        make_run(store, kind=RunKind.INCREMENTAL)


def test_finished_runs_other_resources_and_stores_do_not_conflict(store: Store) -> None:
    make_run(store, finished_at=UPDATED_AT)
    make_run(store, finished_at=UPDATED_AT)
    make_run(store)
    make_run(store, resource=Resource.CATEGORIES)
    make_run(make_store(id=2002))

    assert SyncRun.select().where(SyncRun.finished_at.is_null()).count() == 3


def test_checkpoint_is_read_as_written(store: Store) -> None:
    run = make_run(store, checkpoint={"offset": 300, "until": 1772366400})

    assert SyncRun.get_by_id(run.id).checkpoint == {"offset": 300, "until": 1772366400}


def test_resource_of_a_store_has_one_sync_state(store: Store) -> None:
    SyncState.create(store=store, resource=Resource.PRODUCTS)

    with pytest.raises(IntegrityError):
        SyncState.create(store=store, resource=Resource.PRODUCTS)


def test_new_sync_state_is_due_at_once(store: Store) -> None:
    state = SyncState.get_by_id(SyncState.create(store=store, resource=Resource.PRODUCTS).id)

    assert state.next_due_at <= utc_now()
    assert (state.high_water_at, state.last_success_at, state.paused_at) == (None, None, None)


def test_event_is_stored_once(database: Database) -> None:
    make_event()

    with pytest.raises(IntegrityError):
        make_event()


def test_event_of_an_unknown_store_is_stored(database: Database) -> None:
    event = make_event(store_id=404, payload={"data": {"orderId": "EBJFT"}})

    kept = WebhookEvent.get_by_id(event.id)

    assert (kept.state, kept.attempts) == (EventState.PENDING, 0)
    assert kept.payload == {"data": {"orderId": "EBJFT"}}


def test_unreadable_record_is_stored_with_payload_and_reason(store: Store) -> None:
    Quarantine.put(store.id, "products", "5", "price is no amount", {"id": 5, "price": "free"})

    kept = Quarantine.get()
    assert (kept.entity_id, kept.reason) == ("5", "price is no amount")
    assert kept.payload == {"id": 5, "price": "free"}
    assert kept.resolved_at is None


def test_record_seen_again_stays_one_entry_with_the_newest_reason(store: Store) -> None:
    Quarantine.put(store.id, "products", "5", "price is no amount", {"price": "free"})
    first = Quarantine.get()

    Quarantine.put(store.id, "products", "5", "name is no text", {"name": {}})

    kept = Quarantine.get()
    assert Quarantine.select().count() == 1
    assert (kept.reason, kept.payload) == ("name is no text", {"name": {}})
    assert kept.first_seen_at == first.first_seen_at
    assert kept.last_seen_at > first.last_seen_at


def test_resolved_record_that_fails_again_is_open_again(store: Store) -> None:
    Quarantine.put(store.id, "products", "5", "price is no amount", {})
    Quarantine.resolve(store.id, "products", ["5"], UPDATED_AT)

    Quarantine.put(store.id, "products", "5", "price is no amount", {})

    assert Quarantine.get().resolved_at is None


def test_resolving_closes_only_open_entries_of_these_records(store: Store) -> None:
    make_store(id=2002)
    for entry in [(1003, "products", "5"), (1003, "products", "6")]:
        Quarantine.put(*entry, "price is no amount", {})
    for entry in [(1003, "categories", "5"), (2002, "products", "5")]:
        Quarantine.put(*entry, "name is no text", {})

    count = Quarantine.resolve(store.id, "products", ["5", "404"], UPDATED_AT)

    closed = Quarantine.select().where(Quarantine.resolved_at == UPDATED_AT)
    assert count == 1
    assert [(row.store_id, row.resource, row.entity_id) for row in closed] == [
        (1003, "products", "5")
    ]


def test_resolving_twice_keeps_the_first_time(store: Store) -> None:
    Quarantine.put(store.id, "products", "5", "price is no amount", {})
    Quarantine.resolve(store.id, "products", ["5"], UPDATED_AT)

    assert Quarantine.resolve(store.id, "products", ["5"], utc_now()) == 0
    assert Quarantine.get().resolved_at == UPDATED_AT


def test_resolving_no_records_does_nothing(store: Store) -> None:
    assert Quarantine.resolve(store.id, "products", [], UPDATED_AT) == 0


def test_entry_accepts_any_id_and_reason_that_ecwid_may_send(store: Store) -> None:
    entity_id = "5\x00" + "x" * 400

    Quarantine.put(store.id, "products", entity_id, f"products {entity_id}: id", {"id": entity_id})
    Quarantine.put(store.id, "products", entity_id, f"products {entity_id}: id", {"id": entity_id})

    kept = Quarantine.get()
    assert kept.entity_id.startswith("5x")
    assert "\x00" not in kept.reason
    assert Quarantine.resolve(store.id, "products", [entity_id], UPDATED_AT) == 1


def test_record_has_one_unfinished_resync(store: Store) -> None:
    RecordResync.create(store=store, resource=Resource.PRODUCTS, entity_id="5")

    with pytest.raises(IntegrityError):
        RecordResync.create(store=store, resource=Resource.PRODUCTS, entity_id="5")


def test_finished_resyncs_and_other_records_do_not_conflict(store: Store) -> None:
    values = {"store": store, "resource": Resource.PRODUCTS, "entity_id": "5"}
    RecordResync.create(**values, finished_at=UPDATED_AT)
    RecordResync.create(**values, finished_at=UPDATED_AT)
    RecordResync.create(**values)
    RecordResync.create(**values | {"resource": Resource.CATEGORIES})

    assert RecordResync.select().where(RecordResync.finished_at.is_null()).count() == 2
