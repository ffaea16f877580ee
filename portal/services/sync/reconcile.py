"""Reconcile a long list: compare ids and update times, and read mismatching records in full.

Ids and times are a small part of a page, so every record can be checked each night. Matching rows
are not written; only a mark records that they were seen. Live rows of the mirror without a mark are
looked up at the end, and only a 404 marks them as deleted. A difference under the same update time
is not detected; only a new backfill would repair it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from portal.ecwid.calls import Records
from portal.ecwid.client import EcwidClient
from portal.models import ReconcileMark, SyncRun, SyncState, utc_now
from portal.rules.sync.cursor import Cursor
from portal.services.mirror.mapped_records import MappedRecords
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.mirror.resources import RESOURCES
from portal.services.sync.incremental import remaining_records, source_of
from portal.services.sync.page_result import Checkpoint, Counts, PageResult
from portal.services.sync.pagination import CursorPage, iter_pages
from portal.services.sync.prefetch import ListReader
from portal.services.sync.reconcile_repair import Repair, find_stale_candidates, sync_state_of
from portal.services.sync.slice_deadline import SliceDeadline

MARKS_PER_DELETE = 10_000


def read_pages(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, deadline: SliceDeadline
) -> Generator[PageResult]:
    """Compare page by page, most recent first, and repair the rows that differ."""
    spec, state = RESOURCES[run.resource], sync_state_of(run)
    walk = source_of(spec).reconciliation
    if "at" not in checkpoint:
        # Marks left by a run that was canceled or failed.
        while ReconcileMark.exists_for(state):
            yield _clear_marks(state, {"phase": "pages"}, {"phase": "pages"})
    fetch, as_it_is = partial(walk.fetch, client, None), partial(_unmapped, run.store_id)
    reader = ListReader(fetch, as_it_is, spec.ids_of, client)
    cursor, remaining = Cursor(**checkpoint.get("at", {})), remaining_records(run)
    for cursor_page in iter_pages(spec, walk, reader, cursor, deadline, remaining):
        yield _page_step(client, run, cursor_page)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Look up live rows without a mark: deleted at the store, or changed during the run."""
    spec = RESOURCES[run.resource]
    limit = min(spec.fetch_limit, client.page_limit)
    ids = ReconcileMark.unmarked_ids(
        sync_state_of(run),
        spec.table,
        since=run.started_at,
        after=checkpoint.get("after", 0),
        limit=limit,
    )
    items, gone = spec.fetch_by_ids(client, ids) if ids else ([], [])
    repair = Repair(spec, run, spec.map(run.store_id, items, read_at), gone)

    def write() -> Counts:
        counts = repair.write()
        return replace(counts, mismatches=counts.mismatches + counts.deleted)

    is_last = len(ids) < limit
    return PageResult(
        write, {"phase": "forget"} if is_last else {"phase": "unseen", "after": ids[-1]}
    )


def forget(
    client: EcwidClient,  # noqa: ARG001 - a reader gets one
    run: SyncRun,
    checkpoint: Checkpoint,  # noqa: ARG001 - a reader gets one
    read_at: datetime,  # noqa: ARG001 - a reader gets one
) -> PageResult:
    """Delete the run's marks, in batches that don't block other writers for long."""
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
    spec, state, read = RESOURCES[run.resource], sync_state_of(run), cursor_page.read
    items = read.page.items
    ids = {remote_id for remote_id in spec.ids_of(items) if remote_id is not None}
    candidates = find_stale_candidates(spec, run, items, read.read_at)
    whole_at = utc_now()
    is_any_nameless = len(ids) < len(items)
    whole, gone = _fetch_whole(
        client, spec, cursor_page.cursor, candidates, is_any_nameless=is_any_nameless
    )
    repair = Repair(spec, run, spec.map(run.store_id, whole, whole_at), gone)

    def write() -> Counts:
        ReconcileMark.add(state, ids)
        unchanged = max(0, cursor_page.new - len(whole) - len(gone))
        # A record deleted after its page was read is not a mismatch.
        return replace(repair.write(), seen=cursor_page.new, unchanged=unchanged)

    at: Checkpoint = {"phase": "unseen"}
    if cursor_page.following is not None:
        at = {"phase": "pages", "at": vars(cursor_page.following)}
    return PageResult(write, at, total=read.page.total)


def _fetch_whole(
    client: EcwidClient,
    spec: ResourceSpec,
    cursor: Cursor,
    ids: Sequence[int],
    *,
    is_any_nameless: bool,
) -> tuple[Records, Sequence[int]]:
    """Return these records in full, and the ids of those that a 404 reports as deleted.

    If they are many, the whole page is read, else each record. A record without a readable id can
    only be read with its page.
    """
    found: Records = []
    if is_any_nameless or len(ids) > min(spec.fetch_limit, client.page_limit):
        page = source_of(spec).backfill.fetch(client, None, cursor)
        wanted = {None, *ids}
        page_ids = spec.ids_of(page.items)
        found = [item for item, i in zip(page.items, page_ids, strict=True) if i in wanted]
        listed = wanted.intersection(page_ids)
        ids = [remote_id for remote_id in ids if remote_id not in listed]
    if not ids:
        return found, []
    confirmed, gone = spec.fetch_by_ids(client, ids)
    return found + confirmed, gone


def _unmapped(store_id: int, items: Sequence[Any], read_at: datetime) -> MappedRecords:
    """Return a page of ids and times without rows: such partial records can't be mapped."""
    return MappedRecords(store_id, items, read_at, records=[], refused=[])
