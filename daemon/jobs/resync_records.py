"""Read single records again."""

from __future__ import annotations

from daemon.job import job
from portal.services.runtime import Runtime
from portal.services.sync.resync_records import read_waiting_records


@job
def resync_records(runtime: Runtime, store_id: int) -> None:
    """Read the records of one store that a person wants to be read again."""
    read_waiting_records(runtime, store_id)
