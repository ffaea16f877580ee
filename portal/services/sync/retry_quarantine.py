"""Have all quarantined records of a resource read again, and report the progress."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import structlog

from portal.errors import RunRefusedError
from portal.jobs import RESYNC_RECORDS
from portal.models import (
    SYNC_ORDER,
    AuditLogEntry,
    Quarantine,
    RecordResync,
    Resource,
    Store,
    database,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, insert_rows
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.sync.run_refusals import RunRefusal
from portal.services.mirror.resources import RESOURCES
from portal.services.runs.requested_runs import check_working
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class QuarantineCount:
    """Number of a resource's quarantined records; ``retryable`` ones have a usable id."""

    resource: Resource
    count: int
    retryable: int


@dataclass(frozen=True)
class RetryProgress:
    """Number of requested records that were read again, of all requested ones."""

    resource: Resource
    done: int
    total: int

    @property
    def waiting(self) -> int:
        """Return the number of records not read yet."""
        return self.total - self.done


def quarantine_counts(store: Store) -> Sequence[QuarantineCount]:
    """Return the number of quarantined records per resource; resources without any are left out."""
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
    """Return the resources to offer a bulk retry for: more than one record, not all requested."""
    waiting = {retry.resource: retry.waiting for retry in retries}
    return [
        kind
        for kind in unreadable
        if kind.retryable > 1 and kind.retryable > waiting.get(kind.resource, 0)
    ]


def retry_quarantined(runtime: Runtime, store: Store, resource: Resource) -> int:
    """Have the quarantined records of the resource read again; return how many.

    A record with a waiting request gets no second one. Raises RunRefusedError while the store is
    stopped, and if there is no such record.
    """
    check_working(store)
    is_id = RESOURCES[resource].is_id
    entries = Quarantine.open_of(store).where(Quarantine.resource == resource)
    ids = [entry.entity_id for entry in entries.select(Quarantine.entity_id)]
    # A record without a valid id can't be read by id; the next backfill reads it again.
    requested = [entity_id for entity_id in ids if is_id(entity_id)]
    if not requested:
        raise RunRefusedError(store.id, RunRefusal.NOTHING_QUARANTINED)
    with database.atomic():
        _request_resyncs(store, resource, requested)
        AuditLogEntry.record_request(
            store.id,
            AuditAction.QUARANTINE_RETRY_REQUESTED,
            resource,
            after={"count": len(requested)},
        )
    runtime.wake(RESYNC_RECORDS, store.id)
    log.info("quarantine.retry_requested", store=store.id, resource=resource, count=len(requested))
    return len(requested)


def retry_status(store: Store) -> Sequence[RetryProgress]:
    """Return the progress of each resource with waiting requests.

    It counts requests since the oldest one that is still waiting.
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
