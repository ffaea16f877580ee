"""Honour requests about personal data."""

from __future__ import annotations

from daemon.job import job
from portal.services.personal_data import honour_requests as service
from portal.services.runtime import Runtime


@job
def honour_requests(runtime: Runtime, store_id: int) -> None:
    """Erase or export what the due requests of one store ask for."""
    service.honour_requests(runtime, store_id)
