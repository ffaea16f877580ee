"""Read a short list that can't be sorted by time, such as the categories, in full each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidFeatureError
from portal.models import RunKind, SyncRun
from portal.services.mirror.record_sources import FullScanSource
from portal.services.mirror.resource_spec import ResourceSpec
from portal.services.mirror.resources import RESOURCES
from portal.services.sync.page_result import Checkpoint, Counts, PageResult
from portal.services.sync.reconcile_full import count_mismatches, lookup_counts

# Pages by offset shift when a record is added or deleted during a pass: then the pass restarts.
RESTARTS_LIMIT = 3


def read_page(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Read one page; a store where the feature is off counts as having no records."""
    spec = RESOURCES[run.resource]
    offset = checkpoint.get("offset", 0)
    restarts = checkpoint.get("restarts", 0)
    try:
        page = source_of(spec).page(client, offset)
    except EcwidFeatureError:
        return PageResult(Counts, None, total=0)
    slid = checkpoint.get("total", page.total) != page.total
    if slid and restarts < RESTARTS_LIMIT:
        return PageResult(Counts, {"phase": "pages", "restarts": restarts + 1}, total=page.total)
    following: Checkpoint = {"phase": "unseen"}
    if not page.is_last:
        following = {
            "phase": "pages",
            "offset": offset + len(page.items),
            "total": page.total,
            "restarts": restarts,
        }

    def write() -> Counts:
        found_mismatches = _mismatches(run, spec, page.items, read_at)
        saved = spec.save(run.store_id, page.items, read_at)
        return Counts(
            seen=saved.seen,
            saved=saved.saved,
            unchanged=saved.unchanged,
            quarantined=saved.quarantined,
            mismatches=found_mismatches,
        )

    return PageResult(write, following, total=page.total)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Read, one by one, the records that a complete pass has not seen: deleted or moved."""
    spec = RESOURCES[run.resource]
    ids = spec.table.ids_not_read_since(
        run.store_id, since=run.started_at, after=checkpoint.get("after", 0), limit=spec.fetch_limit
    )
    found, gone = spec.fetch_by_ids(client, ids) if ids else ([], [])
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == spec.fetch_limit else None

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
