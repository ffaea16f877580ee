"""Nightly reconciliation runs each resource once, after a successful run, when it is free."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

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
from portal.rules.sync.nightly_schedule import next_reconciliation_at
from portal.services.runs.start_reconciliations import start_due_reconciliations
from portal.services.runs.sync_runs import create_runs, start_run, unfinished_run
from portal.services.runtime import Runtime
from tests.factories import make_store
from tests.statements import count_statements

MINUTE = timedelta(minutes=1)


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """Both kinds of database, one after the other."""
    return database_url


@pytest.fixture
def store(runtime: Runtime) -> Store:
    """A working store in Berlin."""
    return make_store(timezone="Europe/Berlin")


def make_state(store: Store, **changes: object) -> SyncState:
    """Save a resource whose reconciliation is due and that a run has read since."""
    values = {
        "resource": Resource.PRODUCTS,
        "high_water_at": utc_now() - MINUTE,
        "last_success_at": utc_now() - MINUTE,
        "next_reconciliation_at": utc_now() - 5 * MINUTE,
    }
    state: SyncState = SyncState.create(store=store, **values | changes)
    return state


def audits() -> list[SyncRun]:
    return list(SyncRun.select().where(SyncRun.kind == RunKind.RECONCILIATION))


def planned(state: SyncState) -> datetime | None:
    at: datetime | None = SyncState.get_by_id(state.id).next_reconciliation_at
    return at


def test_due_resource_gets_one_reconciliation_run(runtime: Runtime, store: Store) -> None:
    state = make_state(store)

    assert start_due_reconciliations(runtime) == 1
    assert start_due_reconciliations(runtime) == 0

    (run,) = audits()
    assert (run.store_id, run.resource, run.state) == (store.id, state.resource, RunState.QUEUED)
    assert runtime.redis.llen("rq:queue:sync") == 1


def test_next_run_is_scheduled_for_the_stores_next_night(runtime: Runtime, store: Store) -> None:
    before = utc_now()
    state = make_state(store)

    start_due_reconciliations(runtime)

    assert planned(state) == next_reconciliation_at(before, "Europe/Berlin", store.id)


def test_one_run_makes_up_for_all_missed_nights(runtime: Runtime, store: Store) -> None:
    state = make_state(store, next_reconciliation_at=utc_now() - timedelta(days=30))

    start_due_reconciliations(runtime)
    SyncRun.update(finished_at=utc_now()).execute()

    assert start_due_reconciliations(runtime) == 0
    assert len(audits()) == 1
    assert (planned(state) or utc_now()) > utc_now()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"next_reconciliation_at": utc_now() + timedelta(days=1)}, id="not-due-yet"),
        pytest.param({"paused_at": utc_now()}, id="it-is-paused"),
        pytest.param({"last_success_at": utc_now() - 9 * MINUTE}, id="no-run-has-succeeded-since"),
        pytest.param({"last_success_at": None}, id="no-run-has-ever-succeeded"),
    ],
)
def test_reconciliation_waits_while(
    runtime: Runtime, store: Store, changes: dict[str, object]
) -> None:
    make_state(store, **changes)

    assert start_due_reconciliations(runtime) == 0
    assert audits() == []


def test_reconciliation_waits_for_the_unfinished_run(runtime: Runtime, store: Store) -> None:
    state = make_state(store)
    run = start_run(store.id, Resource(state.resource))

    assert start_due_reconciliations(runtime) == 0

    SyncRun.update(finished_at=utc_now()).where(SyncRun.id == run.id).execute()
    assert start_due_reconciliations(runtime) == 1


def test_stopped_store_is_not_reconciled_until_it_works_again(
    runtime: Runtime, store: Store
) -> None:
    make_state(store)
    Store.update(state=StoreState.RECONNECT).execute()

    assert start_due_reconciliations(runtime) == 0

    Store.update(state=StoreState.CONNECTED).execute()
    assert start_due_reconciliations(runtime) == 1


def test_first_reconciliation_is_scheduled_after_the_backfill(
    runtime: Runtime, store: Store
) -> None:
    state = make_state(store, next_reconciliation_at=None, high_water_at=None, last_success_at=None)
    start_due_reconciliations(runtime)
    assert planned(state) is None

    SyncState.update(high_water_at=utc_now(), last_success_at=utc_now()).execute()
    start_due_reconciliations(runtime)

    assert planned(state) == next_reconciliation_at(utc_now(), "Europe/Berlin", store.id)
    assert audits() == []


def test_run_started_by_another_process_takes_precedence(runtime: Runtime, store: Store) -> None:
    state = make_state(store)
    resource = Resource(state.resource)
    running = start_run(store.id, resource)

    # The other process starts its run after this one has looked for due resources.
    assert create_runs([(store.id, resource)], RunKind.RECONCILIATION) == []
    assert start_due_reconciliations(runtime) == 0
    assert planned(state) == state.next_reconciliation_at
    assert unfinished_run(store.id, resource) == running


def test_statements_do_not_depend_on_the_number_of_due_resources(runtime: Runtime) -> None:
    counts = []
    for first_id, last_id in ((1, 10), (11, 200)):
        for store_id in range(first_id, last_id + 1):
            store = make_store(id=store_id, timezone="Europe/Berlin")
            make_state(store)
            make_state(store, resource=Resource.ORDERS, next_reconciliation_at=None)
        with count_statements(runtime.database) as statements:
            assert start_due_reconciliations(runtime) == last_id - first_id + 1
        counts.append(len(statements))

    assert counts[0] == counts[1]
    assert len({planned(state) for state in SyncState.select()}) > 100
