"""Have all unreadable records of a resource read again, and tell how far that is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog
from peewee import chunked

from portal.errors import RunRefusedError
from portal.jobs import RESYNC_RECORDS
from portal.models import SYNC_ORDER, Quarantine, RecordResync, Resource, Store, database, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, insert_rows
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.mirror.resources import RESOURCES
from portal.services.runs.run_control import check_working
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class QuarantineCount:
    """Count a resource's records that are set aside now; ``retryable`` ones tell an id."""

    resource: Resource
    count: int
    retryable: int


@dataclass(frozen=True)
class RetryProgress:
    """Count how many of the records asked for are read again; the rest still waits."""

    resource: Resource
    done: int
    total: int

    @property
    def waiting(self) -> int:
        """Return how many still wait."""
        return self.total - self.done


def quarantine_counts(store: Store) -> Sequence[QuarantineCount]:
    """Return what is set aside of each resource now, without those of which nothing is."""
    entries = Quarantine.open_of(store).select(Quarantine.resource, Quarantine.entity_id)
    count: Counter[str] = Counter()
    retryable: Counter[str] = Counter()
    for entry in entries:
        count[entry.resource] += 1
        retryable[entry.resource] += RESOURCES[entry.resource].is_id(entry.entity_id)
    return [
        QuarantineCount(resource, count[resource], retryable[resource])
        for resource in SYNC_ORDER
        if count[resource]
    ]


def bulk_retry_options(
    unreadable: Sequence[QuarantineCount], retries: Sequence[RetryProgress]
) -> Sequence[QuarantineCount]:
    """Return what may be read again all at once: several, and not all of them waiting for it."""
    waiting = {retry.resource: retry.waiting for retry in retries}
    return [
        kind
        for kind in unreadable
        if kind.retryable > 1 and kind.retryable > waiting.get(kind.resource, 0)
    ]


def retry_quarantined(runtime: Runtime, store: Store, resource: Resource) -> int:
    """Have the unreadable records of the resource read again; return how many will be.

    Those that wait for it already are not asked for twice. Raises RunRefusedError while the store
    is stopped, and if there is none.
    """
    check_working(store)
    is_id = RESOURCES[resource].is_id
    entries = Quarantine.open_of(store).where(Quarantine.resource == resource)
    ids = [entry.entity_id for entry in entries.select(Quarantine.entity_id)]
    # What can't be an id was never told as one; the next full copy reads it again.
    requested = [entity_id for entity_id in ids if is_id(entity_id)]
    if not requested:
        raise RunRefusedError(store.id, RunRefusal.NOTHING_QUARANTINED)
    with database.atomic():
        _request_resyncs(store, resource, requested)
    runtime.wake(RESYNC_RECORDS, store.id)
    log.info("quarantine.retry_requested", store=store.id, resource=resource, count=len(requested))
    return len(requested)


def retry_status(store: Store) -> Sequence[RetryProgress]:
    """Return how far each resource is of which records wait to be read again.

    Counted from the oldest wish that is still waiting.
    """
    return [
        progress for resource in SYNC_ORDER if (progress := _progress(store, resource)) is not None
    ]


def _request_resyncs(store: Store, resource: Resource, entity_ids: Iterable[str]) -> None:
    now = utc_now()
    resync = {"store": store.id, "resource": resource, "requested_at": now, "due_at": now}
    for part in chunked(entity_ids, ROWS_PER_STATEMENT):
        rows = [{**resync, "entity_id": entity_id} for entity_id in part]
        insert_rows(RecordResync, rows, "ON CONFLICT DO NOTHING")


def _progress(store: Store, resource: Resource) -> RetryProgress | None:
    resyncs = RecordResync.select().where(
        RecordResync.store == store, RecordResync.resource == resource
    )
    waiting = resyncs.where(RecordResync.finished_at.is_null())
    oldest = waiting.order_by(RecordResync.requested_at).first()
    if oldest is None:
        return None
    total = resyncs.where(RecordResync.requested_at >= oldest.requested_at).count()
    return RetryProgress(resource, total - waiting.count(), total)
