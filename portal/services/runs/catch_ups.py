"""Note the gap in which a store could not be read, and when what changed in it is caught up.

Webhooks of the gap may be lost, so every resource is compared with the store from the last time
when it surely was in step. Once each has been read from before the gap until after it, the gap is
closed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import fn

from portal.models import (
    WORKING_STATES,
    ReadingGap,
    Resource,
    Store,
    SyncRun,
    SyncState,
    Timeline,
    database,
    utc_now,
)
from portal.services.runs.run_control import wake_runs
from portal.services.runs.sync_runs import start_run, unfinished_run
from portal.services.runtime import Runtime

# For so long a page tells that a gap was caught up.
TOLD_FOR = timedelta(days=1)


@dataclass(frozen=True)
class CatchUp:
    """Hold a gap, and how many of the store's resources are caught up."""

    gap: ReadingGap
    done: int
    total: int


def note_gap(store_id: int) -> ReadingGap | None:
    """Note that a store can be read again just now; None if nothing of it was ever complete.

    It begins where the resource that is furthest behind was in step for the last time. Runs inside
    the transaction that lets the store work again.
    """
    marks = _marks(store_id)
    known = [mark for mark in marks if mark is not None]
    if not known or len(known) < len(marks):
        # The first copy goes on: it brings everything anyway.
        return None
    ReadingGap.delete().where(
        ReadingGap.store == store_id, ReadingGap.closed_at.is_null()
    ).execute()
    gap: ReadingGap = ReadingGap.create(store=store_id, from_at=min(known), until_at=utc_now())
    return gap


def close_gaps(runtime: Runtime) -> int:
    """Close the gaps of which everything is caught up; return how many.

    A run that was stopped by the gap and went on after it began before: another one follows.
    """
    closed = 0
    for gap in list(ReadingGap.select().where(ReadingGap.closed_at.is_null())):
        if _open_parts(gap):
            wake_runs(runtime, _follow_up(gap))
            continue
        with database.atomic():
            gap.closed_at = utc_now()
            gap.save(only=[ReadingGap.closed_at])
            told = {"from": gap.from_at.isoformat(), "until": gap.until_at.isoformat()}
            Timeline.note(gap.store_id, "caught_up", **told)
        closed += 1
    return closed


def catch_up_of(store: Store) -> CatchUp | None:
    """Return the gap that is being caught up, or that was within a day; None without one."""
    gap = (
        ReadingGap.select().where(ReadingGap.store == store).order_by(ReadingGap.id.desc()).first()
    )
    is_told = gap is not None and (gap.closed_at is None or gap.closed_at > utc_now() - TOLD_FOR)
    if not is_told or not store.is_working:
        return None
    total = len(_marks(store.id))
    return CatchUp(gap, total if gap.closed_at else total - _open_parts(gap), total)


def _marks(store_id: int) -> list[datetime | None]:
    """Return up to when each resource is surely in step; one that a person paused is left out."""
    states = SyncState.select(SyncState.high_water_at).where(
        SyncState.store == store_id, SyncState.paused_at.is_null()
    )
    return [state.high_water_at for state in states]


def _follow_up(gap: ReadingGap) -> list[SyncRun]:
    """Start a run of each resource whose last one ended after the gap but began before its end."""
    states = (
        SyncState.select()
        .join(Store)
        .where(
            SyncState.store == gap.store_id,
            SyncState.paused_at.is_null(),
            SyncState.high_water_at < gap.until_at,
            SyncState.last_success_at >= gap.until_at,
            Store.state.in_(WORKING_STATES),
        )
    )
    resources = [Resource(state.resource) for state in states]
    return [
        start_run(gap.store_id, resource)
        for resource in resources
        if unfinished_run(gap.store_id, resource) is None
    ]


def _open_parts(gap: ReadingGap) -> int:
    """Count the resources that have not been read until after the gap."""
    count: int = (
        SyncState.select(fn.COUNT(SyncState.id))
        .where(
            SyncState.store == gap.store_id,
            SyncState.paused_at.is_null(),
            SyncState.high_water_at.is_null() | (SyncState.high_water_at < gap.until_at),
        )
        .scalar()
    )
    return count
