"""Erase all that was copied of a disconnected store, in parts that hold nobody up for long.

A merchant asks for it when disconnecting or later; otherwise the copy is kept for as long as the
settings say, for a reinstallation. What is gone is counted in the transaction that deletes it, so
a killed worker's erasure goes on where it stopped. SQLite's file is shortened afterwards by
`give_space_back`, as always.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from peewee import IntegrityError, fn

from portal.jobs import ERASE_COPY
from portal.models import (
    Audit,
    CopyErasure,
    Lease,
    Merchant,
    Store,
    StoreState,
    Timeline,
    database,
    utc_now,
)
from portal.models.store_data_tables import COPY_TABLES, delete_some, rows_of
from portal.services.runtime import Runtime
from portal.services.work.leases import claimed
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

# Some ten milliseconds on SQLite, where the receiver waits meanwhile.
ROWS_AT_ONCE = 200
# Another store's work waits meanwhile.
SLICE_S = 3.0
LEASE_TTL_S = 20.0


def ask_for_erasure(store_id: int, asked_by: Merchant | None = None) -> bool:
    """Have the store's copy erased; False if it is being erased already.

    Only for a disconnected store, whose row the caller holds: nothing is copied of it any more.
    The caller wakes ERASE_COPY after its commit.
    """
    try:
        with database.atomic():
            CopyErasure.create(store=store_id, asked_by=asked_by)
    except IntegrityError:
        # The partial unique index has decided.
        return False
    Timeline.note(store_id, "erasure_asked", asked_by)
    if asked_by is not None:
        Audit.note(store_id, "erase_copy", f"store {store_id}", who=asked_by)
    log.info("erasure.asked", store=store_id, by=asked_by.id if asked_by else None)
    return True


def erased_at(store: Store, kept_days: int) -> datetime | None:
    """Return when a disconnected store's copy is erased by itself; None if it is connected."""
    if store.state != StoreState.DISCONNECTED:
        return None
    at: datetime = store.state_since_at + timedelta(days=kept_days)
    return at


def last_erasure(store: Store) -> CopyErasure | None:
    """Return the newest erasure since the store was disconnected, finished or not, or None."""
    found: CopyErasure | None = (
        CopyErasure.select()
        .where(CopyErasure.store == store, CopyErasure.asked_at >= store.state_since_at)
        .order_by(CopyErasure.id.desc())
        .first()
    )
    return found


def ask_for_due_erasures(runtime: Runtime) -> int:
    """Have the copies erased that were kept for their time; return how many."""
    oldest = utc_now() - timedelta(days=runtime.settings.mirror_kept_days)
    is_asked = fn.EXISTS(
        CopyErasure.select(1).where(
            CopyErasure.store == Store.id, CopyErasure.asked_at >= Store.state_since_at
        )
    )
    due = Store.select(Store.id).where(
        Store.state == StoreState.DISCONNECTED, Store.state_since_at <= oldest, ~is_asked
    )
    store_ids = [store.id for store in due]
    asked = 0
    for store_id in store_ids:
        with database.atomic():
            # Checked again under the lock, because the merchant may have given a new consent.
            if _lock_disconnected(store_id):
                asked += ask_for_erasure(store_id)
        runtime.wake(ERASE_COPY, store_id)
    return asked


def wake_erasures(runtime: Runtime) -> int:
    """Wake the daemon for every erasure that has not finished; return how many."""
    under_way = CopyErasure.select(CopyErasure.store).where(CopyErasure.finished_at.is_null())
    return runtime.wake_each(ERASE_COPY, (erasure.store_id for erasure in under_way))


def erase_copy(runtime: Runtime, store_id: int) -> None:
    """Erase a slice of the store's copy, and wake the next if some is left; safe to run twice."""
    if Lease.is_held(f"drain:{store_id}"):
        # A drain may still write what it has just read; the sweep starts this job again.
        return
    with claimed(f"erase:{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        erasure = CopyErasure.under_way(store_id)
        is_done = erasure is None or _erase_slice(runtime, erasure)
    if not is_done:
        runtime.wake(ERASE_COPY, store_id)


def _erase_slice(runtime: Runtime, erasure: CopyErasure) -> bool:
    """Erase for some seconds; return whether all is gone."""
    ends_s = time.monotonic() + SLICE_S
    if erasure.total is None:
        erasure.total = sum(rows_of(table, erasure.store_id) for table in COPY_TABLES)
        erasure.save(only=[CopyErasure.total])
    for table in COPY_TABLES:
        while True:
            if time.monotonic() >= ends_s:
                return False
            with runtime.turn.taken(), database.atomic():
                gone = delete_some(table, erasure.store_id, ROWS_AT_ONCE)
                if not gone:
                    break
                name = table.__name__
                erasure.erased = {**erasure.erased, name: erasure.erased.get(name, 0) + gone}
                erasure.save(only=[CopyErasure.erased])
    _finish(erasure)
    return True


def _finish(erasure: CopyErasure) -> None:
    with database.atomic():
        erasure.finished_at = utc_now()
        erasure.save(only=[CopyErasure.finished_at])
        Timeline.note(erasure.store_id, "copy_erased", rows=erasure.done)
    log.info("erasure.done", store=erasure.store_id, rows=erasure.done)


def _lock_disconnected(store_id: int) -> bool:
    """Lock the store's row until the commit; return False if it is not disconnected."""
    disconnected = Store.select(Store.id).where(
        Store.id == store_id, Store.state == StoreState.DISCONNECTED
    )
    return locked(disconnected).first() is not None
