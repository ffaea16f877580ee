"""Keep a store's webhook registration in order."""

from __future__ import annotations

from daemon.job import job
from portal.services.connection import register_webhooks as service
from portal.services.runtime import Runtime


@job
def register_webhooks(runtime: Runtime, store_id: int) -> None:
    """Register the store's events, or note that the app's own registration covers them."""
    service.register_webhooks(runtime, store_id)
