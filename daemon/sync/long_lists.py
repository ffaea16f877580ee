"""Read a long list: all of it once, then what changed and what was deleted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from daemon.sync.comparison import confirmed, count_differences
from daemon.sync.feeds import FEEDS, Feed, Walk
from daemon.sync.position import Position
from daemon.sync.step import Checkpoint, Counts, Step
from portal.ecwid.client import EcwidClient
from portal.ecwid.page import PAGE_LIMIT, Page
from portal.models import MirrorTable, RunKind, SyncRun, SyncState

# Clocks differ, and Ecwid's search lags behind its changes: look a little further back.
OVERLAP = timedelta(seconds=120)


def read_first_copy(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Read one page of all records, the most recent first."""
    feed = FEEDS[run.resource]
    here = Position(**checkpoint.get("at", {}))
    page = feed.first_copy.fetch(client, None, here)
    return _page_step(run, feed, feed.first_copy, page, here, read_at)


def read_changes(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Read one page of the records that changed since the high-water mark."""
    feed, since = FEEDS[run.resource], changed_since(run)
    start = {"second": int(since.timestamp())} if feed.changes.goes_up else {}
    here = Position(**checkpoint.get("at", start))
    page = feed.changes.fetch(client, since, here)
    return _page_step(run, feed, feed.changes, page, here, read_at)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Look after records that a complete pass hasn't met: deleted, or changed under its feet."""
    feed = FEEDS[run.resource]
    ids = feed.table.unseen(
        run.store_id, since=run.started_at, after=checkpoint.get("after", 0), limit=feed.at_once
    )
    following = {"phase": "unseen", "after": ids[-1]} if len(ids) == feed.at_once else None
    return _confirm_step(client, run, feed, ids, following, read_at)


def read_deletions(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Look after records that the deletion history names and the mirror still shows."""
    feed = FEEDS[run.resource]
    ids = checkpoint.get("ids")
    if ids is None:
        ids = _alive(feed.table, run, feed.deleted(client, changed_since(run)))
    batch, rest = ids[: feed.at_once], ids[feed.at_once :]
    following = {"phase": "deletions", "ids": rest} if rest else None
    return _confirm_step(client, run, feed, batch, following, read_at)


def changed_since(run: SyncRun) -> datetime:
    """Return the moment since when changes may be missing in the mirror."""
    state = SyncState.get(SyncState.store == run.store_id, SyncState.resource == run.resource)
    high_water_at: datetime = state.high_water_at
    return high_water_at - OVERLAP


def _page_step(
    run: SyncRun,
    feed: Feed,
    walk: Walk,
    page: Page,
    here: Position,
    read_at: datetime,
) -> Step:
    keys = feed.keys_of(page.items, walk)
    following: Checkpoint = {"phase": "unseen" if walk is feed.first_copy else "deletions"}
    if here.has_slid(keys.ids):
        following = {"phase": "pages", "at": vars(here.restarted())}
    elif not page.is_last:
        following = {"phase": "pages", "at": vars(walk.move(here, keys))}
    new = here.new_among(len(page.items))

    def write() -> Counts:
        unlike = _differences(run, feed, page.items, read_at)
        saved = feed.save(run.store_id, page.items, read_at)
        written = min(saved.saved, new)
        return Counts(seen=new, saved=written, quarantined=saved.quarantined, differences=unlike)

    return Step(write, following, total=page.total)


def _confirm_step(
    client: EcwidClient,
    run: SyncRun,
    feed: Feed,
    ids: Sequence[int],
    following: Checkpoint | None,
    read_at: datetime,
) -> Step:
    """Read these records by id: those that answer are saved, the absent ones are deleted."""
    found, gone = feed.confirm(client, ids) if ids else ([], [])

    def write() -> Counts:
        unlike = _differences(run, feed, found, read_at)
        saved = feed.save(run.store_id, found, read_at)
        deleted = feed.mark_deleted(run.store_id, gone, read_at)
        return confirmed(run, saved, deleted, unlike)

    return Step(write, following)


def _differences(run: SyncRun, feed: Feed, items: Sequence[Any], read_at: datetime) -> int:
    if run.kind != RunKind.AUDIT:
        return 0
    return count_differences(feed.table, feed.key, run.store_id, items, read_at)


def _alive(table: type[MirrorTable], run: SyncRun, ids: Iterable[int]) -> list[int]:
    """Return those of ``ids`` that the mirror still shows as not deleted."""
    found: list[int] = []
    known = list(ids)
    for start in range(0, len(known), PAGE_LIMIT):
        batch = known[start : start + PAGE_LIMIT]
        rows = table.select(table.remote_id).where(
            table.of(run.store_id, batch), table.deleted_at.is_null()
        )
        found += [row.remote_id for row in rows]
    return sorted(found)
