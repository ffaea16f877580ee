"""Walk a long list from a position to its end, each page joined to the one before it."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.calls import Page
from portal.rules.sync.cursor import Cursor, PageKeys
from portal.services.mirror.record_sources import Listing
from portal.services.mirror.resource_spec import MappedRecords, ResourceSpec
from portal.services.sync.prefetch import FetchedPage, PagePrefetcher


@dataclass(frozen=True)
class CursorPage:
    """Hold a page that was read, where it begins, and where the next one does; None at the end."""

    read: FetchedPage
    cursor: Cursor
    following: Cursor | None

    @property
    def new(self) -> int:
        """Return how many of the page's records were not counted before."""
        return self.cursor.count_new(len(self.read.page.items))


def iter_pages(
    spec: ResourceSpec,
    listing: Listing,
    fetch: Callable[[Cursor], Page],
    map_rows: Callable[[Sequence[Any], datetime], MappedRecords],
    cursor: Cursor,
    until_s: float,
) -> Generator[CursorPage]:
    """Yield page after page, beginning at ``cursor``; ends after the last, or when time is over.

    The pages behind are read and mapped meanwhile. ``until_s`` is monotonic; raises EcwidError.
    """
    following: Cursor | None = cursor
    with PagePrefetcher(fetch, map_rows, spec.ids_of, until_s) as ahead:
        while following is not None:
            cursor = following
            read = ahead.page_at(cursor)
            following = _following(
                cursor, read.page, spec.keys_of(read.page.items, listing), listing
            )
            if following is not None:
                ahead.prefetch(following, remaining=read.page.remaining)
            yield CursorPage(read, cursor, following)
            if ahead.is_over:
                return


def _following(cursor: Cursor, page: Page, keys: PageKeys, listing: Listing) -> Cursor | None:
    if cursor.has_shifted(keys.ids):
        return cursor.restart()
    return None if page.is_last else listing.next_cursor(cursor, keys)
