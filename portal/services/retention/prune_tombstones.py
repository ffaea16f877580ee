"""Deletion of records that were deleted in their store so long ago that nobody asks any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter

from portal.models import MirrorTable, Order, OrderItem, Product, database, mirrored_tables, utc_now
from portal.models.bulk import delete_in_values
from portal.models.channel_selection import forget_products
from portal.services.runtime import Runtime
from portal.services.work.time_budget import repeat_for

# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 200
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.25


def prune_tombstones(runtime: Runtime) -> int:
    """Delete records that were deleted over `TOMBSTONE_DAYS` ago within a limited time.

    Returns their number. The next round continues where this one stopped.
    """
    before = utc_now() - timedelta(days=runtime.settings.tombstone_days)
    return sum(
        repeat_for(TIME_BUDGET_S, partial(_delete_next, runtime, table, before))
        for table in mirrored_tables()
    )


def _delete_next(runtime: Runtime, table: type[MirrorTable], before: datetime) -> int:
    old = table.select(table.store, table.remote_id).where(table.deleted_at < before)
    batch = sorted(old.limit(BATCH).tuples().execute())
    deleted = 0
    for store_id, rows in groupby(batch, itemgetter(0)):
        ids = [remote_id for _, remote_id in rows]
        with runtime.write_lock.held(), database.atomic():
            table.lock(store_id)
            # Checked again under the lock: a record may be live again.
            gone = table.select(table.remote_id).where(
                table.matching(store_id, ids), table.deleted_at < before
            )
            old_ids = [row.remote_id for row in gone]
            if table is Order:
                delete_in_values(OrderItem, OrderItem.order_id, store_id, old_ids)
            if table is Product:
                forget_products(store_id, old_ids)
            delete_in_values(table, table.remote_id, store_id, old_ids)
            deleted += len(old_ids)
    return deleted
