"""Start and end of sync runs; a run is a row before a worker picks it up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import Expression, Field, Function, IntegrityError, fn

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
from portal.rules.sync.pace import pace_bounds
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork

# States set by a person; only a resume continues a paused run.
HALTED_STATES = (RunState.PAUSED, RunState.CANCELED)
LEASE_PREFIX = "run:"
FAILED_FIELDS = (
    SyncRun.state,
    SyncRun.started_at,
    SyncRun.finished_at,
    SyncRun.error,
    SyncRun.failures,
)


def start_run(store_id: int, resource: Resource, *, is_scheduled: bool = False) -> SyncRun:
    """Return a new run of the due kind, or the unfinished run if there is one.

    The kind is a backfill until one was complete, then incremental. A run that ``is_scheduled``
    leaves no row if it finds nothing. The caller wakes RUN_SYNC after its commit.
    """
    state, _ = SyncState.get_or_create(store=store_id, resource=resource)
    kind = RunKind.BACKFILL if state.high_water_at is None else RunKind.INCREMENTAL
    try:
        with database.atomic():
            run: SyncRun = SyncRun.create(
                store=store_id, resource=resource, kind=kind, is_scheduled=is_scheduled
            )
    except IntegrityError:
        # The partial unique index found an unfinished run of this resource.
        run = unfinished_run(store_id, resource) or start_run(store_id, resource)
    return run


def create_runs(wanted: Sequence[tuple[int, Resource]], kind: RunKind) -> list[SyncRun]:
    """Create a run of each store and resource, in two statements; return the new ones.

    A resource with an unfinished run gets none. The caller opens the transaction.
    """
    now = utc_now()
    rows = [
        {"store": store_id, "resource": resource, "kind": kind, "created_at": now, "due_at": now}
        for store_id, resource in wanted
    ]
    SyncRun.insert_many(rows).on_conflict_ignore().execute()
    store_ids = {store_id for store_id, _ in wanted}
    return list(
        SyncRun.select(SyncRun.id, SyncRun.store, SyncRun.resource)
        .where(
            SyncRun.store.in_(store_ids),
            SyncRun.finished_at.is_null(),
            SyncRun.kind == kind,
            SyncRun.created_at == now,
        )
        .order_by(SyncRun.id)
    )


def unfinished_run(store_id: int, resource: Resource) -> SyncRun | None:
    """Return the unfinished run of this resource, or None."""
    found: SyncRun | None = SyncRun.get_or_none(
        SyncRun.store == store_id, SyncRun.resource == resource, SyncRun.finished_at.is_null()
    )
    return found


def is_being_read() -> Function:
    """Return the condition that the resource of a `SyncState` has an unfinished run."""
    return fn.EXISTS(
        SyncRun.select(1).where(
            SyncRun.store == SyncState.store,
            SyncRun.resource == SyncState.resource,
            SyncRun.finished_at.is_null(),
        )
    )


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
    # A run is at hand, so no poll needs to look.
    SyncState.update(next_due_at=None).where(
        SyncState.store == store_id, SyncState.paused_at.is_null()
    ).execute()
    return runs


def next_due_at(run: SyncRun, now: datetime) -> datetime:
    """Return when the resource of a failed or canceled run is due again."""
    return now + sync_interval(run.resource, receives_events=run.store.receives_events)


def save_progress(run: SyncRun) -> bool:
    """Write the changed fields of the run; return False if a person stopped it, or it has finished.

    The update's condition decides races with a pause or a cancellation. On False the caller rolls
    back its transaction.
    """
    changed = {field: getattr(run, field.name) for field in run.dirty_fields}
    written: int = SyncRun.update(changed).where(_is_active(run)).execute()
    return written == 1


def finish_run(run: SyncRun, *, covered_until: datetime, has_read: bool = True) -> bool:
    """Mark the run as done: the mirror has all changes from before ``covered_until``.

    ``has_read`` is False if the run only asked for the store's statistics, and read no records.

    Its state is partial if records were quarantined. A scheduled run that found nothing is counted
    in the sync state, and its row is deleted. Returns False like `save_progress`.
    """
    now = utc_now()
    interval = pace_bounds(receives_events=run.store.receives_events).shortest
    # In the same order as a pause locks the rows: otherwise the two could deadlock.
    SyncState.update(
        high_water_at=covered_until,
        last_success_at=now,
        last_read_at=now if has_read else SyncState.last_read_at,
        next_due_at=now + interval,
        check_interval_s=round(interval.total_seconds()),
        **_quiet_fields(run, now),
    ).where(SyncState.store == run.store_id, SyncState.resource == run.resource).execute()
    run.state = RunState.PARTIAL if run.quarantined else RunState.DONE
    run.finished_at, run.error, run.failures = now, None, 0
    if _found_nothing(run):
        # The condition on the stored row: a person may have asked for this run while it was read.
        is_deleted = SyncRun.delete().where(_is_active(run), SyncRun.is_scheduled).execute()
        if is_deleted:
            return True
    return save_progress(run)


def fail_run(run: SyncRun) -> None:
    """Mark the run as failed; the next run starts at the usual time."""
    now = utc_now()
    run.state, run.finished_at = RunState.FAILED, now
    save_fields(run, FAILED_FIELDS)
    SyncState.update(next_due_at=next_due_at(run, now), check_interval_s=None).where(
        SyncState.store == run.store_id, SyncState.resource == run.resource
    ).execute()


def postpone_run(run: SyncRun, wait: timedelta) -> None:
    """Let a due run wait, unless another worker or a person has changed when it is due."""
    SyncRun.update(due_at=utc_now() + wait).where(
        run.is_same_row, SyncRun.due_at == run.due_at
    ).execute()


def reset_pace(store_id: int, resource: Resource | None = None) -> None:
    """Make the store's polls frequent again, and count checks of the resource, or all, from now."""
    states = SyncState.update(quiet_since_at=utc_now(), unchanged_checks=0).where(
        SyncState.store == store_id
    )
    if resource is not None:
        states = states.where(SyncState.resource == resource)
    states.execute()


