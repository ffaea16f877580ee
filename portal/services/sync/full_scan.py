"""Read a short list, of categories or coupons: all of it each time, for it can't be sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.errors import EcwidFeatureError
from portal.ecwid.page import Page
from portal.models import Category, Coupon, MirrorTable, Resource, RunKind, SyncRun
from portal.services.mirror.mirror_catalog import mark_categories_deleted, save_categories
from portal.services.mirror.mirror_records import SaveResult, mark_coupons_deleted, save_coupons
from portal.services.sync.fetch_by_id import SINGLE_FETCH_LIMIT, Records, fetch_each
from portal.services.sync.page_result import Checkpoint, Counts, PageResult
from portal.services.sync.reconcile_full import count_mismatches, lookup_counts

# Pages by offset slide when a record is added or deleted meanwhile: then the pass starts anew.
RESTARTS_LIMIT = 3


@dataclass(frozen=True)
class FullScanSource:
    """Hold how one short list is read, and its records written."""

    table: type[MirrorTable]
    page: Callable[[EcwidClient, int], Page]
    read: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    save: Callable[[int, Sequence[Any], datetime], SaveResult]
    mark_deleted: Callable[[int, Iterable[int], datetime], int]


def fetch_categories(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those categories that exist, and the ids of those that don't; a call each."""
    return fetch_each(client.category, ids)


def fetch_coupons(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those coupons that exist, and the ids of those that don't; a call each."""
    return fetch_each(client.coupon, ids)


FULL_SCAN_SOURCES: dict[str, FullScanSource] = {
    Resource.CATEGORIES: FullScanSource(
        Category,
        lambda client, offset: client.categories(offset=offset),
        fetch_categories,
        save_categories,
        mark_categories_deleted,
    ),
    Resource.DISCOUNT_COUPONS: FullScanSource(
        Coupon,
        lambda client, offset: client.coupons(offset=offset),
        fetch_coupons,
        save_coupons,
        mark_coupons_deleted,
    ),
}


def read_page(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> PageResult:
    """Read one page; a store where the function is off has none of them."""
    source = FULL_SCAN_SOURCES[run.resource]
    offset = checkpoint.get("offset", 0)
    restarts = checkpoint.get("restarts", 0)
    try:
        page = source.page(client, offset)
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
        found_mismatches = _mismatches(run, source, page.items, read_at)
        saved = source.save(run.store_id, page.items, read_at)
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
    """Read, one by one, the records that a complete pass hasn't met: deleted or moved."""
    source = FULL_SCAN_SOURCES[run.resource]
    ids = source.table.ids_not_read_since(
        run.store_id,
        since=run.started_at,
        after=checkpoint.get("after", 0),
        limit=SINGLE_FETCH_LIMIT,
    )
    found, gone = source.read(client, ids)
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == SINGLE_FETCH_LIMIT else None

    def write() -> Counts:
        found_mismatches = _mismatches(run, source, found, read_at)
        saved = source.save(run.store_id, found, read_at)
        deleted = source.mark_deleted(run.store_id, gone, read_at)
        return lookup_counts(run, saved, deleted, found_mismatches)

    return PageResult(write, following)


def _mismatches(
    run: SyncRun, source: FullScanSource, items: Sequence[Any], read_at: datetime
) -> int:
    if run.kind != RunKind.RECONCILIATION:
        return 0
    return count_mismatches(source.table, "id", run.store_id, items, read_at)
