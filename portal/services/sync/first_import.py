"""First import of stores: its progress, and the event that reports its end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from portal.models import (
    SYNC_ORDER,
    MirrorCount,
    RunKind,
    Store,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.rules.sync.first_import import FirstImport, ImportedResource, first_import_of
from portal.services.mirror.resources import RESOURCES
from portal.services.outbox.publish import EventDraft, find_subscribers, publish_events

_LOCK = "first_import"


def is_first_read(run: SyncRun) -> bool:
    """Return whether the run reads its resource for the first time; ask before it finishes."""
    return run.kind == RunKind.BACKFILL and not _complete(run.store_id, run.resource)


def publish_first_import(run: SyncRun) -> int:
    """Record and publish that the first import is completed, if ``run`` read the last resource.

    Runs in the transaction that finishes the run; returns the number of events.
    """
    # Otherwise two runs that finish at the same time wouldn't see each other.
    MirrorCount.lock(run.store_id, _LOCK)
    if _complete(run.store_id) < len(SYNC_ORDER):
        return 0
    Store.update(first_imported_at=utc_now()).where(Store.id == run.store_id).execute()
    detail = {"state": run.store.state, "reason": "first_import_completed"}
    draft = EventDraft(OutboundEventType.STORE_FIRST_IMPORT_COMPLETED, detail=detail)
    return publish_events(run.store_id, [draft], find_subscribers(run.store_id))


def first_imports(stores: Sequence[Store]) -> Mapping[int, FirstImport]:
    """Return the progress of each store's first import, in three statements."""
    store_ids = [store.id for store in stores]
    complete: set[tuple[int, str]] = {
        (state.store_id, state.resource)
        for state in SyncState.select(SyncState.store, SyncState.resource).where(
            SyncState.store.in_(store_ids), SyncState.high_water_at.is_null(is_null=False)
        )
    }
    unfinished = [
        store_id
        for store_id in store_ids
        if any((store_id, resource) not in complete for resource in SYNC_ORDER)
    ]
    runs = {
        (run.store_id, run.resource): run
        for run in SyncRun.select().where(
            SyncRun.store.in_(unfinished), SyncRun.finished_at.is_null()
        )
    }
    counts: dict[tuple[int, str], int] = {
        (count.store_id, count.mirror_table): count.live
        for count in MirrorCount.select().where(MirrorCount.store.in_(unfinished))
    }

    def imported(store_id: int, resource: str) -> ImportedResource:
        if (store_id, resource) in complete:
            table = RESOURCES[resource].table._meta.table_name  # noqa: SLF001 - documented
            live = counts.get((store_id, table), 0)
            return ImportedResource(is_complete=True, seen=live, total=live)
        run = runs.get((store_id, resource))
        if run is None:
            return ImportedResource(is_complete=False)
        return ImportedResource(is_complete=False, is_running=True, seen=run.seen, total=run.total)

    return {
        store_id: first_import_of([imported(store_id, resource) for resource in SYNC_ORDER])
        for store_id in store_ids
    }


def is_imported(store_id: int, resource: str) -> bool:
    """Return whether all records of a resource were read at least once."""
    return _complete(store_id, resource) > 0


def _complete(store_id: int, *resources: str) -> int:
    """Return how many of these resources, or of all, were read completely."""
    states = SyncState.select().where(
        SyncState.store == store_id, SyncState.high_water_at.is_null(is_null=False)
    )
    if resources:
        states = states.where(SyncState.resource.in_(resources))
    count: int = states.count()
    return count
