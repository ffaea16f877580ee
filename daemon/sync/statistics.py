"""Ask the store when its resources last changed: one call may save a whole run."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from daemon.sync.long_lists import changed_since
from daemon.sync.step import Checkpoint, Counts, Step
from portal.ecwid.client import EcwidClient
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.models import Resource, SyncRun, SyncState

FIELDS = {
    Resource.CATEGORIES: "categoriesUpdated",
    Resource.PRODUCTS: "productsUpdated",
    Resource.ORDERS: "ordersUpdated",
    Resource.CUSTOMERS: "customersUpdated",
    Resource.DISCOUNT_COUPONS: "discountCouponsUpdated",
}
# The runs of one round share an answer.
SHARED_FOR = timedelta(seconds=30)


def read_statistics(
    client: EcwidClient,
    run: SyncRun,
    checkpoint: Checkpoint,  # noqa: ARG001 - a Reader gets one
    read_at: datetime,
) -> Step:
    """Return a step that ends the run if nothing changed since the high-water mark.

    A store that doesn't tell is read.
    """
    state = SyncState.get(SyncState.store == run.store_id, SyncState.resource == run.resource)
    stats: dict[str, datetime] = {}
    if state.remote_checked_at is None or read_at - state.remote_checked_at > SHARED_FOR:
        stats = _changed_at(client.latest_stats())
        changed_at = stats.get(run.resource)
    else:
        changed_at = state.remote_changed_at
    is_unchanged = changed_at is not None and changed_at < changed_since(run)

    def write() -> Counts:
        for resource, at in stats.items():
            SyncState.update(remote_changed_at=at, remote_checked_at=read_at).where(
                SyncState.store == run.store_id, SyncState.resource == resource
            ).execute()
        return Counts()

    return Step(
        write, None if is_unchanged else {"phase": "pages"}, total=0 if is_unchanged else None
    )


def _changed_at(payload: dict[str, Any]) -> dict[str, datetime]:
    record = Record("latest-stats", payload)
    found = {}
    for resource, name in FIELDS.items():
        try:
            at = record.moment(name)
        except RecordError:
            continue
        if at is not None:
            found[str(resource)] = at
    return found
