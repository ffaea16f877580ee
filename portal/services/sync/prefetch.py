"""Prefetch and map the next pages while the previous ones are written.

A page begins with the last record of the page before it, so its exact position is known only when
that page has arrived. But a page has 100 records, so the positions of the next pages can be
predicted. A prefetched page that begins with the expected record is the right page, whatever its
offset was. Any other page is dropped and the right one is fetched. So records that move during the
read are detected just as without prefetching.
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
from portal.services.mirror.mapped_records import MappedRecords

# Per run. A store has one or two long runs at the same time, so two to four fetchers.
FETCHERS = 2


@dataclass(frozen=True)
class FetchedPage:
    """A page, the time when its read began, and its records mapped to rows."""

    page: Page
    read_at: datetime
    mapped: MappedRecords


class PagePrefetcher:
    """Prefetcher of one list's pages, with `FETCHERS` threads and at most as many pages ahead.

    ``fetch`` and ``map_rows`` run in these threads, so they must not use the database. ``ids_of``
    returns the ids of records, None for an unreadable one. After ``until_s`` (monotonic) no new
    page is requested; pages in flight are still returned, because their calls have been made.
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
        """Wait for the calls in flight; no call is made afterwards."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    @property
    def is_over(self) -> bool:
        """Return whether the time is over and every prefetched page has been taken."""
        return not self._ahead and time.monotonic() >= self._until_s

    def page_at(self, cursor: Cursor) -> FetchedPage:
        """Return the page that begins at ``cursor``; raise the error of its fetch, if any."""
        if self._ahead:
            start, future = self._ahead.popleft()
            read = future.result()
            if start == cursor or self._continues(read.page.items, cursor):
                return read
            self._discard()
        return self._fetch(cursor)

    def prefetch(self, cursor: Cursor, remaining: int) -> None:
        """Start to fetch the page at ``cursor`` and the next ones; ``remaining`` records follow."""
        if time.monotonic() >= self._until_s:
            return
        step = PAGE_LIMIT - 1
        # Without the last record's id, a prefetched page can't be checked against its predecessor.
        pages = 1 if cursor.last_id is None else max(1, -(-remaining // step))
        for number in range(len(self._ahead), min(FETCHERS, pages)):
            start = replace(cursor, offset=cursor.offset + number * step)
            # A copy of the context, so the thread's log lines name store and job, too.
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
