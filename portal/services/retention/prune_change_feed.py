"""Deletion of entries of the change feed that no reader needs any more.

The newest entry of each record stays, and the newest one of each channel about its selection. So a
reader with an old cursor still learns of every record that has changed. Only that of a deletion is
deleted, with the tombstone: older cursors are refused.
"""

from __future__ import annotations

import time
from datetime import datetime, timedelta

from portal.models import ChangeFeedEntry, ChangeFeedPruning, Store, database, utc_now
from portal.models.bulk import chunked, in_values
from portal.models.fields import moment_text
from portal.rules.records.feed_cursor import FeedOperation
from portal.services.runtime import Runtime

SUPERSEDED_DAYS = 30
INTERVAL = timedelta(days=1)
# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 500
# Entries of one store that one look finds; the next round finds the rest.
FOUND_LIMIT = 20_000
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.25

_OLD_ENTRIES = """SELECT id FROM (
SELECT id, at, operation, row_number() OVER (
PARTITION BY mirror_table, remote_id, consent_id ORDER BY transaction_id DESC, id DESC) AS place
FROM change_feed_entry WHERE store_id = ?) AS entry
WHERE (place > 1 AND at < ?) OR (operation = ? AND at < ?) LIMIT ?"""


def prune_change_feed(runtime: Runtime) -> int:
    """Delete superseded entries after 30 days, and deletions after `TOMBSTONE_DAYS`.

    Each store is looked at once a day. Returns the number of deleted entries, 0 if none is left.
    """
    ends_s, deleted = time.monotonic() + TIME_BUDGET_S, 0
    while (store_id := _next_store()) is not None:
        deleted += _prune(runtime, store_id)
        if deleted and time.monotonic() >= ends_s:
            break
    return deleted


def _next_store() -> int | None:
    """Return a store that was not looked at for a day, or None."""
    recent = ChangeFeedPruning.select(ChangeFeedPruning.store).where(
        ChangeFeedPruning.pruned_at > utc_now() - INTERVAL
    )
    store = Store.select(Store.id).where(Store.id.not_in(recent)).order_by(Store.id).first()
    return None if store is None else store.id


def _prune(runtime: Runtime, store_id: int) -> int:
    now = utc_now()
    found = _old_entries(store_id, now, runtime.settings.tombstone_days)
    for ids in chunked(found, BATCH):
        with runtime.write_lock.held():
            ChangeFeedEntry.delete().where(in_values(ChangeFeedEntry.id, ids)).execute()
    if len(found) < FOUND_LIMIT:
        ChangeFeedPruning.insert(store=store_id, pruned_at=now).on_conflict(
            conflict_target=[ChangeFeedPruning.store], preserve=[ChangeFeedPruning.pruned_at]
        ).execute()
    return len(found)


def _old_entries(store_id: int, now: datetime, tombstone_days: int) -> list[int]:
    values = [
        store_id,
        moment_text(now - timedelta(days=SUPERSEDED_DAYS)),
        FeedOperation.DELETED.value,
        moment_text(now - timedelta(days=tombstone_days)),
        FOUND_LIMIT,
    ]
    rows = database.execute_sql(_OLD_ENTRIES.replace("?", database.param), values).fetchall()
    return [entry_id for (entry_id,) in rows]
