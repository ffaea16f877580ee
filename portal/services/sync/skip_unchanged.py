"""Skip an incremental run if the store reports no change: one call may save a whole run."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.ecwid.client import EcwidClient
from portal.models import SyncRun, SyncState
from portal.rules.sync.poll_decision import is_unchanged
from portal.services.sync.change_times import parse_change_times, save_change_times
from portal.services.sync.page_result import Checkpoint, Counts, PageResult

# Runs that start together share one response.
STATS_TTL = timedelta(seconds=30)


def skip_if_unchanged(
    client: EcwidClient,
    run: SyncRun,
    checkpoint: Checkpoint,  # noqa: ARG001 - a Reader gets one
    read_at: datetime,
) -> PageResult:
    """Return a step that ends the run if nothing changed since the high-water mark.

    If the store reports no change time, the run continues.
    """
    state = SyncState.get(SyncState.store == run.store_id, SyncState.resource == run.resource)
    stats: Mapping[str, datetime] = {}
    if state.remote_checked_at is None or read_at - state.remote_checked_at > STATS_TTL:
        stats = parse_change_times(client.latest_stats())
        changed_at = stats.get(run.resource)
    else:
        changed_at = state.remote_changed_at
    is_complete = is_unchanged(changed_at, state.high_water_at)

    def write() -> Counts:
        save_change_times(run.store_id, stats, read_at)
        return Counts()

    return PageResult(
        write, None if is_complete else {"phase": "pages"}, total=0 if is_complete else None
    )
