"""List of a store's timeline entries, page by page, newest first."""

from __future__ import annotations

from portal.models import Merchant, Store, TimelineEntry
from portal.services.pagination import KeyPage, page_by_key


def list_timeline(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[TimelineEntry]:
    """Return a page of the store's timeline; each entry includes the person who acted, if any."""
    entries = (
        TimelineEntry.select(TimelineEntry, Merchant)
        .join_from(TimelineEntry, Merchant, "LEFT JOIN", on=TimelineEntry.actor)
        .where(TimelineEntry.store == store)
    )
    return page_by_key(entries, TimelineEntry.id, after=after, before=before)
