"""Ask a store when its resources last changed."""

from __future__ import annotations

from daemon.job import job
from portal.services import change_times as service
from portal.services.runtime import Runtime


@job
def ask_change_times(runtime: Runtime, store_id: int) -> None:
    """Note when the store's resources last changed, by one light call."""
    service.ask_change_times(runtime, store_id)
