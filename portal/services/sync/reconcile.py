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
from portal.models import AuditSighting, SyncRun, SyncState, utc_now
from portal.services.mirror.map_records import Mapped
from portal.services.sync.cursor import Position
from portal.services.sync.fetch_by_id import Records
from portal.services.sync.page_result import Checkpoint, Counts, Step
from portal.services.sync.pagination import Stop, walk_pages
from portal.services.sync.reconcile_repair import Repair, find_suspects, state_of
from portal.services.sync.sources import FEEDS, Feed

FORGOTTEN_AT_ONCE = 10_000


def read_pages(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, until_s: float
) -> Generator[Step]:
    """Compare page by page, the most recent first, and bring what the mirror has otherwise."""
    feed, state = FEEDS[run.resource], state_of(run)
    if "at" not in checkpoint:
        # Left by an audit that was cancelled or given up.
        while AuditSighting.any_of(state):
            yield _forget_step(state, {"phase": "pages"}, {"phase": "pages"})
    fetch = partial(feed.audit.fetch, client, None)
    as_it_is = partial(_as_it_is, run.store_id)
    here = Position(**checkpoint.get("at", {}))
    for stop in walk_pages(feed, feed.audit, fetch, as_it_is, here, until_s):
        yield _page_step(client, run, stop)


def read_unseen(
    client: EcwidClient, run: SyncRun, checkpoint: Checkpoint, read_at: datetime
) -> Step:
    """Look after rows of the mirror that no page has named: surplus, or changed meanwhile."""
    feed = FEEDS[run.resource]
    ids = AuditSighting.unmet(
        state_of(run),
        feed.table,
        since=run.started_at,
        after=checkpoint.get("after", 0),
        limit=feed.at_once,
    )
    items, gone = feed.confirm(client, ids) if ids else ([], [])
    repair = Repair(feed, run, feed.map(run.store_id, items, read_at), gone)

    def write() -> Counts:
        counts = repair.write()
        return replace(counts, differences=counts.differences + counts.deleted)

    is_last = len(ids) < feed.at_once
    return Step(write, {"phase": "forget"} if is_last else {"phase": "unseen", "after": ids[-1]})


def forget(
    client: EcwidClient,  # noqa: ARG001 - a reader gets one
    run: SyncRun,
    checkpoint: Checkpoint,  # noqa: ARG001 - a reader gets one
    read_at: datetime,  # noqa: ARG001 - a reader gets one
) -> Step:
    """Erase what the audit noted for itself, so much at once that no one has to wait."""
    return _forget_step(state_of(run), {"phase": "forget"}, None)


def _forget_step(state: SyncState, if_more: Checkpoint, in_the_end: Checkpoint | None) -> Step:
    first_left = AuditSighting.id_at(state, FORGOTTEN_AT_ONCE)

    def write() -> Counts:
        AuditSighting.forget(state, below=first_left)
        return Counts()

    return Step(write, in_the_end if first_left is None else if_more)


def _page_step(client: EcwidClient, run: SyncRun, stop: Stop) -> Step:
    feed, state, read = FEEDS[run.resource], state_of(run), stop.read
    items = read.page.items
    ids = {remote_id for item in items if (remote_id := feed.id_of(item)) is not None}
    suspects = find_suspects(feed, run, items, read.read_at)
    whole_at = utc_now()
    is_any_nameless = len(ids) < len(items)
    whole, gone = _read_whole(client, feed, stop.here, suspects, is_any_nameless=is_any_nameless)
    repair = Repair(feed, run, feed.map(run.store_id, whole, whole_at), gone)

    def write() -> Counts:
        AuditSighting.note(state, ids)
        unchanged = max(0, stop.new - len(whole) - len(gone))
        # What was deleted after its page was read is no fault of the mirror.
        return replace(repair.write(), seen=stop.new, unchanged=unchanged)

    at: Checkpoint = {"phase": "unseen"}
    if stop.following is not None:
        at = {"phase": "pages", "at": vars(stop.following)}
    return Step(write, at, total=read.page.total)


def _read_whole(
    client: EcwidClient, feed: Feed, here: Position, ids: Sequence[int], *, is_any_nameless: bool
) -> tuple[Records, Sequence[int]]:
    """Return these records as a page has them or a look-up, and the ids that a 404 says are gone.

    A record without an id can only be had with its page.
    """
    found: Records = []
    if is_any_nameless or len(ids) > feed.at_once:
        page = feed.first_copy.fetch(client, None, here)
        wanted = {None, *ids}
        found = [item for item in page.items if feed.id_of(item) in wanted]
        listed = {feed.id_of(item) for item in found}
        ids = [remote_id for remote_id in ids if remote_id not in listed]
    if not ids:
        return found, []
    confirmed, gone = feed.confirm(client, ids)
    return found + confirmed, gone


def _as_it_is(store_id: int, items: Sequence[Any], read_at: datetime) -> Mapped:
    """Return what a page of ids and times becomes: no rows, for it doesn't tell enough."""
    return Mapped(store_id, items, read_at, rows=[], refused=[])
