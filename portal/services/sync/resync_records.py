"""Read single records of a store again, as a person wishes.

A wish is a row before the daemon is woken (promise 1), and its outcome stays with it: saved, gone
from the store, unreadable, or failed and why.
"""

from __future__ import annotations

import uuid
from datetime import timedelta
from random import Random

import structlog
from peewee import IntegrityError, ModelSelect

from portal.ecwid.errors import EcwidNotFoundError, EcwidRateLimitError
from portal.ecwid.quota import Lane
from portal.errors import PortalError, RunRefusedError
from portal.jobs import RESYNC_RECORDS
from portal.models import (
    WORKING_STATES,
    Lease,
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
    Store,
    database,
    utc_now,
)
from portal.rules.sync.retry import is_spent, wait_s
from portal.rules.sync.run_refusals import Refusal
from portal.services.connection.handle_refusals import stops_the_store
from portal.services.mirror.resources import RECORD_KINDS
from portal.services.runs.run_control import check_working
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

BATCH = 50
FEW = 10
# One call at most takes 25 s.
LEASE_TTL_S = 60.0
JITTER = Random()  # noqa: S311 - spreads retries, guards no secret


def resync_record(
    runtime: Runtime, store: Store, resource: Resource, entity_id: str
) -> RecordResync:
    """Have one record read again soon; return the wish, which may have been waiting already.

    Raises RunRefusedError while the store is stopped, and for an id that no record can have.
    """
    check_working(store)
    if not RECORD_KINDS[resource].is_id(entity_id):
        raise RunRefusedError(store.id, Refusal.NO_RECORD_ID)
    try:
        with database.atomic():
            wish = RecordResync.create(store=store, resource=resource, entity_id=entity_id)
    except IntegrityError:
        wish = RecordResync.latest_of(store.id, resource, [entity_id])[entity_id]
    runtime.wake(RESYNC_RECORDS, store.id)
    log.info("record.asked_for", store=store.id, resource=resource, entity=entity_id)
    return wish


def read_waiting_records(runtime: Runtime, store_id: int) -> None:
    """Read the records that are wished for and due; safe to run twice, and beside itself.

    After a batch it wakes itself again, so that other stores have their turn. A person waits for
    a few records; many are read in the background's lane, or they would take the quota from all.
    """
    owner = uuid.uuid4().hex
    lease = f"resync:{store_id}"
    if not _is_due(store_id) or not Lease.acquire(lease, owner, LEASE_TTL_S):
        return
    try:
        wishes = list(_due(store_id).order_by(RecordResync.id).limit(BATCH))
        lane = Lane.INTERACTIVE if len(wishes) <= FEW else Lane.BACKGROUND
        for wish in wishes:
            if not Lease.acquire(lease, owner, LEASE_TTL_S) or not _read(runtime, wish, lane):
                return
    finally:
        Lease.release(lease, owner)
    if _is_due(store_id):
        runtime.wake(RESYNC_RECORDS, store_id)


def wake_waiting_resyncs(runtime: Runtime) -> int:
    """Wake the daemon for every working store with due wishes; return how many."""
    waiting = (
        RecordResync.select(RecordResync.store)
        .join(Store)
        .where(
            RecordResync.finished_at.is_null(),
            RecordResync.due_at <= utc_now(),
            Store.state.in_(WORKING_STATES),
        )
        .distinct()
    )
    store_ids = [row.store_id for row in waiting]
    for store_id in store_ids:
        runtime.wake(RESYNC_RECORDS, store_id)
    return len(store_ids)


def _due(store_id: int) -> ModelSelect[RecordResync]:
    return RecordResync.select().where(
        RecordResync.store == store_id,
        RecordResync.finished_at.is_null(),
        RecordResync.due_at <= utc_now(),
    )


def _is_due(store_id: int) -> bool:
    store = Store.get_or_none(Store.id == store_id)
    return store is not None and store.is_working and _due(store_id).exists()


def _read(runtime: Runtime, wish: RecordResync, lane: Lane) -> bool:
    """Read one record and write what became of it; False if the store can't be called now."""
    kind = RECORD_KINDS[Resource(wish.resource)]
    read_at = utc_now()
    try:
        record = kind.read(runtime.client(wish.store_id, lane), wish.entity_id)
    except EcwidNotFoundError:
        with database.atomic():
            kind.mark_deleted(wish.store_id, wish.entity_id, read_at)
            Quarantine.resolve(wish.store_id, wish.resource, [wish.entity_id], read_at)
            _finish(wish, ResyncState.GONE)
        return True
    except PortalError as error:
        return _note_failure(runtime, wish, error)
    with database.atomic():
        saved = kind.save(wish.store_id, [record], read_at)
        _finish(wish, ResyncState.UNREADABLE if saved.quarantined else ResyncState.SAVED)
    return True


def _note_failure(runtime: Runtime, wish: RecordResync, error: PortalError) -> bool:
    if isinstance(error, EcwidRateLimitError):
        _wait(wish, error.retry_after_s)
        return False
    if stops_the_store(runtime, wish.store_id, error):
        return False
    wish.attempts, wish.error = wish.attempts + 1, str(error)
    if is_spent(wish.attempts) or not error.retryable:
        _finish(wish, ResyncState.FAILED)
    else:
        _wait(wish, wait_s(wish.attempts, JITTER))
    return True


def _wait(wish: RecordResync, seconds: float) -> None:
    wish.due_at = utc_now() + timedelta(seconds=seconds)
    wish.save()


def _finish(wish: RecordResync, state: ResyncState) -> None:
    wish.state, wish.finished_at = state, utc_now()
    wish.save()
    log.info(
        "record.read_again",
        store=wish.store_id,
        resource=wish.resource,
        entity=wish.entity_id,
        state=state,
    )
