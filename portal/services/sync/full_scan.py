"""Read a short list that can't be sorted by time, such as the categories, in full each time."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from portal.ecwid.calls import Page
from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidFeatureError
from portal.models import RunKind, SyncRun
from portal.rules.sync.cursor import Cursor
from portal.services.mirror.record_sources import FullScanSource
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.mirror.resources import RESOURCES
from portal.services.sync.page_result import Checkpoint, Counts, PageResult
from portal.services.sync.prefetch import FetchedPage, ListReader, PagePrefetcher
from portal.services.sync.reconcile_full import count_mismatches, lookup_counts
from portal.services.sync.slice_deadline import SliceDeadline

# Pages by offset shift when a record is added or deleted during a pass: then the pass restarts.
RESTARTS_LIMIT = 3


def read_pages(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, deadline: SliceDeadline
) -> Generator[PageResult]:
    """Read page by page; a store where the feature is off counts as having no records."""
    spec = RESOURCES[run.resource]
    source = source_of(spec)

    def fetch(cursor: Cursor) -> Page:
        return source.page(client, cursor.offset)

    reader = ListReader(
        fetch, partial(spec.map, run.store_id), spec.ids_of, client, is_by_offset=True
    )
    with PagePrefetcher(reader, deadline) as ahead:
        while checkpoint["phase"] == "pages":
            offset, restarts = checkpoint.get("offset", 0), checkpoint.get("restarts", 0)
            try:
                read = ahead.page_at(Cursor(offset=offset))
            except EcwidFeatureError:
                yield PageResult(Counts, None, total=0)
                return
            total = read.page.total
            if checkpoint.get("total", total) != total and restarts < RESTARTS_LIMIT:
                yield PageResult(Counts, {"phase": "pages", "restarts": restarts + 1}, total)
                return
            checkpoint = _following(read.page, offset, restarts)
            cursor = Cursor(offset=checkpoint.get("offset", 0))
            if checkpoint["phase"] == "pages":
                ahead.prefetch(cursor, read.page.remaining)
            write = partial(_write_page, run, spec, read)
            yield PageResult(write, checkpoint, total, partial(ahead.has_arrived, cursor))
            if ahead.is_over:
                return


def _following(page: Page, offset: int, restarts: int) -> Checkpoint:
    if page.is_last:
        return {"phase": "unseen"}
    return {
        "phase": "pages",
        "offset": offset + len(page.items),
        "total": page.total,
        "restarts": restarts,
    }


def _write_page(run: SyncRun, spec: ResourceSpec, read: FetchedPage) -> Counts:
    found_mismatches = _mismatches(run, spec, read.page.items, read.read_at)
    saved = spec.write(read.mapped)
    return Counts(
        seen=saved.seen,
        saved=saved.saved,
        unchanged=saved.unchanged,
        quarantined=saved.quarantined,
        mismatches=found_mismatches,
    )


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Read, one by one, the records that a complete pass has not seen: deleted or moved."""
    spec = RESOURCES[run.resource]
    limit = min(spec.fetch_limit, client.page_limit)
    ids = spec.table.ids_not_read_since(
        run.store_id, since=run.started_at, after=checkpoint.get("after", 0), limit=limit
    )
    found, gone = spec.fetch_by_ids(client, ids) if ids else ([], [])
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == limit else None

    def write() -> Counts:
        found_mismatches = _mismatches(run, spec, found, read_at)
        saved = spec.save(run.store_id, found, read_at)
        deleted = spec.mark_deleted(run.store_id, gone, read_at)
        return lookup_counts(run, saved, deleted, found_mismatches)

    return PageResult(write, following)


def _mismatches(run: SyncRun, spec: ResourceSpec, items: Sequence[Any], read_at: datetime) -> int:
    if run.kind != RunKind.RECONCILIATION:
        return 0
    return count_mismatches(spec.table, spec.id_name, run.store_id, items, read_at)


def source_of(spec: ResourceSpec) -> FullScanSource:
    """Return the source of a resource that is read in full each time."""
    if not isinstance(spec.source, FullScanSource):
        raise TypeError(f"{spec.resource} is not read in full")
    return spec.source
