"""Read single records of a store again, as a person wishes.

A wish is a row before the daemon is woken (promise 1), and its outcome stays with it: saved, gone
from the store, unreadable, or failed and why.
"""

from __future__ import annotations

from functools import partial

import structlog
from peewee import IntegrityError, ModelSelect

from portal.ecwid.errors import EcwidNotFoundError
from portal.ecwid.rate_limiter import Lane
from portal.errors import RunRefusedError
from portal.jobs import RESYNC_RECORDS
from portal.models import (
    WORKING_STATES,
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
    Store,
    database,
    utc_now,
)
from portal.rules.sync.run_refusals import Refusal
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.connection.handle_refusals import stops_the_store
from portal.services.mirror.resources import RECORD_KINDS
from portal.services.runs.run_control import check_working
from portal.services.runtime import Runtime
from portal.services.work.failures import INTERRUPTIONS, Action, FailurePolicy
from portal.services.work.leases import claimed

log = structlog.get_logger(__name__)

BATCH = 50
FEW = 10
# A call takes up to 25 s.
LEASE_TTL_S = 60.0
POLICY = FailurePolicy(DEFAULT_BACKOFF)


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
    """Read the requested records that are due; safe to run twice, also at the same time.

    After a batch it wakes itself again, to let other stores go first. Someone waits for a few
    records; many are read at background priority, because they would use up the store's quota.
    """
    if not _is_due(store_id):
        return
    with claimed(f"resync:{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        wishes = list(_due(store_id).order_by(RecordResync.id).limit(BATCH))
        lane = Lane.INTERACTIVE if len(wishes) <= FEW else Lane.BACKGROUND
        for wish in claim.each(wishes):
            if not _read(runtime, wish, lane):
                return
    if not claim.is_lost and _is_due(store_id):
        runtime.wake(RESYNC_RECORDS, store_id)


def wake_waiting_resyncs(runtime: Runtime) -> int:
    """Wake the daemon for every working store with requests due; return how many."""
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
    return runtime.wake_each(RESYNC_RECORDS, (row.store_id for row in waiting))


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
    """Read one record and write the result; return False if the store can't be called now."""
    kind = RECORD_KINDS[Resource(wish.resource)]
    read_at = utc_now()
    try:
        record = kind.read(runtime.client(wish.store_id, lane), wish.entity_id)
        with database.atomic():
            saved = kind.save(wish.store_id, [record], read_at)
            _finish(wish, ResyncState.UNREADABLE if saved.quarantined else ResyncState.SAVED)
    except EcwidNotFoundError:
        with database.atomic():
            kind.mark_deleted(wish.store_id, wish.entity_id, read_at)
            Quarantine.resolve(wish.store_id, wish.resource, [wish.entity_id], read_at)
            _finish(wish, ResyncState.GONE)
    except INTERRUPTIONS:
        raise
    except Exception as error:  # noqa: BLE001 - whatever it is, other requests continue
        return _note_failure(runtime, wish, error)
    return True


def _note_failure(runtime: Runtime, wish: RecordResync, error: Exception) -> bool:
    """Write why a record could not be read; return False if the store can't be called now."""
    stops_store = partial(stops_the_store, runtime, wish.store_id)
    decision = POLICY.decide(error, wish.attempts, stops_store)
    wish.attempts, wish.error = decision.attempts, decision.error
    wish.due_at = decision.due_at or wish.due_at
    if decision.action is Action.FINISH:
        _finish(wish, ResyncState.FAILED)
    else:
        wish.save()
    return decision.action in (Action.RETRY, Action.FINISH)


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
