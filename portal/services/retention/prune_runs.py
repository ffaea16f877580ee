"""Forget the runs that ended long ago.

Of each resource the newest run and the newest proof stay, however old: pages speak of them.
Points of the freshness chart are forgotten where they are written, in `freshness_history`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from peewee import Expression, fn

from portal.models import SyncRun, utc_now
from portal.services.runtime import Runtime

BATCH = 500
# A round is short, so that the schedule's other entries don't wait; there is another one soon.
ROWS_PER_ROUND = 5_000


def prune_runs(runtime: Runtime) -> int:
    """Delete runs that ended before `SYNC_RUN_RETENTION_DAYS`, batch by batch; return how many."""
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
    """Return the next runs that were asked for before then, the oldest first.

    Keys grow with time, so the walk ends at the first younger run, not at the table's end.
    """
    runs = SyncRun.select(SyncRun.id, SyncRun.created_at).where(SyncRun.id > after_id)
    batch = runs.order_by(SyncRun.id).limit(BATCH)
    return [run.id for run in takewhile(lambda run: run.created_at < before, batch)]


def _is_superseded() -> Expression:
    """Return the condition that a later run, and of a proof a later proof, is there."""
    later = SyncRun.alias()
    same = later.select(1).where(
        later.store == SyncRun.store, later.resource == SyncRun.resource, later.id > SyncRun.id
    )
    has_later_proof = fn.EXISTS(same.where(later.checked_at.is_null(is_null=False)))
    superseded: Expression = fn.EXISTS(same) & (SyncRun.checked_at.is_null() | has_later_proof)
    return superseded
