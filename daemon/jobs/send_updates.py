"""Send changes of orders."""

from __future__ import annotations

from daemon.job import job
from portal.services.orders import send_updates as service
from portal.services.runtime import Runtime


@job
def send_updates(runtime: Runtime, store_id: int) -> None:
    """Send what is due of one store's changes of orders."""
    service.send_updates(runtime, store_id)
