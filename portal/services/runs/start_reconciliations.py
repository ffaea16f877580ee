"""Start of nightly reconciliation runs: each resource of each working store, once a night."""

from __future__ import annotations

from datetime import datetime

from peewee import IntegrityError, fn

from portal.jobs import RUN_SYNC
from portal.models import (
    WORKING_STATES,
    RunKind,
    Store,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.sync.nightly_schedule import next_reconciliation_at
from portal.services.runtime import Runtime


def start_due_reconciliations(runtime: Runtime) -> int:
    """Start a run for every resource whose reconciliation is due; return their number.

    Each starts only after a run that succeeded since it was due, because changes that are still on
    their way would count as mismatches. A paused or busy resource waits until it is free. One run
    makes up for any number of missed nights.
    """
    now = utc_now()
    _schedule_first(now)
    is_being_read = fn.EXISTS(
        SyncRun.select(1).where(
            SyncRun.store == SyncState.store,
            SyncRun.resource == SyncState.resource,
            SyncRun.finished_at.is_null(),
        )
    )
    due = (
        SyncState.select(SyncState, Store)
        .join(Store)
        .where(
            SyncState.next_reconciliation_at <= now,
            SyncState.last_success_at >= SyncState.next_reconciliation_at,
            SyncState.paused_at.is_null(),
            Store.state.in_(WORKING_STATES),
            ~is_being_read,
        )
        .order_by(SyncState.next_reconciliation_at)
    )
    runs = [run for state in list(due) if (run := _start(state, now)) is not None]
    for run in runs:
        runtime.wake(RUN_SYNC, run.id)
    return len(runs)


def _schedule_first(now: datetime) -> None:
    """Schedule the first reconciliation of resources whose backfill is complete."""
    unplanned = (
        SyncState.select(SyncState, Store)
        .join(Store)
        .where(
            SyncState.next_reconciliation_at.is_null(),
            SyncState.high_water_at.is_null(is_null=False),
        )
    )
    for state in list(unplanned):
        _schedule(state, now)


def _start(state: SyncState, now: datetime) -> SyncRun | None:
    """Return the new run, or None if another run of the resource was created first."""
    try:
        with database.atomic():
            run: SyncRun = SyncRun.create(
                store=state.store_id, resource=state.resource, kind=RunKind.RECONCILIATION
            )
            _schedule(state, now)
    except IntegrityError:
        return None
    return run


def _schedule(state: SyncState, now: datetime) -> None:
    SyncState.update(
        next_reconciliation_at=next_reconciliation_at(now, state.store.timezone, state.store_id)
    ).where(SyncState.id == state.id).execute()
