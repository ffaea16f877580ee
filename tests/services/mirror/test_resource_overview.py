"""How one resource stands is told from its rows, the same on every page."""

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
    """The store that is looked at."""
    return make_store()


def products(store: Store) -> ResourceOverview:
    """Return how the store's products stand now."""
    [found] = [item for item in resource_overviews(store, utc_now()) if item.resource is PRODUCTS]
    return found


def make_state(store: Store, **changes: Any) -> SyncState:
    """Save that the products were complete and compared just now."""
    values = {"store": store, "resource": PRODUCTS, "high_water_at": utc_now()}
    return SyncState.create(**{"last_success_at": utc_now()} | values | changes)


def make_run(store: Store, **changes: Any) -> SyncRun:
    """Save a run of the products that ended well."""
    values = {"store": store, "resource": PRODUCTS, "kind": RunKind.INCREMENTAL}
    end = {"state": RunState.DONE, "finished_at": utc_now()}
    return SyncRun.create(**values | end | changes)


def test_of_a_store_that_nobody_has_read_everything_is_unknown(store: Store) -> None:
    found = products(store)

    assert found.freshness is Freshness.NEVER
    assert (found.minutes_behind, found.last_success_at, found.next_due_at) == (None, None, None)
    assert (found.last_run, found.run, found.last_reconciliation) == (None, None, None)
    assert (found.is_syncing, found.is_paused) == (False, False)


def test_a_resource_at_rest_tells_when_it_was_read_and_when_it_will_be(store: Store) -> None:
    state = make_state(store, next_due_at=utc_now() + 3 * MINUTE)
    run = make_run(store)

    found = products(store)

    assert (found.freshness, found.late_after) == (Freshness.ON_TIME, 11 * MINUTE)
    assert (found.last_success_at, found.next_due_at) == (state.last_success_at, state.next_due_at)
    assert (found.last_run, found.run) == (run, None)


def test_the_minutes_behind_come_from_the_high_water_mark(store: Store) -> None:
    make_state(store, high_water_at=utc_now() - 7 * MINUTE)

    assert products(store).minutes_behind == 7


def test_the_minutes_behind_are_fewer_when_the_store_says_that_nothing_changed(
    store: Store,
) -> None:
    make_state(
        store,
        high_water_at=utc_now() - 7 * MINUTE,
        remote_changed_at=UPDATED_AT,
        remote_checked_at=utc_now() - 2 * MINUTE,
    )

    assert products(store).minutes_behind == 2


def test_a_paused_resource_is_not_being_read(store: Store) -> None:
    make_state(store, paused_at=utc_now())
    run = make_run(store, state=RunState.PAUSED, finished_at=None)

    found = products(store)

    assert found.freshness is Freshness.PAUSED
    assert (found.run, found.is_paused, found.is_syncing) == (run, True, False)


def test_a_run_that_was_given_up_is_told_until_one_ends_well(store: Store) -> None:
    make_state(store)
    make_run(store, state=RunState.FAILED)

    assert products(store).freshness is Freshness.FAILING

    make_run(store)

    assert products(store).freshness is Freshness.ON_TIME


def test_a_run_that_a_person_cancelled_is_no_failure(store: Store) -> None:
    make_state(store)
    make_run(store, state=RunState.CANCELED, failures=3)

    assert products(store).freshness is Freshness.ON_TIME


def test_the_proof_is_that_of_the_last_complete_audit(store: Store) -> None:
    audit: dict[str, Any] = {"kind": RunKind.RECONCILIATION, "store_count": 10, "mirror_count": 10}
    make_run(store, **audit, checked_at=UPDATED_AT, mismatches=4)
    newest = make_run(store, **audit, checked_at=UPDATED_AT, mismatches=0)
    make_run(store, kind=RunKind.RECONCILIATION, state=RunState.CANCELED)
    make_run(store)
    make_run(store, **audit, resource=Resource.CATEGORIES, checked_at=UPDATED_AT)

    assert products(store).last_reconciliation == newest


@pytest.mark.promise(9)
def test_the_runs_of_other_stores_are_not_told(store: Store) -> None:
    start_run(make_store(id=2002).id, PRODUCTS)

    assert products(store).last_run is None
