"""Catch-up after an outage: the time in which a store could not be read, and its end.

Webhooks from the outage may be lost, so every resource is compared with the store from the last
time when it was surely in sync. The catch-up is complete when each resource was read from before
the outage until after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import JOIN, fn

from portal.models import (
    WORKING_STATES,
    CatchUp,
    Resource,
    Store,
    SyncRun,
    SyncState,
    TimelineEntry,
    database,
    utc_now,
)
from portal.services.runs.run_control import wake_runs
from portal.services.runs.sync_runs import start_run, unfinished_run
from portal.services.runtime import Runtime

# A page shows a finished catch-up this long.
SHOWN_FOR = timedelta(days=1)


@dataclass(frozen=True)
class CatchUpProgress:
    """Catch-up of a store, and how many of its resources are done."""

    outage: CatchUp
    done: int
    total: int


def open_catch_up(store_id: int) -> CatchUp | None:
    """Record that a store can be read again; return None if a resource was never complete.

    The catch-up starts where the resource that is furthest behind was last in sync. Runs inside the
    transaction that makes the store work again.
    """
    marks = _marks(store_id)
    known = [mark for mark in marks if mark is not None]
    if not known or len(known) < len(marks):
        # The backfill continues, and reads everything anyway.
        return None
    CatchUp.delete().where(CatchUp.store == store_id, CatchUp.finished_at.is_null()).execute()
    outage: CatchUp = CatchUp.create(
        store=store_id, outage_from_at=min(known), outage_until_at=utc_now()
    )
    return outage


def close_catch_ups(runtime: Runtime) -> int:
    """Close every finished catch-up; return their number.

    A run that was interrupted by the outage and continued after it covers only the time before its
    own start, so another run follows it.
    """
    closed = 0
    for outage in list(CatchUp.select().where(CatchUp.finished_at.is_null())):
        if _open_parts(outage):
            wake_runs(runtime, _follow_up(outage))
            continue
        with database.atomic():
            outage.finished_at = utc_now()
            outage.save(only=[CatchUp.finished_at])
            period = {
                "from": outage.outage_from_at.isoformat(),
                "until": outage.outage_until_at.isoformat(),
            }
            TimelineEntry.record(outage.store_id, "caught_up", **period)
        closed += 1
    return closed


def catch_up_progress(store: Store) -> CatchUpProgress | None:
    """Return the current catch-up, or the last one if it ended within a day; otherwise None."""
    if not store.is_working:
        return None
    newest = CatchUp.select(fn.MAX(CatchUp.id)).where(CatchUp.store == store)
    rows = list(
        CatchUp.select(CatchUp, SyncState.id, SyncState.high_water_at)
        .join(
            SyncState,
            JOIN.LEFT_OUTER,
            on=(SyncState.store == CatchUp.store) & SyncState.paused_at.is_null(),
            attr="state",
        )
        .where(CatchUp.id == newest)
    )
    if not rows or not _is_shown(rows[0]):
        return None
    outage = rows[0]
    marks = [row.state.high_water_at for row in rows if hasattr(row, "state")]
    done = sum(mark is not None and mark >= outage.outage_until_at for mark in marks)
    return CatchUpProgress(outage, len(marks) if outage.finished_at else done, len(marks))


def _is_shown(outage: CatchUp) -> bool:
    finished_at: datetime | None = outage.finished_at
    return finished_at is None or finished_at > utc_now() - SHOWN_FOR


def _marks(store_id: int) -> list[datetime | None]:
    """Return until when each resource is surely in sync, except for paused resources."""
    states = SyncState.select(SyncState.high_water_at).where(
        SyncState.store == store_id, SyncState.paused_at.is_null()
    )
    return [state.high_water_at for state in states]


def _follow_up(outage: CatchUp) -> list[SyncRun]:
    """Start another run of each resource whose last one doesn't cover the outage.

    Such a run began before the outage's end and ended after it.
    """
    states = (
        SyncState.select()
        .join(Store)
        .where(
            SyncState.store == outage.store_id,
            SyncState.paused_at.is_null(),
            SyncState.high_water_at < outage.outage_until_at,
            SyncState.last_success_at >= outage.outage_until_at,
            Store.state.in_(WORKING_STATES),
        )
    )
    resources = [Resource(state.resource) for state in states]
    return [
        start_run(outage.store_id, resource)
        for resource in resources
        if unfinished_run(outage.store_id, resource) is None
    ]


def _open_parts(outage: CatchUp) -> int:
    """Return the number of resources that were not yet read until after the outage."""
    count: int = (
        SyncState.select(fn.COUNT(SyncState.id))
        .where(
            SyncState.store == outage.store_id,
            SyncState.paused_at.is_null(),
            SyncState.high_water_at.is_null() | (SyncState.high_water_at < outage.outage_until_at),
        )
        .scalar()
    )
    return count
