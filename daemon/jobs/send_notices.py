"""Tell merchants by mail of endpoints that fail."""

from __future__ import annotations

from daemon.job import job
from portal.services.channels import send_notices as service
from portal.services.runtime import Runtime


@job
def send_notices(runtime: Runtime, merchant_id: int) -> None:
    """Send one merchant the mails about endpoints that are due."""
    service.send_notices(runtime, merchant_id)
