"""Read and map the pages that come next while the ones before are written.

Where a page begins is only known when the one before it is there: with that one's last record. But
a page holds a hundred records, so the places of the next ones can be foretold. A page that was read
ahead and begins with the right record is the right page, wherever it was looked for; any other is
dropped, and the right one is read. What moved meanwhile is noticed as it is without reading ahead.
"""

from __future__ import annotations

import contextvars
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any

from portal.ecwid.calls import PAGE_LIMIT, Page
from portal.models import utc_now
from portal.rules.sync.cursor import Cursor
from portal.services.mirror.resource_spec import MappedRecords

# Of a run. A store has one or two long runs under way at once, so two to four fetchers.
FETCHERS = 2


@dataclass(frozen=True)
class FetchedPage:
    """Hold a page, when reading it began, and the rows that its records become."""

    page: Page
    read_at: datetime
    mapped: MappedRecords


class PagePrefetcher:
    """Read the pages of one walk by `FETCHERS` threads; never more than that many ahead.

    ``fetch`` and ``map_rows`` are called in these threads, so they must not touch the database;
    ``ids_of`` returns the ids of records, None for unreadable. From ``until_s`` (monotonic) on no
    further page is begun; those under way still come, so that no call was made for nothing.
    """

    def __init__(
        self,
        fetch: Callable[[Cursor], Page],
        map_rows: Callable[[Sequence[Any], datetime], MappedRecords],
        ids_of: Callable[[Sequence[Any]], list[int | None]],
        until_s: float,
    ) -> None:
        self._fetch_page = fetch
        self._map_rows = map_rows
        self._ids_of = ids_of
        self._until_s = until_s
        self._pool = ThreadPoolExecutor(FETCHERS, thread_name_prefix="fetch")
        self._ahead: deque[tuple[Cursor, Future[FetchedPage]]] = deque()

    def __enter__(self) -> PagePrefetcher:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Wait for the calls under way: afterwards none is made for this walk."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def is_over(self) -> bool:
        """Tell whether the time is over and every page that was begun has been asked for."""
        return not self._ahead and time.monotonic() >= self._until_s

    def page_at(self, cursor: Cursor) -> FetchedPage:
        """Return the page that begins at ``cursor``; raises what reading it raised."""
        if self._ahead:
            start, future = self._ahead.popleft()
            read = future.result()
            if start == cursor or self._continues(read.page.items, cursor):
                return read
            self._discard()
        return self._fetch(cursor)

    def prefetch(self, cursor: Cursor, remaining: int) -> None:
        """Begin to read the page at ``cursor`` and those behind it, of ``remaining`` records in all."""
        if time.monotonic() >= self._until_s:
            return
        step = PAGE_LIMIT - 1
        # Without an anchor nothing would tell whether a page joins.
        pages = 1 if cursor.last_id is None else max(1, -(-remaining // step))
        for number in range(len(self._ahead), min(FETCHERS, pages)):
            start = replace(cursor, offset=cursor.offset + number * step)
            # A copy of the context, so that log lines of the thread name store and job, too.
            context = contextvars.copy_context()
            self._ahead.append((start, self._pool.submit(context.run, self._fetch, start)))

    def _fetch(self, start: Cursor) -> FetchedPage:
        read_at = utc_now()
        page = self._fetch_page(start)
        return FetchedPage(page, read_at, self._map_rows(page.items, read_at))

    def _continues(self, items: Sequence[Any], cursor: Cursor) -> bool:
        return (
            cursor.last_id is not None
            and bool(items)
            and self._ids_of(items[:1]) == [cursor.last_id]
        )

    def _discard(self) -> None:
        for _, future in self._ahead:
            future.cancel()
        self._ahead.clear()
