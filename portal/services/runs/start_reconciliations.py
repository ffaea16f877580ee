"""Start of nightly reconciliation runs: each resource of each working store, once a night."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from peewee import Case

from portal.jobs import RUN_SYNC
from portal.models import (
    WORKING_STATES,
    Resource,
    RunKind,
    Store,
    SyncState,
    database,
    utc_now,
)
from portal.models.bulk import is_postgresql
from portal.models.fields import moment_text
from portal.rules.sync.nightly_schedule import next_reconciliation_at
from portal.services.runs.sync_runs import create_runs, is_being_read
from portal.services.runtime import Runtime

# A round every 10 seconds starts those of 5,000 stores within the hour over which they are spread.
RESOURCES_PER_ROUND = 200


def start_due_reconciliations(runtime: Runtime) -> int:
    """Start a run for every resource whose reconciliation is due; return their number.

    Each starts only after a run that succeeded since it was due, because changes that are still on
    their way would count as mismatches. A paused or busy resource waits until it is free. One run
    makes up for any number of missed nights. A round starts a limited number of runs, the most
    overdue first, with a fixed number of statements.
    """
    now = utc_now()
    _schedule(_unplanned(), now)
    due = _due(now)
    if not due:
        return 0
    with database.atomic():
        runs = create_runs(
            [(state.store_id, Resource(state.resource)) for state in due], RunKind.RECONCILIATION
        )
        started = {(run.store_id, run.resource) for run in runs}
        _schedule([each for each in due if (each.store_id, each.resource) in started], now)
    return runtime.wake_many(RUN_SYNC, [run.id for run in runs])


def _unplanned() -> Sequence[SyncState]:
    """Return resources whose backfill is complete and that have no reconciliation scheduled."""
    return list(
        SyncState.select(SyncState.id, SyncState.store, Store.id, Store.timezone)
        .join(Store)
        .where(
            SyncState.next_reconciliation_at.is_null(),
            SyncState.high_water_at.is_null(is_null=False),
        )
        .limit(RESOURCES_PER_ROUND)
    )


def _due(now: datetime) -> Sequence[SyncState]:
    return list(
        SyncState.select(
            SyncState.id, SyncState.store, SyncState.resource, Store.id, Store.timezone
        )
        .join(Store)
        .where(
            SyncState.next_reconciliation_at <= now,
            SyncState.last_success_at >= SyncState.next_reconciliation_at,
            SyncState.paused_at.is_null(),
            Store.state.in_(WORKING_STATES),
            ~is_being_read(),
        )
        .order_by(SyncState.next_reconciliation_at)
        .limit(RESOURCES_PER_ROUND)
    )


def _schedule(states: Sequence[SyncState], now: datetime) -> None:
    """Schedule the next reconciliation of these resources, in one statement."""
    if not states:
        return
    # A CASE has no column type, so its values are converted here.
    as_stored = (lambda at: at) if is_postgresql(database) else moment_text
    times = [
        (state.id, as_stored(next_reconciliation_at(now, state.store.timezone, state.store_id)))
        for state in states
    ]
    SyncState.update(next_reconciliation_at=Case(SyncState.id, times)).where(
        SyncState.id.in_([state.id for state in states])
    ).execute()
