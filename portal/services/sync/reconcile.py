"""Audit a long list: compare ids and update times of all records, read whole what seems unlike.

Ids and times are a small part of a page, so every record can be looked at each night. Rows that
are like the store's are not written, only that they were met: what the mirror shows and no page has
named is looked up in the end, and nothing but a 404 makes it deleted. What differs under the same
update time goes unnoticed; copying all again would bring it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.models import ReconcileMark, SyncRun, SyncState, utc_now
from portal.services.mirror.map_records import MappedRecords
from portal.services.sync.cursor import Cursor
from portal.services.sync.fetch_by_id import Records
from portal.services.sync.page_result import Checkpoint, Counts, PageResult
from portal.services.sync.pagination import CursorPage, iter_pages
from portal.services.sync.reconcile_repair import Repair, find_stale_candidates, sync_state_of
from portal.services.sync.sources import SOURCES, Source

MARKS_PER_DELETE = 10_000


def read_pages(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, until_s: float
) -> Generator[PageResult]:
    """Compare page by page, the most recent first, and bring what the mirror has otherwise."""
    source, state = SOURCES[run.resource], sync_state_of(run)
    if "at" not in checkpoint:
        # Left by an audit that was cancelled or given up.
        while ReconcileMark.exists_for(state):
            yield _clear_marks(state, {"phase": "pages"}, {"phase": "pages"})
    fetch = partial(source.reconciliation.fetch, client, None)
    as_it_is = partial(_unmapped, run.store_id)
    cursor = Cursor(**checkpoint.get("at", {}))
    for cursor_page in iter_pages(source, source.reconciliation, fetch, as_it_is, cursor, until_s):
        yield _page_step(client, run, cursor_page)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Look after rows of the mirror that no page has named: surplus, or changed meanwhile."""
    source = SOURCES[run.resource]
    ids = ReconcileMark.unmarked_ids(
        sync_state_of(run),
        source.table,
        since=run.started_at,
        after=checkpoint.get("after", 0),
        limit=source.batch_size,
    )
    items, gone = source.fetch_by_id(client, ids) if ids else ([], [])
    repair = Repair(source, run, source.map(run.store_id, items, read_at), gone)

    def write() -> Counts:
        counts = repair.write()
        return replace(counts, mismatches=counts.mismatches + counts.deleted)

    is_last = len(ids) < source.batch_size
    return PageResult(
        write, {"phase": "forget"} if is_last else {"phase": "unseen", "after": ids[-1]}
    )


def forget(
    client: EcwidClient,  # noqa: ARG001 - a reader gets one
    run: SyncRun,
    checkpoint: Checkpoint,  # noqa: ARG001 - a reader gets one
    read_at: datetime,  # noqa: ARG001 - a reader gets one
) -> PageResult:
    """Erase what the audit noted for itself, so much at once that no one has to wait."""
    return _clear_marks(sync_state_of(run), {"phase": "forget"}, None)


def _clear_marks(
    state: SyncState, if_more: Checkpoint, in_the_end: Checkpoint | None
) -> PageResult:
    first_left = ReconcileMark.nth_id(state, MARKS_PER_DELETE)

    def write() -> Counts:
        ReconcileMark.clear(state, below=first_left)
        return Counts()

    return PageResult(write, in_the_end if first_left is None else if_more)


def _page_step(client: EcwidClient, run: SyncRun, cursor_page: CursorPage) -> PageResult:
    source, state, read = SOURCES[run.resource], sync_state_of(run), cursor_page.read
    items = read.page.items
    ids = {remote_id for item in items if (remote_id := source.id_of(item)) is not None}
    candidates = find_stale_candidates(source, run, items, read.read_at)
    whole_at = utc_now()
    is_any_nameless = len(ids) < len(items)
    whole, gone = _fetch_whole(
        client, source, cursor_page.cursor, candidates, is_any_nameless=is_any_nameless
    )
    repair = Repair(source, run, source.map(run.store_id, whole, whole_at), gone)

    def write() -> Counts:
        ReconcileMark.add(state, ids)
        unchanged = max(0, cursor_page.new - len(whole) - len(gone))
        # What was deleted after its page was read is no fault of the mirror.
        return replace(repair.write(), seen=cursor_page.new, unchanged=unchanged)

    at: Checkpoint = {"phase": "unseen"}
    if cursor_page.following is not None:
        at = {"phase": "pages", "at": vars(cursor_page.following)}
    return PageResult(write, at, total=read.page.total)


def _fetch_whole(
    client: EcwidClient,
    source: Source,
    cursor: Cursor,
    ids: Sequence[int],
    *,
    is_any_nameless: bool,
) -> tuple[Records, Sequence[int]]:
    """Return these records as a page has them or a look-up, and the ids that a 404 says are gone.

    A record without an id can only be had with its page.
    """
    found: Records = []
    if is_any_nameless or len(ids) > source.batch_size:
        page = source.backfill.fetch(client, None, cursor)
        wanted = {None, *ids}
        found = [item for item in page.items if source.id_of(item) in wanted]
        listed = {source.id_of(item) for item in found}
        ids = [remote_id for remote_id in ids if remote_id not in listed]
    if not ids:
        return found, []
    confirmed, gone = source.fetch_by_id(client, ids)
    return found + confirmed, gone


def _unmapped(store_id: int, items: Sequence[Any], read_at: datetime) -> MappedRecords:
    """Return what a page of ids and times becomes: no rows, for it doesn't tell enough."""
    return MappedRecords(store_id, items, read_at, rows=[], refused=[])
