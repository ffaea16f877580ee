"""A run is a row before a worker picks it up, and a resource has at most one unfinished run."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from peewee import Database, IntegrityError

from portal.models import (
    SYNC_ORDER,
    Resource,
    RunKind,
    RunState,
    Store,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.services.runs.sync_runs import (
    fail_run,
    finish_run,
    save_progress,
    start_all_runs,
    start_run,
    unfinished_run,
)
from tests.factories import UPDATED_AT, make_store

PRODUCTS, CATEGORIES = Resource.PRODUCTS, Resource.CATEGORIES


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """The store whose catalog is read."""
    return make_store()


def state_of(resource: Resource = PRODUCTS) -> SyncState:
    """Return the sync state of the resource."""
    found: SyncState = SyncState.get(SyncState.store == 1003, SyncState.resource == resource)
    return found


def minutes_until(moment: object) -> float:
    """Return the minutes from now to ``moment``."""
    return (moment - utc_now()) / timedelta(minutes=1)  # type: ignore[operator]


@pytest.mark.promise(1)
def test_started_run_is_a_due_row() -> None:
    run = start_run(1003, PRODUCTS)

    kept = SyncRun.get_by_id(run.id)
    assert (kept.store_id, kept.resource, kept.state) == (1003, PRODUCTS, RunState.QUEUED)
    assert kept.due_at <= utc_now()
    assert unfinished_run(1003, PRODUCTS) == kept


def test_runs_are_backfills_until_one_is_complete() -> None:
    first = start_run(1003, PRODUCTS)
    fail_run(first)
    second = start_run(1003, PRODUCTS)
    finish_run(second, covered_until=UPDATED_AT)

    third = start_run(1003, PRODUCTS)

    kinds = [first.kind, second.kind, third.kind]
    assert kinds == [RunKind.BACKFILL, RunKind.BACKFILL, RunKind.INCREMENTAL]


def test_resources_and_stores_have_separate_progress() -> None:
    make_store(id=2002)
    finish_run(start_run(1003, PRODUCTS), covered_until=UPDATED_AT)

    others = [start_run(1003, CATEGORIES), start_run(2002, PRODUCTS)]

    assert [run.kind for run in others] == [RunKind.BACKFILL, RunKind.BACKFILL]
    assert unfinished_run(1003, PRODUCTS) is None


def test_starting_twice_returns_the_same_run() -> None:
    first = start_run(1003, PRODUCTS)

    assert start_run(1003, PRODUCTS) == first
    assert SyncRun.select().count() == 1


def test_unfinished_run_is_not_changed() -> None:
    run = start_run(1003, PRODUCTS)
    run.state, run.seen, run.checkpoint = RunState.RUNNING, 300, {"phase": "pages"}
    run.save()

    again = start_run(1003, PRODUCTS)

    assert (again.state, again.seen, again.checkpoint) == (
        RunState.RUNNING,
        300,
        {"phase": "pages"},
    )


def test_new_run_is_created_after_the_end_of_the_last_one() -> None:
    first = start_run(1003, PRODUCTS)
    finish_run(first, covered_until=UPDATED_AT)

    second = start_run(1003, PRODUCTS)

    assert second != first
    assert unfinished_run(1003, PRODUCTS) == second


def test_losing_start_leaves_its_transaction_usable(database: Database) -> None:
    first = start_run(1003, PRODUCTS)

    with database.atomic():
        again = start_run(1003, PRODUCTS)
        other = start_run(1003, CATEGORIES)

    assert again == first
    assert SyncRun.select().where(SyncRun.id == other.id).exists()


def test_concurrent_starts_get_the_same_run(database: Database) -> None:
    gate = Barrier(4, timeout=10)

    def start() -> int:
        with database.connection_context():
            gate.wait()
            return start_run(1003, PRODUCTS).id

    with ThreadPoolExecutor(4) as pool:
        ids = {future.result() for future in [pool.submit(start) for _ in range(4)]}

    assert ids == {SyncRun.get().id}
    assert SyncState.select().count() == 1


def test_run_of_an_unknown_store_is_refused() -> None:
    with pytest.raises(IntegrityError):
        start_run(404, PRODUCTS)


def test_finished_run_records_what_the_mirror_covers() -> None:
    run = start_run(1003, PRODUCTS)
    run.failures, run.error = 2, "HTTP 500"

    finish_run(run, covered_until=UPDATED_AT)

    kept, state = SyncRun.get(), state_of()
    assert (kept.state, kept.failures, kept.error) == (RunState.DONE, 0, None)
    assert kept.is_finished
    assert state.high_water_at == UPDATED_AT
    assert state.last_success_at == kept.finished_at
    assert state.next_due_at == kept.finished_at + timedelta(minutes=1)
    assert state.check_interval_s == 60


def test_failed_run_covers_nothing_and_schedules_the_next_one() -> None:
    finish_run(start_run(1003, PRODUCTS), covered_until=UPDATED_AT)
    before = state_of()
    run = start_run(1003, PRODUCTS)
    run.failures, run.error = 8, "HTTP 500"

    fail_run(run)

    kept, state = SyncRun.get_by_id(run.id), state_of()
    assert (kept.state, kept.failures, kept.error) == (RunState.FAILED, 8, "HTTP 500")
    assert kept.is_finished
    assert (state.high_water_at, state.last_success_at) == (UPDATED_AT, before.last_success_at)
    assert 4 < minutes_until(state.next_due_at) <= 5


def test_scheduled_run_that_found_nothing_is_counted_and_leaves_no_row() -> None:
    finish_run(start_run(1003, PRODUCTS), covered_until=UPDATED_AT)
    quiet_since_at = state_of().quiet_since_at
    runs = []
    for _ in range(2):
        runs.append(start_run(1003, PRODUCTS, is_scheduled=True))
        assert finish_run(runs[-1], covered_until=UPDATED_AT)

    state = state_of()
    assert [run.kind for run in SyncRun.select()] == [RunKind.BACKFILL]
    assert (state.unchanged_checks, state.quiet_since_at) == (2, quiet_since_at)
    assert state.last_success_at == runs[-1].finished_at
    assert unfinished_run(1003, PRODUCTS) is None


@pytest.mark.parametrize("count", ["saved", "deleted", "quarantined"])
def test_run_that_found_something_keeps_its_row_and_ends_the_count(count: str) -> None:
    finish_run(start_run(1003, PRODUCTS), covered_until=UPDATED_AT)
    finish_run(start_run(1003, PRODUCTS, is_scheduled=True), covered_until=UPDATED_AT)
    run = start_run(1003, PRODUCTS, is_scheduled=True)
    setattr(run, count, 1)

    assert finish_run(run, covered_until=UPDATED_AT)

    assert SyncRun.get_by_id(run.id).is_finished
    state = state_of()
    assert state.unchanged_checks == 0
    assert state.quiet_since_at == run.finished_at


def test_backfills_and_requested_runs_keep_their_rows() -> None:
    kept = [start_run(1003, PRODUCTS, is_scheduled=True)]
    finish_run(kept[0], covered_until=UPDATED_AT)
    kept.append(start_run(1003, PRODUCTS))
    finish_run(kept[1], covered_until=UPDATED_AT)
    # A person asks for a run that a worker has already read from the database.
    kept.append(start_run(1003, PRODUCTS, is_scheduled=True))
    SyncRun.update(is_scheduled=False).where(SyncRun.id == kept[2].id).execute()
    finish_run(kept[2], covered_until=UPDATED_AT)

    assert list(SyncRun.select().order_by(SyncRun.id)) == kept


def test_slow_worker_of_a_deleted_run_changes_no_later_run_with_its_id() -> None:
    finish_run(start_run(1003, PRODUCTS), covered_until=UPDATED_AT)
    slow = start_run(1003, PRODUCTS, is_scheduled=True)
    finish_run(SyncRun.get_by_id(slow.id), covered_until=UPDATED_AT)
    later = SyncRun.create(id=slow.id, store=1003, resource=CATEGORIES, kind=RunKind.INCREMENTAL)
    slow.seen, slow.error = 7, "HTTP 500"

    assert not save_progress(slow)
    fail_run(slow)

    kept = SyncRun.get_by_id(later.id)
    assert (kept.seen, kept.error, kept.state) == (0, None, RunState.QUEUED)


@pytest.mark.parametrize("end", [fail_run, lambda run: finish_run(run, covered_until=UPDATED_AT)])
def test_end_of_a_run_affects_no_other_resource_or_store(
    end: Callable[[SyncRun], None],
) -> None:
    make_store(id=2002)
    for store_id, resource in [(1003, CATEGORIES), (2002, PRODUCTS)]:
        SyncState.create(store=store_id, resource=resource, next_due_at=None)

    end(start_run(1003, PRODUCTS))

    others = SyncState.select().where(SyncState.next_due_at.is_null())
    assert others.count() == 2
    assert {state.high_water_at for state in others} == {None}


def test_catch_up_skips_paused_resources() -> None:
    SyncState.create(store=1003, resource=PRODUCTS, paused_at=utc_now())

    runs = start_all_runs(1003)

    assert {run.resource for run in runs} == set(SYNC_ORDER) - {PRODUCTS}
    assert not SyncRun.select().where(SyncRun.resource == PRODUCTS).exists()


def test_catch_up_starts_a_run_of_every_resource() -> None:
    runs = start_all_runs(1003)

    assert [run.resource for run in runs] == list(SYNC_ORDER)
    assert {state.next_due_at for state in SyncState.select()} == {None}
    assert SyncRun.select().count() == len(SYNC_ORDER)


def test_catch_up_ends_the_backoff_of_an_unfinished_run_and_keeps_its_checkpoint() -> None:
    run = start_run(1003, PRODUCTS)
    run.due_at = utc_now() + timedelta(hours=6)
    run.failures, run.error, run.checkpoint = 7, "HTTP 500", {"phase": "unseen", "after": 5}
    run.save()

    start_all_runs(1003)

    kept = SyncRun.get_by_id(run.id)
    assert kept.due_at <= utc_now()
    assert (kept.failures, kept.error) == (0, None)
    assert kept.checkpoint == {"phase": "unseen", "after": 5}


def test_catch_up_after_a_complete_backfill_is_incremental() -> None:
    for run in start_all_runs(1003):
        finish_run(run, covered_until=UPDATED_AT)

    runs = start_all_runs(1003)

    assert {run.kind for run in runs} == {RunKind.INCREMENTAL}
