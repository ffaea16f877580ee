"""Start and end of sync runs; a run is a row before a worker picks it up."""

from __future__ import annotations

from datetime import datetime

from peewee import IntegrityError

from portal.jobs import RUN_SYNC
from portal.models import (
    IS_WORKING,
    SYNC_ORDER,
    Lease,
    Resource,
    RunKind,
    RunState,
    Store,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.sync.freshness import sync_interval
from portal.services.runtime import Runtime

# States set by a person; only a resume continues a paused run.
HALTED_STATES = (RunState.PAUSED, RunState.CANCELED)


def start_run(store_id: int, resource: Resource) -> SyncRun:
    """Return a new run of the due kind, or the unfinished run if there is one.

    The kind is a backfill until one was complete, then incremental. The caller wakes RUN_SYNC after
    its commit.
    """
    state, _ = SyncState.get_or_create(store=store_id, resource=resource)
    kind = RunKind.BACKFILL if state.high_water_at is None else RunKind.INCREMENTAL
    try:
        with database.atomic():
            run: SyncRun = SyncRun.create(store=store_id, resource=resource, kind=kind)
    except IntegrityError:
        # The partial unique index found an unfinished run of this resource.
        run = unfinished_run(store_id, resource) or start_run(store_id, resource)
    return run


def unfinished_run(store_id: int, resource: Resource) -> SyncRun | None:
    """Return the unfinished run of this resource, or None."""
    found: SyncRun | None = SyncRun.get_or_none(
        SyncRun.store == store_id, SyncRun.resource == resource, SyncRun.finished_at.is_null()
    )
    return found


def start_all_runs(store_id: int) -> list[SyncRun]:
    """Start a run for every resource now, because the store was connected or reconnected.

    Resources that a person has paused stay paused.
    """
    states = SyncState.select(SyncState.resource).where(
        SyncState.store == store_id, SyncState.paused_at.is_null(is_null=False)
    )
    paused = {state.resource for state in states}
    runs = [start_run(store_id, resource) for resource in SYNC_ORDER if resource not in paused]
    for run in runs:
        # An older unfinished run may still be in a backoff that is now pointless.
        run.due_at, run.failures, run.error = utc_now(), 0, None
        run.save(only=[SyncRun.due_at, SyncRun.failures, SyncRun.error])
    return runs


def next_due_at(run: SyncRun, now: datetime) -> datetime:
    """Return when the run's resource is due again, by the interval of its resource."""
    return now + sync_interval(run.resource, receives_events=run.store.receives_events)


def save_progress(run: SyncRun) -> bool:
    """Write the changed fields of the run; return False if a person stopped it, or it has finished.

    The update's condition decides races with a pause or a cancellation. On False the caller rolls
    back its transaction.
    """
    changed = {field: getattr(run, field.name) for field in run.dirty_fields}
    written: int = (
        SyncRun.update(changed)
        .where(
            SyncRun.id == run.id, SyncRun.state.not_in(HALTED_STATES), SyncRun.finished_at.is_null()
        )
        .execute()
    )
    return written == 1


def finish_run(run: SyncRun, *, covered_until: datetime) -> bool:
    """Mark the run as done: the mirror has all changes from before ``covered_until``.

    Its state is partial if records were quarantined. Returns False like `save_progress`.
    """
    now = utc_now()
    # In the same order as a pause locks the rows: otherwise the two could deadlock.
    SyncState.update(
        high_water_at=covered_until,
        last_success_at=now,
        next_due_at=next_due_at(run, now),
    ).where(SyncState.store == run.store_id, SyncState.resource == run.resource).execute()
    run.state = RunState.PARTIAL if run.quarantined else RunState.DONE
    run.finished_at, run.error, run.failures = now, None, 0
    return save_progress(run)


def fail_run(run: SyncRun) -> None:
    """Mark the run as failed; the next run starts at the usual time."""
    now = utc_now()
    run.state, run.finished_at = RunState.FAILED, now
    run.save()
    SyncState.update(next_due_at=next_due_at(run, now)).where(
        SyncState.store == run.store_id, SyncState.resource == run.resource
    ).execute()


def wake_waiting_runs(runtime: Runtime) -> int:
    """Wake every due run without a worker: new, after its backoff, or after its worker died.

    Return how many.
    """
    waiting = (
        SyncRun.select(SyncRun.id)
        .join(Store)
        .where(
            SyncRun.finished_at.is_null(),
            SyncRun.state != RunState.PAUSED,
            SyncRun.due_at <= utc_now(),
            IS_WORKING,
        )
        .order_by(SyncRun.due_at)
    )
    run_ids = [run.id for run in waiting]
    held = Lease.held_among(lease_name(run_id) for run_id in run_ids)
    return runtime.wake_many(RUN_SYNC, (each for each in run_ids if lease_name(each) not in held))


def start_due_runs(runtime: Runtime) -> int:
    """Start a run for every resource that is due; return the number of runs."""
    due = list(
        SyncState.select(SyncState.store, SyncState.resource)
        .join(Store)
        .where(SyncState.next_due_at <= utc_now(), SyncState.paused_at.is_null(), IS_WORKING)
    )
    for state in due:
        with database.atomic():
            run = start_run(state.store_id, Resource(state.resource))
            SyncState.update(next_due_at=None).where(
                SyncState.store == state.store_id, SyncState.resource == state.resource
            ).execute()
        runtime.wake(RUN_SYNC, run.id)
    return len(due)


def lease_name(run_id: int) -> str:
    """Return the name of the lease that the run's worker holds."""
    return f"run:{run_id}"
