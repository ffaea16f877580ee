"""Look after one connection."""

from __future__ import annotations

from daemon.job import job
from portal.services.connection import probe_store as service
from portal.services.runtime import Runtime


@job
def probe_store(runtime: Runtime, store_id: int) -> None:
    """Read the store's profile and bring its state up to date."""
    service.probe_store(runtime, store_id)
