"""Manual control of sync runs: pause, resume and cancel.

A worker checks its run's state with each page it writes, so a change takes effect within one page.
The caller checks the person's permission.
"""

from __future__ import annotations

import structlog

from portal.errors import RunRefusedError
from portal.models import (
    AuditLogEntry,
    Resource,
    RunState,
    Store,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.runs.requested_runs import (
    cancel_unfinished,
    check_working,
    make_due,
    wake_runs,
)
from portal.services.runs.sync_runs import (
    reset_pace,
    start_run,
)
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


def pause(store: Store, resource: Resource) -> None:
    """Stop reading the resource within one page, until it is resumed; can be repeated.

    Webhook events are still applied.
    """
    with database.atomic():
        SyncState.get_or_create(store=store, resource=resource)
        is_new = (
            SyncState.update(paused_at=utc_now())
            .where(
                SyncState.store == store,
                SyncState.resource == resource,
                SyncState.paused_at.is_null(),
            )
            .execute()
        )
        if is_new:
            AuditLogEntry.record_request(store.id, AuditAction.RESOURCE_PAUSED, resource)
        unfinished = (
            SyncRun.store == store,
            SyncRun.resource == resource,
            SyncRun.finished_at.is_null(),
        )
        SyncRun.update(state=RunState.PAUSED).where(*unfinished).execute()
        SyncRun.update(paused_at=utc_now()).where(
            *unfinished, SyncRun.started_at.is_null(is_null=False), SyncRun.paused_at.is_null()
        ).execute()
    log.info("run.paused", store=store.id, resource=resource)


def resume(runtime: Runtime, store: Store, resource: Resource) -> SyncRun:
    """Continue the paused run at its page, or start a new one; return the run.

    Raises RunRefusedError while the store is stopped, or if nothing is paused.
    """
    check_working(store)
    with database.atomic():
        count = (
            SyncState.update(paused_at=None)
            .where(
                SyncState.store == store,
                SyncState.resource == resource,
                SyncState.paused_at.is_null(is_null=False),
            )
            .execute()
        )
        if not count:
            raise RunRefusedError(store.id, RunRefusal.NOT_PAUSED)
        reset_pace(store.id, resource)
        run = start_run(store.id, resource)
        make_due(run)
        AuditLogEntry.record_request(store.id, AuditAction.RESOURCE_RESUMED, resource)
    wake_runs(runtime, [run])
    log.info("run.resumed", store=store.id, resource=resource, run=run.id)
    return run


def cancel(store: Store, run_id: int) -> None:
    """Cancel a run of the store within one page; what it has written stays.

    The next run starts at the usual time, unless the resource is paused. Raises RunRefusedError if
    the run has already finished.
    """
    run = SyncRun.get_or_none(SyncRun.id == run_id, SyncRun.store == store)
    with database.atomic():
        if run is None or not cancel_unfinished(run):
            raise RunRefusedError(store.id, RunRefusal.FINISHED)
        AuditLogEntry.record_request(
            store.id, AuditAction.RUN_CANCELED, f"run {run.id}", before={"resource": run.resource}
        )
