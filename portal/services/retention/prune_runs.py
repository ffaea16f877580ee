"""Deletion of old sync runs.

The newest run and the newest reconciliation of each resource stay, however old, because pages show
them. `freshness_history` deletes old points of the freshness chart when it writes new ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from peewee import Expression, fn

from portal.models import SyncRun, utc_now
from portal.services.runtime import Runtime

BATCH = 500
# Keeps a round short, because other entries of the schedule wait. The next round comes soon.
ROWS_PER_ROUND = 5_000


def prune_runs(runtime: Runtime) -> int:
    """Delete runs that ended over `SYNC_RUN_RETENTION_DAYS` ago in batches; return their number."""
    before = utc_now() - timedelta(days=runtime.settings.sync_run_retention_days)
    pruned, after_id = 0, 0
    while pruned < ROWS_PER_ROUND and (ids := _old_ids(before, after_id)):
        pruned += (
            SyncRun.delete()
            .where(SyncRun.id.in_(ids), SyncRun.finished_at < before, _is_superseded())
            .execute()
        )
        after_id = ids[-1]
    return pruned


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
