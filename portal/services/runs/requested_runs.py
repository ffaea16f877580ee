"""Start of sync runs that a person asks for.

The caller checks the person's permission.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from peewee import IntegrityError

from portal.errors import RunRefusedError
from portal.jobs import RUN_SYNC, wake_many
from portal.models import (
    AuditLogEntry,
    Resource,
    RunKind,
    RunState,
    Store,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.runs.sync_runs import (
    next_due_at,
    reset_pace,
    start_all_runs,
    start_run,
    unfinished_run,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# Each kind finds everything that the kinds before it find.
_KINDS_BY_REACH = (RunKind.INCREMENTAL, RunKind.RECONCILIATION, RunKind.BACKFILL)


def start(
    runtime: Runtime, store: Store, resource: Resource, kind: RunKind | None = None
) -> SyncRun:
    """Start a run of the resource, or return the unfinished one if it reads as much.

    Without ``kind`` it is a backfill, or an incremental run once a backfill was complete. An
    unfinished run that reads less than ``kind`` is canceled and replaced. The daemon also checks
    the connection. Raises RunRefusedError while the store is stopped or the resource is paused.
    """
    check_working(store)
    with database.atomic():
        state, _ = SyncState.get_or_create(store=store, resource=resource)
        if kind is RunKind.RECONCILIATION and state.high_water_at is None:
            # There is nothing to compare yet, so a backfill comes first.
            kind = RunKind.BACKFILL
        if not _clear_due_time(store, resource):
            raise RunRefusedError(store.id, RunRefusal.PAUSED)
        reset_pace(store.id, resource)
        run = (
            start_run(store.id, resource)
            if kind is None
            else _reuse_or_create(store, resource, kind)
        )
        make_due(run)
        _read_records([run])
        AuditLogEntry.record_request(
            store.id,
            AuditAction.RUN_STARTED,
            f"run {run.id}",
            after={"resource": resource, "kind": run.kind},
        )
    runtime.request_probe(store.id, at_front=True)
    wake_runs(runtime, [run])
    log.info("run.requested", store=store.id, resource=resource, kind=run.kind, run=run.id)
    return run


def start_all(runtime: Runtime, store: Store) -> Sequence[SyncRun]:
    """Start a run of each resource that isn't paused, and a connection check; return the runs.

    Raises RunRefusedError while the store is stopped.
    """
    check_working(store)
    with database.atomic():
        runs = start_all_runs(store.id)
        _read_records(runs)
        AuditLogEntry.record_request(
            store.id,
            AuditAction.RUN_STARTED,
            f"store {store.id}",
            after={"runs": [run.id for run in runs]},
        )
    runtime.request_probe(store.id, at_front=True)
    wake_runs(runtime, runs)
    return runs


def wake_runs(runtime: Runtime, runs: Sequence[SyncRun]) -> None:
    """Wake the daemon for runs that a person waits for, in this order.

    Call it after the commit.
    """
    wake_many(runtime.redis, RUN_SYNC, [(run.id,) for run in runs], at_front=True)


def check_working(store: Store) -> None:
    """Raise RunRefusedError while the store may not be read."""
    if not store.is_working:
        raise RunRefusedError(store.id, RunRefusal.STORE_STOPPED)


def make_due(run: SyncRun) -> None:
    """Make the run due now, even if it was paused or is backing off."""
    run.due_at, run.failures, run.error = utc_now(), 0, None
    run.state = RunState.QUEUED if run.started_at is None else RunState.RUNNING
    run.paused_s, run.paused_at = round(run.paused_time.total_seconds()), None
    # A person waits for it, so its row stays, whatever it finds.
    run.is_scheduled = False
    SyncRun.update(
        due_at=run.due_at,
        failures=run.failures,
        error=run.error,
        state=run.state,
        is_scheduled=run.is_scheduled,
        paused_s=run.paused_s,
        paused_at=run.paused_at,
    ).where(SyncRun.id == run.id, SyncRun.finished_at.is_null()).execute()


def cancel_unfinished(run: SyncRun) -> bool:
    """Cancel the run within one page; return False if it has already finished."""
    now = utc_now()
    with database.atomic():
        is_ended: bool = (
            SyncRun.update(state=RunState.CANCELED, finished_at=now)
            .where(SyncRun.id == run.id, SyncRun.finished_at.is_null())
            .execute()
        ) == 1
        if is_ended:
            SyncState.update(next_due_at=next_due_at(run, now), check_interval_s=None).where(
                SyncState.store == run.store_id, SyncState.resource == run.resource
            ).execute()
            log.info("run.canceled", store=run.store_id, resource=run.resource, run=run.id)
    return is_ended


def _clear_due_time(store: Store, resource: Resource) -> bool:
    """Clear the due time because a run is at hand; return False if the resource is paused.

    The update locks the row, so a pause by another process waits until the run is written.
    """
    count: int = (
        SyncState.update(next_due_at=None)
        .where(
            SyncState.store == store,
            SyncState.resource == resource,
            SyncState.paused_at.is_null(),
        )
        .execute()
    )
    return count == 1


def _reuse_or_create(store: Store, resource: Resource, kind: RunKind) -> SyncRun:
    """Return the unfinished run if it reads as much as ``kind``, else replace it."""
    run = unfinished_run(store.id, resource)
    if run is not None:
        if _KINDS_BY_REACH.index(RunKind(run.kind)) >= _KINDS_BY_REACH.index(kind):
            return run
        cancel_unfinished(run)
    try:
        with database.atomic():
            created: SyncRun = SyncRun.create(store=store, resource=resource, kind=kind)
    except IntegrityError:
        # Another process created a run first.
        created = _reuse_or_create(store, resource, kind)
    return created


def _read_records(runs: Sequence[SyncRun]) -> None:
    """Have new incremental runs read records at once, without asking the store's statistics.

    A person who asks for a sync wants more than what the statistics say.
    """
    SyncRun.update(checkpoint={"phase": "pages"}).where(
        SyncRun.id.in_([run.id for run in runs]),
        SyncRun.kind == RunKind.INCREMENTAL,
        SyncRun.checkpoint.is_null(),
        SyncRun.started_at.is_null(),
    ).execute()
