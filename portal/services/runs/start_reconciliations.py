"""Start the nightly audits: of each resource of each working store, once a night."""

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
    """Start an audit of every resource whose night has come; return how many.

    Each begins right behind a run that succeeded since, so that what is only on its way isn't
    taken for a difference. One that is paused, or has an unfinished run, waits until it is free;
    however many nights were missed, one audit makes up for them.
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
    """Say when resources whose first copy is complete are to be audited for the first time."""
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
    """Return the new audit; None if another run of the resource came first."""
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
