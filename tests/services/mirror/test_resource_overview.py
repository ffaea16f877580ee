"""The overview of a resource comes from its rows and is the same on every page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import Database

from portal.models import Resource, RunKind, RunState, Store, SyncRun, SyncState, utc_now
from portal.rules.sync.freshness import Freshness
from portal.services.mirror.resource_overview import ResourceOverview, resource_overviews
from portal.services.runs.sync_runs import start_run
from tests.factories import UPDATED_AT, make_store

PRODUCTS = Resource.PRODUCTS
MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(database: Database) -> Store:
    """The store of the overview."""
    return make_store()


def products(store: Store) -> ResourceOverview:
    """Return the current overview of the store's products."""
    [found] = [item for item in resource_overviews(store, utc_now()) if item.resource is PRODUCTS]
    return found


def make_state(store: Store, **changes: Any) -> SyncState:
    """Save a sync state of products that are complete and were just compared."""
    values = {"store": store, "resource": PRODUCTS, "high_water_at": utc_now()}
    return SyncState.create(**{"last_success_at": utc_now()} | values | changes)


def make_run(store: Store, **changes: Any) -> SyncRun:
    """Save a successful run of the products."""
    values = {"store": store, "resource": PRODUCTS, "kind": RunKind.INCREMENTAL}
    end = {"state": RunState.DONE, "finished_at": utc_now()}
    return SyncRun.create(**values | end | changes)


def test_everything_is_unknown_of_a_store_that_was_never_read(store: Store) -> None:
    found = products(store)

    assert found.freshness is Freshness.NEVER
    assert (found.minutes_behind, found.last_success_at, found.next_due_at) == (None, None, None)
    assert (found.last_run, found.run, found.last_reconciliation) == (None, None, None)
    assert (found.is_syncing, found.is_paused) == (False, False)


def test_idle_resource_shows_its_last_and_next_run(store: Store) -> None:
    state = make_state(store, next_due_at=utc_now() + 3 * MINUTE)
    run = make_run(store)

    found = products(store)

    assert (found.freshness, found.late_after) == (Freshness.ON_TIME, 11 * MINUTE)
    assert (found.last_success_at, found.next_due_at) == (state.last_success_at, state.next_due_at)
    assert (found.last_run, found.run) == (run, None)


def test_minutes_behind_come_from_the_high_water_mark(store: Store) -> None:
    make_state(store, high_water_at=utc_now() - 7 * MINUTE)

    assert products(store).minutes_behind == 7


def test_minutes_behind_are_fewer_if_the_store_reports_no_change(
    store: Store,
) -> None:
    make_state(
        store,
        high_water_at=utc_now() - 7 * MINUTE,
        remote_changed_at=UPDATED_AT,
        remote_checked_at=utc_now() - 2 * MINUTE,
    )

    assert products(store).minutes_behind == 2


def test_paused_resource_is_not_syncing(store: Store) -> None:
    make_state(store, paused_at=utc_now())
    run = make_run(store, state=RunState.PAUSED, finished_at=None)

    found = products(store)

    assert found.freshness is Freshness.PAUSED
    assert (found.run, found.is_paused, found.is_syncing) == (run, True, False)


def test_failed_run_is_shown_until_one_succeeds(store: Store) -> None:
    make_state(store)
    make_run(store, state=RunState.FAILED)

    assert products(store).freshness is Freshness.FAILING

    make_run(store)

    assert products(store).freshness is Freshness.ON_TIME


def test_canceled_run_is_not_a_failure(store: Store) -> None:
    make_state(store)
    make_run(store, state=RunState.CANCELED, failures=3)

    assert products(store).freshness is Freshness.ON_TIME


def test_report_is_that_of_the_last_complete_reconciliation(store: Store) -> None:
    audit: dict[str, Any] = {"kind": RunKind.RECONCILIATION, "store_count": 10, "mirror_count": 10}
    make_run(store, **audit, checked_at=UPDATED_AT, mismatches=4)
    newest = make_run(store, **audit, checked_at=UPDATED_AT, mismatches=0)
    make_run(store, kind=RunKind.RECONCILIATION, state=RunState.CANCELED)
    make_run(store)
    make_run(store, **audit, resource=Resource.CATEGORIES, checked_at=UPDATED_AT)

    assert products(store).last_reconciliation == newest


@pytest.mark.promise(9)
def test_runs_of_other_stores_are_not_shown(store: Store) -> None:
    start_run(make_store(id=2002).id, PRODUCTS)

    assert products(store).last_run is None


def test_check_that_succeeded_after_a_failed_run_ends_the_failure(store: Store) -> None:
    make_run(store, state=RunState.FAILED, failures=8, finished_at=utc_now() - MINUTE)
    state = make_state(store, last_success_at=utc_now() - 2 * MINUTE)
    assert products(store).freshness is Freshness.FAILING

    # A poll found no change: it leaves no run.
    SyncState.update(last_success_at=utc_now()).where(SyncState.id == state.id).execute()

    assert products(store).freshness is Freshness.ON_TIME


def test_limit_and_interval_follow_the_pace(store: Store) -> None:
    state = make_state(store)
    assert products(store).check_interval == 5 * MINUTE

    SyncState.update(check_interval_s=900, unchanged_checks=7).where(
        SyncState.id == state.id
    ).execute()

    found = products(store)
    assert (found.check_interval, found.late_after) == (15 * MINUTE, 31 * MINUTE)
    assert (found.check_minutes, found.unchanged_checks) == (15, 7)
