"""Erasure of a disconnected store's data, in short batches.

A merchant requests it when disconnecting or later. Otherwise the data is kept for the configured
time, in case the app is installed again. Each transaction counts the rows that it deletes, so after
a crash the erasure continues where it stopped. `reclaim_space` later shrinks SQLite's file.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

import structlog
from peewee import IntegrityError, fn

from portal.jobs import ERASE_STORE_DATA
from portal.models import (
    AuditLogEntry,
    ChannelSelection,
    Lease,
    Merchant,
    Store,
    StoreDataErasure,
    StoreState,
    TimelineEntry,
    database,
    utc_now,
)
from portal.models.change_feed import add_store_erasure
from portal.models.store_data_tables import copy_tables, count_rows, delete_batch
from portal.rules.accounts.audit_actions import AuditAction
from portal.services.retention.export_files import delete_withdrawn_files
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork
from portal.services.work.leases import claimed
from portal.services.work.row_locks import locked

log = structlog.get_logger(__name__)

# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 200
# Other stores' jobs wait during this time.
TIME_SLICE_S = 3.0
LEASE_TTL_S = 20.0
LEASE_PREFIX = "erase:"


def request_erasure(store_id: int, requested_by: Merchant | None = None) -> bool:
    """Request the erasure of the store's data; return False if it is already in progress.

    The store must be disconnected and its row locked by the caller, so nothing writes new data. The
    caller wakes ERASE_STORE_DATA after its commit.
    """
    try:
        with database.atomic():
            StoreDataErasure.create(store=store_id, requested_by=requested_by)
    except IntegrityError:
        # The partial unique index found an unfinished erasure.
        return False
    TimelineEntry.record(store_id, "erasure_requested", requested_by)
    if requested_by is not None:
        AuditLogEntry.record(
            store_id,
            AuditAction.STORE_DATA_ERASURE_REQUESTED,
            f"store {store_id}",
            actor=requested_by,
        )
    log.info("erasure.requested", store=store_id, by=requested_by.id if requested_by else None)
    return True


def erasure_due_at(store: Store, kept_days: int) -> datetime | None:
    """Return when a disconnected store's data will be erased; None if the store is connected."""
    if store.state != StoreState.DISCONNECTED:
        return None
    at: datetime = store.state_changed_at + timedelta(days=kept_days)
    return at


def last_erasure(store: Store) -> StoreDataErasure | None:
    """Return the latest erasure since the store was disconnected, finished or not, or None."""
    found: StoreDataErasure | None = (
        StoreDataErasure.select()
        .where(
            StoreDataErasure.store == store, StoreDataErasure.requested_at >= store.state_changed_at
        )
        .order_by(StoreDataErasure.id.desc())
        .first()
    )
    return found


def request_due_erasures(runtime: Runtime) -> int:
    """Request the erasure of all data kept longer than the configured time; return the count."""
    oldest = utc_now() - timedelta(days=runtime.settings.mirror_retention_days)
    is_asked = fn.EXISTS(
        StoreDataErasure.select(1).where(
            StoreDataErasure.store == Store.id,
            StoreDataErasure.requested_at >= Store.state_changed_at,
        )
    )
    due = Store.select(Store.id).where(
        Store.state == StoreState.DISCONNECTED, Store.state_changed_at <= oldest, ~is_asked
    )
    store_ids = [store.id for store in due]
    asked = 0
    for store_id in store_ids:
        with database.atomic():
            # Checked again under the lock, because the merchant may have given a new consent.
            if _lock_disconnected(store_id):
                asked += request_erasure(store_id)
        runtime.wake(ERASE_STORE_DATA, store_id)
    return asked


def wake_erasures(runtime: Runtime) -> int:
    """Wake the daemon for unfinished erasures; return how many."""
    return runtime.wake_due(due_erasures())


def due_erasures() -> DueWork:
    """Return the stores with an unfinished erasure that no worker continues."""
    held = Lease.held_ids(LEASE_PREFIX)
    in_progress = StoreDataErasure.select(StoreDataErasure.store).where(
        StoreDataErasure.finished_at.is_null(), StoreDataErasure.store.not_in(held)
    )
    return DueWork(ERASE_STORE_DATA, in_progress, StoreDataErasure.requested_at)


def erase_store_data(runtime: Runtime, store_id: int) -> None:
    """Erase data for some seconds and wake the next slice if some is left; safe to run twice."""
    if Lease.is_held(f"drain:{store_id}"):
        # A running drain may still write what it has read. The sweep starts this job again.
        return
    with claimed(f"{LEASE_PREFIX}{store_id}", LEASE_TTL_S) as claim:
        if claim is None:
            return
        erasure = StoreDataErasure.in_progress(store_id)
        is_done = erasure is None or _erase_slice(runtime, erasure)
    if not is_done:
        runtime.wake(ERASE_STORE_DATA, store_id)


def _erase_slice(runtime: Runtime, erasure: StoreDataErasure) -> bool:
    """Erase for some seconds; return whether everything is erased."""
    ends_s = time.monotonic() + TIME_SLICE_S
    if erasure.total is None:
        erasure.total = sum(count_rows(table, erasure.store_id) for table in copy_tables())
        erasure.save(only=[StoreDataErasure.total])
    for table in copy_tables():
        while True:
            if time.monotonic() >= ends_s:
                return False
            with runtime.write_lock.held(), database.atomic():
                gone = delete_batch(table, erasure.store_id, BATCH)
                if not gone:
                    break
                name = table.__name__
                erasure.erased = {**erasure.erased, name: erasure.erased.get(name, 0) + gone}
                erasure.save(only=[StoreDataErasure.erased])
    # Their rows are gone, and with them every way to download them.
    delete_withdrawn_files(runtime.settings, erasure.store_id)
    _finish(erasure)
    return True


def _finish(erasure: StoreDataErasure) -> None:
    with database.atomic():
        erasure.finished_at = utc_now()
        erasure.save(only=[StoreDataErasure.finished_at])
        TimelineEntry.record(erasure.store_id, "store_data_erased", rows=erasure.erased_rows)
        # They count products that are gone.
        ChannelSelection.apply_again(ChannelSelection.store == erasure.store_id)
        # After the entries of its records, which are gone.
        add_store_erasure(erasure.store_id)
    log.info("erasure.done", store=erasure.store_id, rows=erasure.erased_rows)


def _lock_disconnected(store_id: int) -> bool:
    """Lock the store's row until the commit; return False if it is not disconnected."""
    disconnected = Store.select(Store.id).where(
        Store.id == store_id, Store.state == StoreState.DISCONNECTED
    )
    return locked(disconnected).first() is not None
