"""Old runs are pruned, except for those that the pages show."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.models import Resource, RunKind, RunState, Store, SyncRun, utc_now
from portal.services.retention import prune_runs as module
from portal.services.retention.prune_runs import prune_runs
from portal.services.runtime import Runtime
from tests.factories import make_store


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """Both kinds of database, one after the other."""
    return database_url


@pytest.fixture
def store(runtime: Runtime) -> Store:
    return make_store()


def run_of(store: Store, days_ago: int, **changes: Any) -> int:
    """Save a run that ended this many days ago; return its id."""
    then = utc_now() - timedelta(days=days_ago)
    values = {
        "store": store,
        "resource": Resource.PRODUCTS,
        "kind": RunKind.INCREMENTAL,
        "state": RunState.DONE,
        "created_at": then,
        "started_at": then,
        "finished_at": then,
    }
    return int(SyncRun.create(**values | changes).id)


def kept() -> list[int]:
    """Return the ids of the remaining runs."""
    return [run.id for run in SyncRun.select().order_by(SyncRun.id)]


def test_runs_older_than_ninety_days_are_pruned(runtime: Runtime, store: Store) -> None:
    run_of(store, 91)
    young = [run_of(store, 89), run_of(store, 1)]

    assert prune_runs(runtime) == 1
    assert kept() == young
    assert prune_runs(runtime) == 0


def test_age_of_runs_is_a_setting(runtime: Runtime, store: Store) -> None:
    run_of(store, 8)
    young = run_of(store, 6)

    assert prune_runs(replace(runtime, settings=week_of(runtime))) == 1
    assert kept() == [young]


def week_of(runtime: Runtime) -> Any:
    """Return settings that keep runs for a week."""
    return replace(runtime.settings, sync_run_retention_days=7)


def test_newest_run_and_newest_reconciliation_of_each_resource_stay(
    runtime: Runtime, store: Store
) -> None:
    other = make_store(id=2002)
    long_ago = utc_now() - timedelta(days=300)
    run_of(store, 400, kind=RunKind.RECONCILIATION, checked_at=long_ago)
    proof = run_of(store, 300, kind=RunKind.RECONCILIATION, checked_at=long_ago)
    run_of(store, 200)
    newest = run_of(store, 199)
    of_orders = run_of(store, 198, resource=Resource.ORDERS)
    of_other = run_of(other, 197)

    assert prune_runs(runtime) == 2
    assert kept() == [proof, newest, of_orders, of_other]


def test_unfinished_and_recently_finished_runs_stay(runtime: Runtime, store: Store) -> None:
    paused = run_of(store, 200, state=RunState.PAUSED, finished_at=None)
    lately = run_of(store, 150, resource=Resource.ORDERS, finished_at=utc_now())
    later = [run_of(store, 1), run_of(store, 1, resource=Resource.ORDERS)]

    assert prune_runs(runtime) == 0
    assert kept() == [paused, lately, *later]


def test_round_prunes_in_batches_and_leaves_the_rest_to_the_next_round(
    runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    monkeypatch.setattr(module, "TIME_BUDGET_S", 0)
    for days in range(100, 92, -1):
        run_of(store, days)
    young = run_of(store, 1)

    assert [prune_runs(runtime) for _ in range(5)] == [2, 2, 2, 2, 0]
    assert kept() == [young]
