"""Manual control of sync runs: start, pause, resume and cancel."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from peewee import IntegrityError

from portal.errors import RunRefusedError
from portal.jobs import RUN_SYNC, wake_key
from portal.models import (
    Resource,
    RunKind,
    RunState,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.rules.sync.run_refusals import RUN_REFUSAL_TEXTS, RunRefusal
from portal.services.runs.requested_runs import start
from portal.services.runs.run_control import cancel, pause, resume
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_store

PRODUCTS = Resource.PRODUCTS


def state_of(resource: Resource = PRODUCTS) -> SyncState:
    """Return the sync state of the resource."""
    found: SyncState = SyncState.get(SyncState.store == 1003, SyncState.resource == resource)
    return found


def make_run(store: Store, **changes: Any) -> SyncRun:
    """Save an unfinished incremental run of the products, after a complete backfill."""
    SyncState.get_or_create(store=store, resource=PRODUCTS, defaults={"high_water_at": UPDATED_AT})
    values = {"store": store, "resource": PRODUCTS, "kind": RunKind.INCREMENTAL}
    return SyncRun.create(**values | changes)


def is_woken(runtime: Runtime, run: SyncRun) -> bool:
    """Return whether the daemon was woken for the run."""
    return bool(runtime.redis.exists(wake_key(RUN_SYNC.path, (run.id,))))


def kept(run: SyncRun) -> SyncRun:
    """Return the run from the database."""
    found: SyncRun = SyncRun.get_by_id(run.id)
    return found


def test_start_creates_a_row_and_wakes_the_daemon(runtime: Runtime, store: Store) -> None:
    run = start(runtime, store, PRODUCTS)

    assert (kept(run).kind, kept(run).state) == (RunKind.BACKFILL, RunState.QUEUED)
    assert state_of().next_due_at is None
    assert is_woken(runtime, run)


def test_start_ends_the_backoff_of_an_unfinished_run(runtime: Runtime, store: Store) -> None:
    waiting = make_run(
        store,
        state=RunState.RUNNING,
        started_at=UPDATED_AT,
        failures=3,
        error="HTTP 500",
        due_at=utc_now() + timedelta(hours=1),
    )

    assert start(runtime, store, PRODUCTS) == waiting

    assert (kept(waiting).failures, kept(waiting).error) == (0, None)
    assert kept(waiting).due_at <= utc_now()
    assert kept(waiting).state == RunState.RUNNING
    assert is_woken(runtime, waiting)


@pytest.mark.parametrize("kind", [RunKind.RECONCILIATION, RunKind.BACKFILL])
def test_run_that_reads_less_is_canceled(runtime: Runtime, store: Store, kind: RunKind) -> None:
    lesser = make_run(store)

    run = start(runtime, store, PRODUCTS, kind)

    assert kept(lesser).state == RunState.CANCELED
    assert (kept(run).kind, kept(run).state) == (kind, RunState.QUEUED)


@pytest.mark.parametrize("kind", [None, *RunKind])
def test_unfinished_backfill_serves_every_request(
    runtime: Runtime, store: Store, kind: RunKind | None
) -> None:
    backfill = make_run(store, kind=RunKind.BACKFILL)

    assert start(runtime, store, PRODUCTS, kind) == backfill

    assert SyncRun.select().count() == 1


def test_full_resync_starts_a_new_backfill(runtime: Runtime, store: Store) -> None:
    make_run(store, finished_at=UPDATED_AT, state=RunState.DONE)

    run = start(runtime, store, PRODUCTS, RunKind.BACKFILL)

    assert (run.kind, run.checkpoint) == (RunKind.BACKFILL, None)


def test_incomplete_resource_is_backfilled_before_its_reconciliation(
    runtime: Runtime, store: Store
) -> None:
    assert start(runtime, store, PRODUCTS, RunKind.RECONCILIATION).kind == RunKind.BACKFILL


def test_concurrent_starts_get_the_same_run(runtime: Runtime, store: Store) -> None:
    make_run(store)
    together = Barrier(4)

    def ask(_: int) -> SyncRun:
        with runtime.database.connection_context():
            together.wait()
            return start(runtime, store, PRODUCTS, RunKind.BACKFILL)

    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(ask, range(4)))

    assert len({run.id for run in runs}) == 1
    assert [run.kind for run in SyncRun.select().order_by(SyncRun.id)] == [
        RunKind.INCREMENTAL,
        RunKind.BACKFILL,
    ]


def test_nothing_is_started_for_a_stopped_store(runtime: Runtime, store: Store) -> None:
    store.set_state(StoreState.RECONNECT)

    with pytest.raises(RunRefusedError) as refused:
        start(runtime, store, PRODUCTS)

    assert refused.value.reason == RunRefusal.STORE_STOPPED
    assert SyncRun.select().count() == 0


def test_nothing_is_started_while_the_resource_is_paused(runtime: Runtime, store: Store) -> None:
    pause(store, PRODUCTS)

    with pytest.raises(RunRefusedError) as refused:
        start(runtime, store, PRODUCTS)

    assert refused.value.reason == RunRefusal.PAUSED
    assert SyncRun.select().count() == 0


def test_pause_stops_the_current_run_and_later_runs(store: Store) -> None:
    run = make_run(store, state=RunState.RUNNING, started_at=UPDATED_AT, checkpoint={"offset": 5})

    pause(store, PRODUCTS)

    assert kept(run).state == RunState.PAUSED
    assert not kept(run).is_finished
    assert kept(run).checkpoint == {"offset": 5}
    assert state_of().paused_at <= utc_now()


def test_second_pause_keeps_the_first_time(store: Store) -> None:
    pause(store, PRODUCTS)
    first = state_of().paused_at

    pause(store, PRODUCTS)

    assert state_of().paused_at == first


def test_pause_affects_no_other_resource_store_or_finished_run(store: Store) -> None:
    other = make_store(id=2002)
    runs = [
        make_run(store, finished_at=UPDATED_AT, state=RunState.DONE),
        start_run(1003, Resource.CATEGORIES),
        start_run(other.id, PRODUCTS),
    ]

    pause(store, PRODUCTS)

    states = [kept(run).state for run in runs]
    assert states == [RunState.DONE, RunState.QUEUED, RunState.QUEUED]
    assert SyncState.select().where(SyncState.paused_at.is_null(is_null=False)).count() == 1


@pytest.mark.parametrize(
    ("started_at", "state"), [(None, RunState.QUEUED), (UPDATED_AT, RunState.RUNNING)]
)
def test_resume_continues_where_the_pause_stopped(
    runtime: Runtime, store: Store, started_at: Any, state: RunState
) -> None:
    run = make_run(store, started_at=started_at, checkpoint={"offset": 5})
    pause(store, PRODUCTS)

    assert resume(runtime, store, PRODUCTS) == run

    assert (kept(run).state, kept(run).checkpoint) == (state, {"offset": 5})
    assert state_of().paused_at is None
    assert is_woken(runtime, run)


def test_pauses_of_a_run_add_up(runtime: Runtime, store: Store) -> None:
    run = make_run(store, started_at=utc_now() - timedelta(hours=1), paused_s=60)
    pause(store, PRODUCTS)
    SyncRun.update(paused_at=utc_now() - timedelta(minutes=5)).execute()
    pause(store, PRODUCTS)

    resume(runtime, store, PRODUCTS)

    assert kept(run).paused_at is None
    assert 360 <= kept(run).paused_s < 365


def test_run_that_has_not_started_has_no_paused_time(runtime: Runtime, store: Store) -> None:
    run = make_run(store)
    pause(store, PRODUCTS)

    assert kept(run).paused_at is None
    assert resume(runtime, store, PRODUCTS).paused_s == 0


def test_resume_without_a_run_starts_one(runtime: Runtime, store: Store) -> None:
    pause(store, PRODUCTS)

    run = resume(runtime, store, PRODUCTS)

    assert kept(run).state == RunState.QUEUED


def test_resource_that_is_not_paused_cannot_be_resumed(runtime: Runtime, store: Store) -> None:
    with pytest.raises(RunRefusedError) as refused:
        resume(runtime, store, PRODUCTS)

    assert refused.value.reason == RunRefusal.NOT_PAUSED


def test_nothing_is_resumed_for_a_stopped_store(runtime: Runtime, store: Store) -> None:
    pause(store, PRODUCTS)
    store.set_state(StoreState.PLAN_BLOCKED)

    with pytest.raises(RunRefusedError):
        resume(runtime, store, PRODUCTS)

    assert state_of().paused_at is not None


def test_canceled_run_is_finished_and_the_next_starts_at_the_usual_time(store: Store) -> None:
    run = make_run(store, state=RunState.RUNNING, started_at=UPDATED_AT, saved=7)

    cancel(store, run.id)

    assert kept(run).state == RunState.CANCELED
    assert kept(run).is_finished
    assert kept(run).saved == 7
    assert state_of().next_due_at > utc_now()
    assert state_of().high_water_at == UPDATED_AT


def test_paused_run_can_be_canceled_and_the_resource_stays_paused(store: Store) -> None:
    run = make_run(store)
    pause(store, PRODUCTS)

    cancel(store, run.id)

    assert kept(run).state == RunState.CANCELED
    assert state_of().paused_at is not None


def test_finished_run_is_not_changed(store: Store) -> None:
    run = make_run(store, state=RunState.DONE, finished_at=UPDATED_AT)

    with pytest.raises(RunRefusedError) as refused:
        cancel(store, run.id)

    assert refused.value.reason == RunRefusal.FINISHED
    assert kept(run).state == RunState.DONE


@pytest.mark.promise(9)
def test_run_of_another_store_is_not_accessible(store: Store) -> None:
    run = start_run(make_store(id=2002).id, PRODUCTS)

    with pytest.raises(RunRefusedError):
        cancel(store, run.id)

    assert not kept(run).is_finished


def test_every_refusal_has_a_text() -> None:
    assert set(RUN_REFUSAL_TEXTS) == set(RunRefusal)


def test_database_allows_no_second_unfinished_run(store: Store) -> None:
    paused = make_run(store, state=RunState.PAUSED)

    with pytest.raises(IntegrityError):
        SyncRun.create(store=store, resource=PRODUCTS, kind=RunKind.BACKFILL)

    assert not kept(paused).is_finished
