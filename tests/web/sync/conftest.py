"""Run these tests on SQLite and on PostgreSQL, with a store that was synced a minute ago."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

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


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


@pytest.fixture
def store(store: Store) -> Store:
    """A connected store of the merchant that was synced a minute ago."""
    minute_ago = utc_now() - timedelta(minutes=1)
    for resource in SYNC_ORDER:
        SyncState.create(
            store=store,
            resource=resource,
            last_success_at=minute_ago,
            high_water_at=minute_ago,
            next_due_at=utc_now() + timedelta(minutes=3),
        )
    return store


def make_run(store: Store, **changes: Any) -> SyncRun:
    """Save a successful run of products."""
    now = utc_now()
    values = {"store": store, "resource": Resource.PRODUCTS, "kind": RunKind.INCREMENTAL}
    end = {"state": RunState.DONE, "started_at": now - timedelta(seconds=4), "finished_at": now}
    return SyncRun.create(**values | end | changes)


def make_unfinished(store: Store, **changes: Any) -> SyncRun:
    """Save an active run of products."""
    values = {"state": RunState.RUNNING, "finished_at": None}
    return make_run(store, **values | changes)
