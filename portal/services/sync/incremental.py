"""Read a long list: all of it once, then only changed and deleted records."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from datetime import datetime
from functools import partial

from portal.ecwid.calls import PAGE_LIMIT
from portal.ecwid.client import EcwidClient
from portal.models import MirrorTable, SyncRun, SyncState
from portal.rules.sync.cursor import Cursor
from portal.rules.sync.poll_decision import OVERLAP
from portal.services.mirror.record_sources import IncrementalSource, Listing
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.mirror.resources import RESOURCES
from portal.services.sync.page_result import Checkpoint, Counts, ListedPage, PageResult
from portal.services.sync.pagination import CursorPage, iter_pages
from portal.services.sync.prefetch import ListReader
from portal.services.sync.slice_deadline import SliceDeadline


def read_backfill(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, deadline: SliceDeadline
) -> Generator[PageResult]:
    """Read all records page by page, the most recent first."""
    cursor = Cursor(**checkpoint.get("at", {}))
    listing = source_of(RESOURCES[run.resource]).backfill
    return _pages(client, run, listing, None, cursor, deadline)


def read_changes(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, deadline: SliceDeadline
) -> Generator[PageResult]:
    """Read the records that changed since the high-water mark, page by page."""
    since = changed_since(run)
    listing = source_of(RESOURCES[run.resource]).incremental
    start = {"second": int(since.timestamp())} if listing.is_ascending else {}
    cursor = Cursor(**checkpoint.get("at", start))
    return _pages(client, run, listing, since, cursor, deadline)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Look up records that a complete pass has not seen: deleted, or changed during the pass."""
    spec = RESOURCES[run.resource]
    limit = min(spec.fetch_limit, client.page_limit)
    ids = spec.table.ids_not_read_since(
        run.store_id, since=run.started_at, after=checkpoint.get("after", 0), limit=limit
    )
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == limit else None
    return _confirm_step(client, run, spec, ids, following, read_at)


def read_deletions(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Look up records that are in the deletion history but still live in the mirror."""
    spec = RESOURCES[run.resource]
    ids = checkpoint.get("ids")
    if ids is None:
        ids = _live_ids(spec.table, run, source_of(spec).deleted(client, changed_since(run)))
    limit = min(spec.fetch_limit, client.page_limit)
    batch, rest = ids[:limit], ids[limit:]
    following = {"phase": "deletions", "ids": rest} if rest else None
    return _confirm_step(client, run, spec, batch, following, read_at)


def changed_since(run: SyncRun) -> datetime:
    """Return the time after which changes may be missing in the mirror."""
    state = SyncState.get(SyncState.store == run.store_id, SyncState.resource == run.resource)
    high_water_at: datetime = state.high_water_at
    return high_water_at - OVERLAP


def remaining_records(run: SyncRun) -> int:
    """Return about how many records a run has yet to read, 0 if that is unknown."""
    return max(0, (run.total or 0) - run.seen)


def source_of(spec: ResourceSpec) -> IncrementalSource:
    """Return the source of a resource whose changes can be read by time."""
    if not isinstance(spec.source, IncrementalSource):
        raise TypeError(f"{spec.resource} has no list of changes")
    return spec.source


def _pages(
    client: EcwidClient,
    run: SyncRun,
    listing: Listing,
    since: datetime | None,
    cursor: Cursor,
    deadline: SliceDeadline,
) -> Generator[PageResult]:
    spec = RESOURCES[run.resource]
    end: Checkpoint = {"phase": "unseen" if listing is source_of(spec).backfill else "deletions"}
    fetch, map_rows = partial(listing.fetch, client, since), partial(spec.map, run.store_id)
    reader = ListReader(fetch, map_rows, spec.ids_of, client)
    for cursor_page in iter_pages(spec, listing, reader, cursor, deadline, remaining_records(run)):
        at: Checkpoint = (
            {"phase": "pages", "at": vars(cursor_page.following)} if cursor_page.following else end
        )
        yield _page_step(spec, cursor_page, at)


def _page_step(spec: ResourceSpec, cursor_page: CursorPage, following: Checkpoint) -> PageResult:
    return PageResult(
        Counts,
        following,
        cursor_page.read.page.total,
        is_next_ready=cursor_page.is_next_ready,
        page=ListedPage(spec, cursor_page.read.mapped, cursor_page.new),
    )


def _confirm_step(
    client: EcwidClient,
    run: SyncRun,
    spec: ResourceSpec,
    ids: Sequence[int],
    following: Checkpoint | None,
    read_at: datetime,
) -> PageResult:
    """Read these records by id: save existing ones, and mark missing ones as deleted."""
    found, gone = spec.fetch_by_ids(client, ids) if ids else ([], [])

    def write() -> Counts:
        saved = spec.save(run.store_id, found, read_at)
        deleted = spec.mark_deleted(run.store_id, gone, read_at)
        return Counts(saved=saved.saved, deleted=deleted, quarantined=saved.quarantined)

    return PageResult(write, following)


def _live_ids(table: type[MirrorTable], run: SyncRun, ids: Iterable[int]) -> list[int]:
    """Return those of ``ids`` that are not deleted in the mirror."""
    found: list[int] = []
    known = list(ids)
    for start in range(0, len(known), PAGE_LIMIT):
        batch = known[start : start + PAGE_LIMIT]
        rows = table.select(table.remote_id).where(
            table.matching(run.store_id, batch), table.deleted_at.is_null()
        )
        found += [row.remote_id for row in rows]
    return sorted(found)
