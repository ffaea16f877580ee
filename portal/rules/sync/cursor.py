"""Cursor pagination by update time, which is stable while the store changes.

A cursor is a second and an offset among the records of that second. Offsets shift when records are
deleted, but times don't. Each page must begin with the last record of the previous page; otherwise
the second is read again from its start. See docs/decisions/paging-by-update-time.md.
Ecwid's times are whole seconds; ``updatedFrom`` is included, ``updatedTo`` is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# After this many restarts, an unstable list is read without the check that its pages join.
RESTARTS_LIMIT = 10


@dataclass(frozen=True)
class Cursor:
    """Start of the next page; ``counted`` records from its second on were counted already.

    ``last_id`` is the id of the previous page's last record, None if the pages can't be joined.
    """

    second: int | None = None
    offset: int = 0
    counted: int = 0
    last_id: int | None = None
    restarts: int = 0

    def has_shifted(self, ids: Sequence[int | None]) -> bool:
        """Return whether the page with these ids does not join the previous one."""
        return self.last_id is not None and (not ids or ids[0] != self.last_id)

    def restart(self) -> Cursor:
        """Return a cursor at the start of this second."""
        return Cursor(self.second, counted=self.counted, restarts=self.restarts + 1)

    def count_new(self, records: int) -> int:
        """Return how many of a page's records were not counted yet."""
        return max(0, self.offset + records - self.counted)


@dataclass(frozen=True)
class PageKeys:
    """Ids of a page's records, and the update times (Unix seconds) of those that have one."""

    ids: Sequence[int | None]
    seconds: Sequence[int]

    @property
    def is_descending(self) -> bool:
        """Return whether the newest record comes first; Ecwid doesn't document this for orders."""
        return all(above >= below for above, below in pairwise(self.seconds))


def next_older(cursor: Cursor, page: PageKeys) -> Cursor:
    """Return the cursor after a full page, newest first; ``second`` is an excluded upper bound.

    The iteration terminates, because each page lowers the bound or raises the offset within one
    second.
    """
    oldest = min(page.seconds, default=None)
    if oldest is None or oldest + 1 == cursor.second or not page.is_descending:
        return _next_offset(cursor, page)
    return _at_last_record(oldest + 1, page.seconds.count(oldest), page)


def next_newer(cursor: Cursor, page: PageKeys) -> Cursor:
    """Return the cursor after a full page, oldest first; ``second`` is an included lower bound."""
    newest = max(page.seconds, default=None)
    if newest is None or newest == cursor.second:
        return _next_offset(cursor, page)
    return _at_last_record(newest, page.seconds.count(newest), page)


def _at_last_record(second: int, counted: int, page: PageKeys) -> Cursor:
    """Return a cursor at the page's last record, which is number ``counted`` of its second."""
    last_id = page.ids[-1]
    offset = 0 if last_id is None else counted - 1
    return Cursor(second, offset, counted, last_id)


def _next_offset(cursor: Cursor, page: PageKeys) -> Cursor:
    end = cursor.offset + len(page.ids)
    counted = max(cursor.counted, end)
    if cursor.restarts >= RESTARTS_LIMIT or page.ids[-1] is None:
        return Cursor(cursor.second, end, counted, restarts=cursor.restarts)
    return Cursor(cursor.second, end - 1, counted, page.ids[-1], cursor.restarts)
