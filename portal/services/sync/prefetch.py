"""Prefetch and map the next pages while the previous ones are written.

A page begins with the last record of the page before it, so its exact position is known only when
that page has arrived. But a page has a known number of records, 100 if they aren't huge, so the
positions of the next pages can be predicted. A prefetched page that begins with the expected record
is the right page, whatever its offset was. Any other page is dropped and the right one is fetched.
So records that move during the read are detected just as without prefetching.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime
from types import TracebackType
from typing import Any

import structlog

from portal.ecwid.calls import Calls, Page
from portal.models import utc_now
from portal.models.base import released_connection
from portal.rules.sync.cursor import Cursor
from portal.rules.sync.look_ahead import MAX_PAGES, LookAhead, moving_mean
from portal.services.mirror.mapped_records import MappedRecords
from portal.services.sync.slice_deadline import SliceDeadline

log = structlog.get_logger(__name__)

# More than a second's worth of the quota: calls that can't be made one after the other.
BULK_PAGES = 10

# Threads that map pages at the same time only compete for Python's global lock, also with the
# thread that writes.
_mapping = threading.Lock()


@dataclass(frozen=True)
class FetchedPage:
    """A page, the time when its read began, and its records mapped to rows."""

    page: Page
    read_at: datetime
    mapped: MappedRecords
    map_s: float = 0.0


@dataclass(frozen=True)
class RequestedPage:
    """A page whose fetch was started at ``requested_s`` (monotonic)."""

    start: Cursor
    requested_s: float
    future: Future[FetchedPage]


@dataclass(frozen=True)
class ListReader:
    """Functions that read one list, and the calls of its store, which know their duration.

    ``fetch`` and ``map_rows`` run in threads, so they must not use the database. ``ids_of`` returns
    the ids of records, None for an unreadable one. A list ``is_by_offset`` if its pages don't
    overlap; then nothing shows whether a page joins the previous one.
    """

    fetch: Callable[[Cursor], Page]
    map_rows: Callable[[Sequence[Any], datetime], MappedRecords]
    ids_of: Callable[[Sequence[Any]], list[int | None]]
    calls: Calls
    is_by_offset: bool = False


class PagePrefetcher:
    """Prefetcher of one list's pages, with as many threads and pages as `LookAhead` returns.

    After the deadline no new page is requested; pages in flight are still returned, because their
    calls have been made.
    """

    def __init__(self, reader: ListReader, deadline: SliceDeadline) -> None:
        self._reader = reader
        self._deadline = deadline
        self._look_ahead = LookAhead(reader.calls.calls_per_s)
        self._map_s = 0.0
        # A thread starts only when a page is requested and no other thread is idle.
        self._pool = ThreadPoolExecutor(MAX_PAGES, thread_name_prefix="fetch")
        self._ahead: deque[RequestedPage] = deque()

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
        if self._look_ahead.wasted:
            log.info(
                "prefetch.wasted", pages=self._look_ahead.taken, wasted=self._look_ahead.wasted
            )

    @property
    def is_over(self) -> bool:
        """Return whether the time is over and every prefetched page has been taken."""
        return not self._ahead and self._deadline.is_over

    def page_at(self, cursor: Cursor) -> FetchedPage:
        """Return the page that begins at ``cursor``; raise the error of its fetch, if any."""
        if self._ahead:
            ahead, arrived = len(self._ahead), self._arrived()
            requested = self._ahead.popleft()
            with released_connection():
                read = requested.future.result()
            if requested.start == cursor or self._continues(read.page.items, cursor):
                seconds = time.monotonic() - requested.requested_s
                self._map_s = moving_mean(self._map_s, read.map_s)
                self._look_ahead = self._look_ahead.after_page(ahead, seconds, arrived=arrived)
                return read
            self._discard()
        return self._fetch(cursor)

    def has_arrived(self, cursor: Cursor | None) -> bool:
        """Return whether `page_at` would return this page at once, without a call or an error."""
        if cursor is None or not self._ahead:
            return False
        future = self._ahead[0].future
        if not future.done() or future.exception() is not None:
            return False
        is_it = self._ahead[0].start == cursor
        return is_it or self._continues(future.result().page.items, cursor)

    def prefetch(self, cursor: Cursor, remaining: int) -> None:
        """Start to fetch the page at ``cursor`` and the next ones; ``remaining`` records follow."""
        if self._deadline.is_over:
            return
        is_by_offset = self._reader.is_by_offset
        page_limit = self._reader.calls.page_limit
        step = page_limit if is_by_offset else page_limit - 1
        # Without the last record's id, a prefetched page can't be checked against its predecessor.
        is_joined = is_by_offset or cursor.last_id is not None
        pages = max(1, -(-remaining // step)) if is_joined else 1
        if pages >= BULK_PAGES:
            self._reader.calls.expect_bulk()
        for number in range(len(self._ahead), min(self._wanted(), pages)):
            start = replace(cursor, offset=cursor.offset + number * step)
            # A copy of the context, so the thread's log lines name store and job, too.
            context = contextvars.copy_context()
            future = self._pool.submit(context.run, self._fetch, start)
            self._ahead.append(RequestedPage(start, time.monotonic(), future))

    def _fetch(self, start: Cursor) -> FetchedPage:
        read_at = utc_now()
        page = self._reader.fetch(start)
        started_s = time.monotonic()
        with _mapping:
            mapped = self._reader.map_rows(page.items, read_at)
        return FetchedPage(page, read_at, mapped, time.monotonic() - started_s)

    def _wanted(self) -> int:
        call_s = self._reader.calls.call_s
        return self._look_ahead.pages(None if call_s is None else call_s + self._map_s)

    def _arrived(self) -> int:
        return sum(requested.future.done() for requested in self._ahead)

    def _continues(self, items: Sequence[Any], cursor: Cursor) -> bool:
        return (
            cursor.last_id is not None
            and bool(items)
            and self._reader.ids_of(items[:1]) == [cursor.last_id]
        )

    def _discard(self) -> None:
        # The page that was just taken is wasted, too.
        kept_back = sum(requested.future.cancel() for requested in self._ahead)
        self._look_ahead = self._look_ahead.after_miss(1 + len(self._ahead) - kept_back)
        self._ahead.clear()
