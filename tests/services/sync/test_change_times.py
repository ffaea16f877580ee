"""The change times of a store's resources are fetched with one light call and stored."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import requests_mock

from portal.models import SYNC_ORDER, Grant, Store, StoreState, SyncState, utc_now
from portal.services.runtime import Runtime
from portal.services.sync.change_times import fetch_change_times, parse_change_times
from tests.services.conftest import API, PROFILE

STATS = f"{API}/latest-stats"
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
REPORTED = {"productsUpdated": "2026-03-01 12:00:00 +0000", "ordersUpdated": "soon"}


@pytest.fixture
def resources(store: Store) -> None:
    """All resources of the store, without a known change time."""
    for resource in SYNC_ORDER:
        SyncState.create(store=store, resource=resource)


def noted() -> dict[str, datetime]:
    """Return the known change times by resource."""
    rows = SyncState.select().where(SyncState.remote_checked_at.is_null(is_null=False))
    return {row.resource: row.remote_changed_at for row in rows}


def test_only_valid_change_times_are_used() -> None:
    assert parse_change_times(REPORTED | {"profileUpdated": "2026-03-01 12:00:00 +0000"}) == {
        "products": AT
    }


def test_change_times_are_stored_with_the_time_of_the_call(
    runtime: Runtime, store: Store, resources: None, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, json=REPORTED)
    began = utc_now()

    fetch_change_times(runtime, store.id)

    assert noted() == {"products": AT}
    assert SyncState.get(SyncState.resource == "products").remote_checked_at >= began


def test_failure_is_left_to_the_next_call(
    runtime: Runtime, store: Store, resources: None, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, status_code=429, headers={"Retry-After": "60"})

    fetch_change_times(runtime, store.id)

    assert noted() == {}
    assert Store.get().state == StoreState.CONNECTED


@pytest.mark.promise(5)
def test_dead_token_stops_the_store(
    runtime: Runtime, store: Store, resources: None, ecwid: requests_mock.Mocker
) -> None:
    ecwid.get(STATS, status_code=403)
    ecwid.get(PROFILE, status_code=403)

    fetch_change_times(runtime, store.id)

    assert Store.get().state == StoreState.RECONNECT


def test_store_that_cannot_be_called_is_not_called(
    runtime: Runtime, store: Store, ecwid: requests_mock.Mocker
) -> None:
    fetch_change_times(runtime, 404)
    Store.update(state=StoreState.SUSPENDED).execute()
    fetch_change_times(runtime, store.id)
    Store.update(state=StoreState.CONNECTED).execute()
    Grant.revoke_all(store.id, "uninstalled")
    fetch_change_times(runtime, store.id)

    assert ecwid.call_count == 0
