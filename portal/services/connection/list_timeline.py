"""Find what happened to a store, page by page, the newest first."""

from __future__ import annotations

from portal.models import Merchant, Store, TimelineEntry
from portal.services.pagination import KeyPage, page_by_key


def list_timeline(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[TimelineEntry]:
    """Return a page of the store's timeline, each entry with who did it, if a person did."""
    entries = (
        TimelineEntry.select(TimelineEntry, Merchant)
        .join_from(TimelineEntry, Merchant, "LEFT JOIN", on=TimelineEntry.actor)
        .where(TimelineEntry.store == store)
    )
    return page_by_key(entries, TimelineEntry.id, after=after, before=before)
