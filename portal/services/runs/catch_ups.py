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

# For so long a page tells that a gap was caught up.
SHOWN_FOR = timedelta(days=1)


@dataclass(frozen=True)
class CatchUpProgress:
    """Hold a gap, and how many of the store's resources are caught up."""

    outage: CatchUp
    done: int
    total: int


def open_catch_up(store_id: int) -> CatchUp | None:
    """Note that a store can be read again just now; None if nothing of it was ever complete.

    It begins where the resource that is furthest behind was in step for the last time. Runs inside
    the transaction that lets the store work again.
    """
    marks = _marks(store_id)
    known = [mark for mark in marks if mark is not None]
    if not known or len(known) < len(marks):
        # The first copy goes on: it brings everything anyway.
        return None
    CatchUp.delete().where(CatchUp.store == store_id, CatchUp.finished_at.is_null()).execute()
    outage: CatchUp = CatchUp.create(
        store=store_id, outage_from_at=min(known), outage_until_at=utc_now()
    )
    return outage


def close_catch_ups(runtime: Runtime) -> int:
    """Close the gaps of which everything is caught up; return how many.

    A run that was stopped by the gap and went on after it began before: another one follows.
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
    """Return the gap that is being caught up, or that was within a day; None without one."""
    outage = CatchUp.select().where(CatchUp.store == store).order_by(CatchUp.id.desc()).first()
    is_shown = outage is not None and (
        outage.finished_at is None or outage.finished_at > utc_now() - SHOWN_FOR
    )
    if not is_shown or not store.is_working:
        return None
    total = len(_marks(store.id))
    return CatchUpProgress(
        outage, total if outage.finished_at else total - _open_parts(outage), total
    )


def _marks(store_id: int) -> list[datetime | None]:
    """Return up to when each resource is surely in step; one that a person paused is left out."""
    states = SyncState.select(SyncState.high_water_at).where(
        SyncState.store == store_id, SyncState.paused_at.is_null()
    )
    return [state.high_water_at for state in states]


def _follow_up(outage: CatchUp) -> list[SyncRun]:
    """Start a run of each resource whose last one ended after the gap but began before its end."""
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
    """Count the resources that have not been read until after the gap."""
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
