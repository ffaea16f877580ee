"""List of a store's runs, page by page, newest first."""

from __future__ import annotations

from collections.abc import Sequence

from portal.models import Resource, Store, SyncRun
from portal.services.pagination import KeyPage, page_by_key


def list_runs(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[SyncRun]:
    """Return a page of the store's runs of all resources, newest first."""
    runs = SyncRun.select().where(SyncRun.store == store)
    return page_by_key(runs, SyncRun.id, after=after, before=before)


def runs_after(
    store: Store, resource: Resource | None, after: int | None, limit: int
) -> tuple[Sequence[SyncRun], int | None]:
    """Return the runs older than the one with id ``after``, newest first.

    The second value is the id of the last one if there are more, otherwise None.
    """
    runs = SyncRun.select().where(SyncRun.store == store)
    if resource is not None:
        runs = runs.where(SyncRun.resource == resource)
    if after is not None:
        runs = runs.where(SyncRun.id < after)
    found = list(runs.order_by(SyncRun.id.desc()).limit(limit + 1))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def find_run(store: Store, run_id: int) -> SyncRun | None:
    """Return the run if it belongs to the store, else None."""
    found: SyncRun | None = SyncRun.get_or_none(SyncRun.id == run_id, SyncRun.store == store)
    return found
