"""Apply a store's waiting events."""

from __future__ import annotations

from daemon.inbox.drain import drain
from daemon.job import job
from portal.services.runtime import Runtime


@job
def drain_events(runtime: Runtime, store_id: int) -> None:
    """Apply the due events of one store; safe to run twice, and beside itself."""
    drain(runtime, store_id)
