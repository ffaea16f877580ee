"""Find what happened to a store, page by page, the newest first."""

from __future__ import annotations

from portal.models import Merchant, Store, Timeline
from portal.services.pagination import KeyPage, page_by_key


def browse_timeline(
    store: Store, *, after: int | None = None, before: int | None = None
) -> KeyPage[Timeline]:
    """Return a page of the store's timeline, each entry with who did it, if a person did."""
    entries = (
        Timeline.select(Timeline, Merchant)
        .join_from(Timeline, Merchant, "LEFT JOIN", on=Timeline.who)
        .where(Timeline.store == store)
    )
    return page_by_key(entries, Timeline.id, after=after, before=before)
