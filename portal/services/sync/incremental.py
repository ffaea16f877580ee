"""Read a long list: all of it once, then what changed and what was deleted."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from portal.ecwid.client import EcwidClient
from portal.ecwid.page import PAGE_LIMIT, Page
from portal.models import MirrorTable, SyncRun, SyncState
from portal.services.sync.cursor import Position
from portal.services.sync.page_result import Checkpoint, Counts, Step
from portal.services.sync.pagination import Stop, walk_pages
from portal.services.sync.sources import FEEDS, Feed, Walk

# Clocks differ, and Ecwid's search lags behind its changes: look a little further back.
OVERLAP = timedelta(seconds=120)


def read_first_copy(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, until_s: float
) -> Generator[Step]:
    """Read all records page by page, the most recent first."""
    feed = FEEDS[run.resource]
    here = Position(**checkpoint.get("at", {}))
    fetch = partial(feed.first_copy.fetch, client, None)
    return _pages(run, feed, feed.first_copy, fetch, here, until_s)


def read_changes(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, until_s: float
) -> Generator[Step]:
    """Read the records that changed since the high-water mark, page by page."""
    feed, since = FEEDS[run.resource], changed_since(run)
    start = {"second": int(since.timestamp())} if feed.changes.goes_up else {}
    here = Position(**checkpoint.get("at", start))
    fetch = partial(feed.changes.fetch, client, since)
    return _pages(run, feed, feed.changes, fetch, here, until_s)


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


def _pages(
    run: SyncRun,
    feed: Feed,
    walk: Walk,
    fetch: Callable[[Position], Page],
    here: Position,
    until_s: float,
) -> Generator[Step]:
    end: Checkpoint = {"phase": "unseen" if walk is feed.first_copy else "deletions"}
    for stop in walk_pages(feed, walk, fetch, partial(feed.map, run.store_id), here, until_s):
        at: Checkpoint = {"phase": "pages", "at": vars(stop.following)} if stop.following else end
        yield _page_step(feed, stop, at)


def _page_step(feed: Feed, stop: Stop, following: Checkpoint) -> Step:
    repeated = len(stop.read.page.items) - stop.new

    def write() -> Counts:
        saved = feed.write(stop.read.mapped)
        return Counts(
            seen=stop.new,
            saved=min(saved.saved, stop.new),
            # The page before has brought those that are not new.
            unchanged=max(0, saved.unchanged - repeated),
            quarantined=saved.quarantined,
        )

    return Step(write, following, total=stop.read.page.total)


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
        saved = feed.save(run.store_id, found, read_at)
        deleted = feed.mark_deleted(run.store_id, gone, read_at)
        return Counts(saved=saved.saved, deleted=deleted, quarantined=saved.quarantined)

    return Step(write, following)


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