def save_fields(run: SyncRun, fields: Sequence[Field]) -> None:
    """Write these fields of the run, whatever its state."""
    changes = {field: getattr(run, field.name) for field in fields}
    SyncRun.update(changes).where(run.is_same_row).execute()


def _is_active(run: SyncRun) -> Expression:
    active: Expression = (
        run.is_same_row & SyncRun.state.not_in(HALTED_STATES) & SyncRun.finished_at.is_null()
    )
    return active


def _found_nothing(run: SyncRun) -> bool:
    found = run.saved or run.deleted or run.quarantined
    return run.kind == RunKind.INCREMENTAL and not found


def _quiet_fields(run: SyncRun, now: datetime) -> dict[str, Any]:
    """Return the new count of checks without changes, and the start of the count."""
    if _found_nothing(run):
        return {
            "unchanged_checks": SyncState.unchanged_checks + 1,
            "quiet_since_at": fn.COALESCE(SyncState.quiet_since_at, now),
        }
    return {"unchanged_checks": 0, "quiet_since_at": now}


def wake_waiting_runs(runtime: Runtime) -> int:
    """Wake the due runs without a worker; return how many."""
    return runtime.wake_due(due_runs())


def due_runs() -> DueWork:
    """Return due runs without a worker: new, after a backoff, or after their worker died."""
    waiting = (
        SyncRun.select(SyncRun.id)
        .join(Store)
        .where(
            SyncRun.finished_at.is_null(),
            SyncRun.state != RunState.PAUSED,
            SyncRun.due_at <= utc_now(),
            IS_WORKING,
            SyncRun.id.not_in(Lease.held_ids(LEASE_PREFIX)),
        )
    )
    return DueWork(RUN_SYNC, waiting, SyncRun.due_at)


def lease_name(run_id: int) -> str:
    """Return the name of the lease that the run's worker holds."""
    return f"{LEASE_PREFIX}{run_id}"
