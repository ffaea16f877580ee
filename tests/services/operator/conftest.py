"""Stores in every condition, for the tests of the operators' services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portal.models import SYNC_ORDER, Resource, Store, SyncState, WebhookHealth, utc_now
from portal.services.runtime import Runtime
from tests.factories import make_store

MakeStore = Callable[..., Store]


def set_compared(store: Store, at: datetime, *resources: Resource, **changes: Any) -> None:
    """Save the sync states of resources that were compared with the store at this time."""
    for resource in resources or SYNC_ORDER:
        SyncState.create(
            store=store, resource=resource, last_success_at=at, high_water_at=at, **changes
        )


@pytest.fixture
def make_synced(runtime: Runtime) -> MakeStore:
    """Factory of stores in sync; a store has the next id if none is given."""

    def make(**changes: Any) -> Store:
        values = {"id": 1003 + Store.select().count(), "webhook_health": WebhookHealth.VERIFIED}
        store = make_store(**values | changes)
        set_compared(store, utc_now())
        return store

    return make
