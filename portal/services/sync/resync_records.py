"""Read single records of a store again at a person's request.

A request is a row before the daemon is woken (promise 1). The row keeps the outcome: saved, gone
from the store, unreadable, or failed with the error.
"""

from __future__ import annotations

from functools import partial

import structlog
from peewee import IntegrityError, ModelSelect, fn

from portal.ecwid.errors import EcwidNotFoundError
from portal.ecwid.rate_limiter import Priority
from portal.errors import RunRefusedError
from portal.jobs import RESYNC_RECORDS
from portal.models import (
    WORKING_STATES,
    AuditLogEntry,
    Lease,
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
    Store,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.sync.run_refusals import RunRefusal
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.connection.handle_refusals import handle_refusal
from portal.services.mirror.resources import RESOURCES
from portal.services.runs.requested_runs import check_working
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.failures import (
    INTERRUPTIONS,
    Action,
    FailurePolicy,
    postpone_if_hanging,
)
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

BATCH = 50
INTERACTIVE_LIMIT = 10
# A call takes up to 25 s.
LEASE_TTL_S = 60.0
LEASE_PREFIX = "resync:"
POLICY = FailurePolicy(DEFAULT_BACKOFF)


def resync_record(
    runtime: Runtime, store: Store, resource: Resource, entity_id: str
) -> RecordResync:
    """Have one record read again soon; return the request, which may exist already.

    Raises RunRefusedError while the store is stopped, and for an id that no record can have.
    """
    check_working(store)
    if not RESOURCES[resource].is_id(entity_id):
        raise RunRefusedError(store.id, RunRefusal.INVALID_RECORD_ID)
    with database.atomic():
        try:
            with database.atomic():
                resync = RecordResync.create(store=store, resource=resource, entity_id=entity_id)
        except IntegrityError:
            resync = RecordResync.latest_of(store.id, resource, [entity_id])[entity_id]
        else:
            AuditLogEntry.record_request(
                store.id, AuditAction.RECORD_RESYNC_REQUESTED, f"{resource} {entity_id}"
            )
    runtime.wake(RESYNC_RECORDS, store.id)
    log.info("resync.requested", store=store.id, resource=resource, entity=entity_id)
    return resync


def process_resyncs(runtime: Runtime, store_id: int) -> None:
    """Read the requested records that are due; safe to run twice, also at the same time.

    After a batch it wakes itself again, to let other stores go first. Someone waits for a few
    records; many are read at background priority, because they would use up the store's quota.
    """
    if not _is_due(store_id):
        return
    with claimed(f"{LEASE_PREFIX}{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        resyncs = list(_due(store_id).order_by(RecordResync.id).limit(BATCH))
        priority = (
            Priority.INTERACTIVE if len(resyncs) <= INTERACTIVE_LIMIT else Priority.BACKGROUND
        )
        for resync in claim.each(resyncs):
            if not _read(runtime, resync, priority):
                return
    if not claim.is_lost and _is_due(store_id):
        runtime.wake(RESYNC_RECORDS, store_id)


def wake_waiting_resyncs(runtime: Runtime) -> int:
    """Wake the daemon for working stores with requests due; return how many."""
    return runtime.wake_due(due_resyncs())


def due_resyncs() -> DueWork:
    """Return the working stores with requests due that no worker processes."""
    waiting = (
        RecordResync.select(RecordResync.store)
        .join(Store)
        .where(
            RecordResync.finished_at.is_null(),
            RecordResync.due_at <= utc_now(),
            Store.state.in_(WORKING_STATES),
            RecordResync.store.not_in(Lease.held_ids(LEASE_PREFIX)),
        )
        .group_by(RecordResync.store)
    )
    return DueWork(RESYNC_RECORDS, waiting, fn.MIN(RecordResync.due_at))


def _due(store_id: int) -> ModelSelect[RecordResync]:
    return RecordResync.select().where(
        RecordResync.store == store_id,
        RecordResync.finished_at.is_null(),
        RecordResync.due_at <= utc_now(),
    )


def _is_due(store_id: int) -> bool:
    store = Store.get_or_none(Store.id == store_id)
    return store is not None and store.is_working and _due(store_id).exists()


def _read(runtime: Runtime, resync: RecordResync, priority: Priority) -> bool:
    """Read one record and write the result; return False if the store can't be called now."""
    spec = RESOURCES[resync.resource]
    read_at = utc_now()
    try:
        record = spec.read_one(runtime.client(resync.store_id, priority), resync.entity_id)
        with database.atomic():
            saved = spec.save(resync.store_id, [record], read_at)
            _finish(resync, ResyncState.UNREADABLE if saved.quarantined else ResyncState.SAVED)
    except EcwidNotFoundError:
        with database.atomic():
            ids = spec.ids_known_by(resync.store_id, resync.entity_id)
            spec.mark_deleted(resync.store_id, ids, read_at)
            Quarantine.resolve(resync.store_id, resync.resource, [resync.entity_id], read_at)
            _finish(resync, ResyncState.GONE)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other requests continue
        return _record_failure(runtime, resync, error)
    return True


def _record_failure(runtime: Runtime, resync: RecordResync, error: Exception) -> bool:
    """Write why a record could not be read; return False if the store can't be called now."""
    stops_store = partial(handle_refusal, runtime, resync.store_id)
    decision = POLICY.decide(error, resync.attempts, stops_store)
    resync.attempts, resync.error = decision.attempts, decision.error
    resync.due_at = decision.due_at or resync.due_at
    if decision.action is Action.FINISH:
        _finish(resync, ResyncState.FAILED)
    else:
        resync.save()
    if postpone_if_hanging(error, decision.due_at, RecordResync, resync.store_id):
        return False
    return decision.action in (Action.RETRY, Action.FINISH)


def _finish(resync: RecordResync, state: ResyncState) -> None:
    resync.state, resync.finished_at = state, utc_now()
    resync.save()
    log.info(
        "resync.finished",
        store=resync.store_id,
        resource=resync.resource,
        entity=resync.entity_id,
        state=state,
    )
