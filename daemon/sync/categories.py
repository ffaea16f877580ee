"""Read a store's categories: few, and without update times, so all of them each time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from daemon.sync.step import Checkpoint, Counts, Step
from portal.ecwid.client import EcwidClient
from portal.errors import EcwidNotFoundError
from portal.models import Category, SyncRun
from portal.services.mirror_catalogue import mark_categories_deleted, save_categories

# Pages by offset slide when a category is added or deleted meanwhile: then the pass starts anew.
RESTARTS_LIMIT = 3
CONFIRMED_AT_ONCE = 20


def read_all(client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime) -> Step:
    """Read one page of categories."""
    offset = checkpoint.get("offset", 0)
    restarts = checkpoint.get("restarts", 0)
    page = client.categories(offset=offset)
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
        saved = save_categories(run.store_id, page.items, read_at)
        return Counts(seen=saved.seen, saved=saved.saved, quarantined=saved.quarantined)

    return Step(write, following, total=page.total)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Read, one by one, the categories that a complete pass hasn't met: deleted or moved."""
    ids = Category.unseen(
        run.store_id,
        since=run.started_at,
        after=checkpoint.get("after", 0),
        limit=CONFIRMED_AT_ONCE,
    )
    found, gone = read_each(client, ids)
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == CONFIRMED_AT_ONCE else None

    def write() -> Counts:
        saved = save_categories(run.store_id, found, read_at)
        deleted = mark_categories_deleted(run.store_id, gone, read_at)
        return Counts(saved=saved.saved, deleted=deleted, quarantined=saved.quarantined)

    return Step(write, following)


def read_each(
    client: EcwidClient, category_ids: list[int]
) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the categories that exist, and the ids of those that don't any more."""
    found, gone = [], []
    for category_id in category_ids:
        try:
            found.append(client.category(category_id))
        except EcwidNotFoundError:
            gone.append(category_id)
    return found, gone
