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
from portal.services.mirror.mirror_records import Saved, mark_coupons_deleted, save_coupons
from portal.services.sync.fetch_by_id import SINGLY_AT_ONCE, Records, read_each
from portal.services.sync.page_result import Checkpoint, Counts, Step
from portal.services.sync.reconcile_full import confirmed, count_differences

# Pages by offset slide when a record is added or deleted meanwhile: then the pass starts anew.
RESTARTS_LIMIT = 3


@dataclass(frozen=True)
class ShortList:
    """Hold how one short list is read, and its records written."""

    table: type[MirrorTable]
    page: Callable[[EcwidClient, int], Page]
    read: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    save: Callable[[int, Sequence[Any], datetime], Saved]
    mark_deleted: Callable[[int, Iterable[int], datetime], int]


def read_categories(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those categories that exist, and the ids of those that don't; a call each."""
    return read_each(client.category, ids)


def read_coupons(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those coupons that exist, and the ids of those that don't; a call each."""
    return read_each(client.coupon, ids)


SHORT_LISTS: dict[str, ShortList] = {
    Resource.CATEGORIES: ShortList(
        Category,
        lambda client, offset: client.categories(offset=offset),
        read_categories,
        save_categories,
        mark_categories_deleted,
    ),
    Resource.DISCOUNT_COUPONS: ShortList(
        Coupon,
        lambda client, offset: client.coupons(offset=offset),
        read_coupons,
        save_coupons,
        mark_coupons_deleted,
    ),
}


def read_page(client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime) -> Step:
    """Read one page; a store where the function is off has none of them."""
    short = SHORT_LISTS[run.resource]
    offset = checkpoint.get("offset", 0)
    restarts = checkpoint.get("restarts", 0)
    try:
        page = short.page(client, offset)
    except EcwidFeatureError:
        return Step(Counts, None, total=0)
    slid = checkpoint.get("total", page.total) != page.total
    if slid and restarts < RESTARTS_LIMIT:
        return Step(Counts, {"phase": "pages", "restarts": restarts + 1}, total=page.total)
    following: Checkpoint = {"phase": "unseen"}
    if not page.is_last:
        following = {
            "phase": "pages",
            "offset": offset + len(page.items),
            "total": page.total,
            "restarts": restarts,
        }

    def write() -> Counts:
        unlike = _differences(run, short, page.items, read_at)
        saved = short.save(run.store_id, page.items, read_at)
        return Counts(
            seen=saved.seen,
            saved=saved.saved,
            unchanged=saved.unchanged,
            quarantined=saved.quarantined,
            differences=unlike,
        )

    return Step(write, following, total=page.total)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Read, one by one, the records that a complete pass hasn't met: deleted or moved."""
    short = SHORT_LISTS[run.resource]
    ids = short.table.unseen(
        run.store_id, since=run.started_at, after=checkpoint.get("after", 0), limit=SINGLY_AT_ONCE
    )
    found, gone = short.read(client, ids)
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == SINGLY_AT_ONCE else None

    def write() -> Counts:
        unlike = _differences(run, short, found, read_at)
        saved = short.save(run.store_id, found, read_at)
        deleted = short.mark_deleted(run.store_id, gone, read_at)
        return confirmed(run, saved, deleted, unlike)

    return Step(write, following)


def _differences(run: SyncRun, short: ShortList, items: Sequence[Any], read_at: datetime) -> int:
    if run.kind != RunKind.AUDIT:
        return 0
    return count_differences(short.table, "id", run.store_id, items, read_at)
