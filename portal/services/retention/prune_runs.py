"""Deletion of old sync runs.

The newest run and the newest reconciliation of each resource stay, however old, because pages show
them. `freshness_history` deletes old points of the freshness chart when it writes new ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from peewee import Expression, fn

from portal.models import SyncRun, utc_now
from portal.services.runtime import Runtime
from portal.services.work.time_budget import each_for

# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 500
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.25


def prune_runs(runtime: Runtime) -> int:
    """Delete runs that ended over `SYNC_RUN_RETENTION_DAYS` ago within a limited time.

    Return their number. The next round continues where this one stopped.
    """
    before = utc_now() - timedelta(days=runtime.settings.sync_run_retention_days)
    return sum(_delete(runtime, ids, before) for ids in each_for(TIME_BUDGET_S, _batches(before)))


def _batches(before: datetime) -> Iterator[Sequence[int]]:
    """Yield the ids of old runs, oldest first."""
    after_id = 0
    while ids := _old_ids(before, after_id):
        yield ids
        after_id = ids[-1]


def _delete(runtime: Runtime, ids: Sequence[int], before: datetime) -> int:
    with runtime.write_lock.held():
        deleted: int = (
            SyncRun.delete()
            .where(SyncRun.id.in_(ids), SyncRun.finished_at < before, _is_superseded())
            .execute()
        )
    return deleted


def _old_ids(before: datetime, after_id: int) -> Sequence[int]:
    """Return the next runs that were created before then, oldest first.

    Ids grow with time, so the scan stops at the first younger run, not at the end of the table.
    """
    runs = SyncRun.select(SyncRun.id, SyncRun.created_at).where(SyncRun.id > after_id)
    batch = runs.order_by(SyncRun.id).limit(BATCH)
    return [run.id for run in takewhile(lambda run: run.created_at < before, batch)]


def _is_superseded() -> Expression:
    """Return the condition that a later run (for a reconciliation, a later one) exists."""
    later = SyncRun.alias()
    same = later.select(1).where(
        later.store == SyncRun.store, later.resource == SyncRun.resource, later.id > SyncRun.id
    )
    has_later_proof = fn.EXISTS(same.where(later.checked_at.is_null(is_null=False)))
    superseded: Expression = fn.EXISTS(same) & (SyncRun.checked_at.is_null() | has_later_proof)
    return superseded
