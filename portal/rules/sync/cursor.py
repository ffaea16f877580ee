"""Walk a list by update time, so that a store may change while it is read.

A position is a second and the number of its records that were read. Times don't slide when records
are deleted, as offsets do: so a page begins with the last record of the page before, its anchor,
and where it doesn't, the second is read again from its start. See
docs/decisions/paging-by-update-time.md.
Ecwid's times are whole seconds; ``updatedFrom`` is included, ``updatedTo`` is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

# A list whose order never settles is read on without anchors after this many starts.
RESTARTS_LIMIT = 10


@dataclass(frozen=True)
class Cursor:
    """Hold where the next page begins; ``counted`` records from its second on were counted."""

    second: int | None = None
    offset: int = 0
    counted: int = 0
    last_id: int | None = None
    restarts: int = 0

    def has_shifted(self, ids: Sequence[int | None]) -> bool:
        """Tell whether the page of these ids doesn't join the one before it."""
        return self.last_id is not None and (not ids or ids[0] != self.last_id)

    def restart(self) -> Cursor:
        """Return the start of this second, to be read again."""
        return Cursor(self.second, counted=self.counted, restarts=self.restarts + 1)

    def count_new(self, records: int) -> int:
        """Return how many of a page's records were not counted before."""
        return max(0, self.offset + records - self.counted)


@dataclass(frozen=True)
class PageKeys:
    """Hold the ids of a page's records, and the update seconds of those that tell one."""

    ids: Sequence[int | None]
    seconds: Sequence[int]

    @property
    def is_descending(self) -> bool:
        """Tell whether the newest comes first, as nothing documents for orders."""
        return all(above >= below for above, below in pairwise(self.seconds))


def next_older(cursor: Cursor, page: PageKeys) -> Cursor:
    """Return the position below a full page; ``second`` is the upper bound, not included.

    Ends for sure: each page lowers the bound, or moves the offset within one second, and both are
    finite.
    """
    oldest = min(page.seconds, default=None)
    if oldest is None or oldest + 1 == cursor.second or not page.is_descending:
        return _next_offset(cursor, page)
    return _at_last_record(oldest + 1, page.seconds.count(oldest), page)


def next_newer(cursor: Cursor, page: PageKeys) -> Cursor:
    """Return the position above a full page; ``second`` is the lower bound, included."""
    newest = max(page.seconds, default=None)
    if newest is None or newest == cursor.second:
        return _next_offset(cursor, page)
    return _at_last_record(newest, page.seconds.count(newest), page)


def _at_last_record(second: int, counted: int, page: PageKeys) -> Cursor:
    """Return the place of the page's last record, which is number ``counted`` of its second."""
    last_id = page.ids[-1]
    offset = 0 if last_id is None else counted - 1
    return Cursor(second, offset, counted, last_id)


def _next_offset(cursor: Cursor, page: PageKeys) -> Cursor:
    end = cursor.offset + len(page.ids)
    counted = max(cursor.counted, end)
    if cursor.restarts >= RESTARTS_LIMIT or page.ids[-1] is None:
        return Cursor(cursor.second, end, counted, restarts=cursor.restarts)
    return Cursor(cursor.second, end - 1, counted, page.ids[-1], cursor.restarts)
