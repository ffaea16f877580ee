"""Erase the copies of disconnected stores."""

from __future__ import annotations

from daemon.job import job
from portal.services.connection import erase_copy as service
from portal.services.runtime import Runtime


@job
def erase_copy(runtime: Runtime, store_id: int) -> None:
    """Erase a part of what was copied of one disconnected store."""
    service.erase_copy(runtime, store_id)
