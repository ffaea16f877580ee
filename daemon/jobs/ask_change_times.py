"""Ask a store when its resources last changed."""

from __future__ import annotations

from daemon.job import job
from portal.services.runtime import Runtime
from portal.services.sync import change_times as service


@job
def ask_change_times(runtime: Runtime, store_id: int) -> None:
    """Note when the store's resources last changed, by one light call."""
    service.ask_change_times(runtime, store_id)
