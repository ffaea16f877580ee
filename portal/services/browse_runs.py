"""Find a store's runs, page by page, the newest first."""

from __future__ import annotations

from portal.models import Store, SyncRun
from portal.services.key_pages import KeyPage, page_by_key


def browse_runs(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[SyncRun]:
    """Return a page of the store's runs of every resource, the newest first."""
    runs = SyncRun.select().where(SyncRun.store == store)
    return page_by_key(runs, SyncRun.id, after=after, before=before)


def find_run(store: Store, run_id: int) -> SyncRun | None:
    """Return the run if it is the store's, else None."""
    found: SyncRun | None = SyncRun.get_or_none(SyncRun.id == run_id, SyncRun.store == store)
    return found
