"""Start, pause, resume and cancel what is read of a store, as a person wishes.

A worker that is at a run looks at the run's state with each page it writes, so what is written
here takes effect within one page. The caller has checked that the person may do this.
"""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from peewee import IntegrityError

from portal.errors import RunRefusedError
from portal.jobs import RUN_SYNC, wake_many
from portal.models import (
    Resource,
    RunKind,
    RunState,
    Store,
    SyncRun,
    SyncState,
    database,
    utc_now,
)
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.runs.sync_runs import next_due_at, start_run, unfinished_run
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

# What a kind reads includes all that the kinds before it would have found.
_KINDS_BY_REACH = (RunKind.INCREMENTAL, RunKind.RECONCILIATION, RunKind.BACKFILL)


def start(
    runtime: Runtime, store: Store, resource: Resource, kind: RunKind | None = None
) -> SyncRun:
    """Have the resource read now; return the run, which may have been under way already.

    Without a ``kind`` that which is due: all of it, once, then what changed. A run that reads less
    than is asked for gives way to the new one, and one that reads more serves as well. Raises
    RunRefusedError while the store is stopped or the resource paused.
    """
    check_working(store)
    with database.atomic():
        state, _ = SyncState.get_or_create(store=store, resource=resource)
        if kind is RunKind.RECONCILIATION and state.high_water_at is None:
            # There is nothing to compare yet: a copy comes first.
            kind = RunKind.BACKFILL
        if not _clear_due_time(store, resource):
            raise RunRefusedError(store.id, RunRefusal.PAUSED)
        run = (
            start_run(store.id, resource)
            if kind is None
            else _reuse_or_create(store, resource, kind)
        )
        _make_due(run)
    wake_runs(runtime, [run])
    log.info("run.requested", store=store.id, resource=resource, kind=run.kind, run=run.id)
    return run


def wake_runs(runtime: Runtime, runs: Sequence[SyncRun]) -> None:
    """Have the daemon work on runs that a person waits for, the first of them first.

    Call it after the commit.
    """
    wake_many(runtime.redis, RUN_SYNC, [(run.id,) for run in runs], at_front=True)


def pause(store: Store, resource: Resource) -> None:
    """Stop reading the resource, within one page, until it is resumed; pausing twice is once.

    Changes that the store announces are applied all the same.
    """
    with database.atomic():
        SyncState.get_or_create(store=store, resource=resource)
        SyncState.update(paused_at=utc_now()).where(
            SyncState.store == store,
            SyncState.resource == resource,
            SyncState.paused_at.is_null(),
        ).execute()
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
    """Go on reading at the page where the pause fell, or with a new run; return the run.

    Raises RunRefusedError while the store is stopped, and if nothing is paused.
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
        run = start_run(store.id, resource)
        _make_due(run)
    wake_runs(runtime, [run])
    log.info("run.resumed", store=store.id, resource=resource, run=run.id)
    return run


def cancel(store: Store, run_id: int) -> None:
    """End a run of the store, within one page; what it has written stays.

    The next one comes at the usual time, unless the resource is paused. Raises RunRefusedError if
    the run has ended already.
    """
    run = SyncRun.get_or_none(SyncRun.id == run_id, SyncRun.store == store)
    if run is None or not _cancel(run):
        raise RunRefusedError(store.id, RunRefusal.FINISHED)


def check_working(store: Store) -> None:
    """Raise RunRefusedError while nothing may be read of the store."""
    if not store.is_working:
        raise RunRefusedError(store.id, RunRefusal.STORE_STOPPED)


def _clear_due_time(store: Store, resource: Resource) -> bool:
    """Note that no run is due, for one is at hand; False if the resource is paused.

    The write keeps a pause from another process out until the run is written.
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
    """Return the unfinished run if it reads as much, else a new one in its place."""
    run = unfinished_run(store.id, resource)
    if run is not None:
        if _KINDS_BY_REACH.index(RunKind(run.kind)) >= _KINDS_BY_REACH.index(kind):
            return run
        _cancel(run)
    try:
        with database.atomic():
            created: SyncRun = SyncRun.create(store=store, resource=resource, kind=kind)
    except IntegrityError:
        # Another process was first; its run is there now.
        created = _reuse_or_create(store, resource, kind)
    return created


def _make_due(run: SyncRun) -> None:
    """Let the run go on now: it may have been paused, or be waiting out failures."""
    run.due_at, run.failures, run.error = utc_now(), 0, None
    run.state = RunState.QUEUED if run.started_at is None else RunState.RUNNING
    run.paused_s, run.paused_at = round(run.paused_time.total_seconds()), None
    SyncRun.update(
        due_at=run.due_at,
        failures=run.failures,
        error=run.error,
        state=run.state,
        paused_s=run.paused_s,
        paused_at=run.paused_at,
    ).where(SyncRun.id == run.id, SyncRun.finished_at.is_null()).execute()


def _cancel(run: SyncRun) -> bool:
    now = utc_now()
    with database.atomic():
        is_ended: bool = (
            SyncRun.update(state=RunState.CANCELED, finished_at=now)
            .where(SyncRun.id == run.id, SyncRun.finished_at.is_null())
            .execute()
        ) == 1
        if is_ended:
            SyncState.update(next_due_at=next_due_at(run, now)).where(
                SyncState.store == run.store_id, SyncState.resource == run.resource
            ).execute()
            log.info("run.canceled", store=run.store_id, resource=run.resource, run=run.id)
    return is_ended
