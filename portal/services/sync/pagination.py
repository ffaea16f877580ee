"""Iterate over a long list from a cursor to its end, and check that consecutive pages join."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial

from portal.ecwid.calls import Page
from portal.rules.sync.cursor import Cursor, PageKeys
from portal.services.mirror.record_sources import Listing
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.sync.prefetch import FetchedPage, ListReader, PagePrefetcher
from portal.services.sync.slice_deadline import SliceDeadline


@dataclass(frozen=True)
class CursorPage:
    """A page that was read, its cursor, and the cursor of the next page (None after the last).

    ``is_next_ready`` returns whether the next page has arrived.
    """

    read: FetchedPage
    cursor: Cursor
    following: Cursor | None
    is_next_ready: Callable[[], bool]

    @property
    def new(self) -> int:
        """Return how many of the page's records previous pages have not counted."""
        return self.cursor.count_new(len(self.read.page.items))


def iter_pages(
    spec: ResourceSpec,
    listing: Listing,
    reader: ListReader,
    cursor: Cursor,
    deadline: SliceDeadline,
    remaining: int = 0,
) -> Generator[CursorPage]:
    """Yield pages from ``cursor`` to the last, or until the deadline.

    The next pages are fetched and mapped in the background. If a run continues at ``cursor``, about
    ``remaining`` records follow. Raises EcwidError.
    """
    following: Cursor | None = cursor
    with PagePrefetcher(reader, deadline) as ahead:
        if cursor.last_id is not None:
            ahead.prefetch(cursor, remaining)
        while following is not None:
            cursor = following
            read = ahead.page_at(cursor)
            keys = read.mapped.keys or spec.keys_of(read.page.items, listing)
            following = _following(cursor, read.page, keys, listing)
            if following is not None:
                ahead.prefetch(following, remaining=read.page.remaining)
            yield CursorPage(read, cursor, following, partial(ahead.has_arrived, following))
            if ahead.is_over:
                return


def _following(cursor: Cursor, page: Page, keys: PageKeys, listing: Listing) -> Cursor | None:
    if cursor.has_shifted(keys.ids):
        return cursor.restart()
    return None if page.is_last else listing.next_cursor(cursor, keys)
