"""Bring a sync run forward."""

from __future__ import annotations

from daemon.job import job
from daemon.sync.engine import work_on
from portal.services.runtime import Runtime


@job
def run_sync(runtime: Runtime, run_id: int) -> None:
    """Read a slice of one run; it wakes itself again until the run is done."""
    work_on(runtime, run_id)
