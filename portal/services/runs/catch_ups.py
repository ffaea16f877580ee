"""Catch-up after an outage: the time in which a store could not be read, and its end.

Webhooks from the outage may be lost, so every resource is compared with the store from the last
time when it was surely in sync. The catch-up is complete when each resource was read from before
the outage until after it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, fn

from portal.models import (
    WORKING_STATES,
    CatchUp,
    Resource,
    RunKind,
    Store,
    SyncRun,
    SyncState,
    TimelineEntry,
    database,
    utc_now,
)
from portal.services.runs.requested_runs import wake_runs
from portal.services.runs.sync_runs import create_runs, is_being_read
from portal.services.runtime import Runtime

# A page shows a finished catch-up this long.
SHOWN_FOR = timedelta(days=1)
# Bounds the time of a round; the next one comes soon.
RUNS_PER_ROUND = 200


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
    own start, so another run follows it. Takes a fixed number of statements.
    """
    finished = list(CatchUp.select().where(CatchUp.finished_at.is_null(), ~fn.EXISTS(_open_part())))
    if finished:
        with database.atomic():
            CatchUp.update(finished_at=utc_now()).where(
                CatchUp.id.in_([outage.id for outage in finished])
            ).execute()
            TimelineEntry.insert_many([_entry(outage) for outage in finished]).execute()
    with database.atomic():
        runs = _start_follow_ups()
    wake_runs(runtime, runs)
    return len(finished)


def _open_part() -> Any:
    """Return the query for the resources of a catch-up that were not yet read until after it."""
    return SyncState.select(1).where(
        SyncState.store == CatchUp.store,
        SyncState.paused_at.is_null(),
        SyncState.high_water_at.is_null() | (SyncState.high_water_at < CatchUp.outage_until_at),
    )


def _entry(outage: CatchUp) -> dict[str, object]:
    """Return the timeline entry of a finished catch-up."""
    return {
        "store": outage.store_id,
        "what": "caught_up",
        "detail": {
            "from": outage.outage_from_at.isoformat(),
            "until": outage.outage_until_at.isoformat(),
        },
    }


def _start_follow_ups() -> Sequence[SyncRun]:
    """Start another run of each resource whose last one doesn't cover the outage.

    Such a run began before the outage's end and ended after it.
    """
    states = list(
        SyncState.select(SyncState.store, SyncState.resource)
        .join(CatchUp, on=(CatchUp.store == SyncState.store))
        .join(Store, on=(Store.id == SyncState.store))
        .where(
            CatchUp.finished_at.is_null(),
            SyncState.paused_at.is_null(),
            SyncState.high_water_at < CatchUp.outage_until_at,
            SyncState.last_success_at >= CatchUp.outage_until_at,
            Store.state.in_(WORKING_STATES),
            ~is_being_read(),
        )
        .limit(RUNS_PER_ROUND)
    )
    wanted = [(state.store_id, Resource(state.resource)) for state in states]
    return create_runs(wanted, RunKind.INCREMENTAL) if wanted else []


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
