"""Send people the letters that tell them of issues."""

from __future__ import annotations

from daemon.job import job
from portal.services.notifications import send_letters as service
from portal.services.runtime import Runtime


@job
def send_letters(runtime: Runtime, merchant_id: int) -> None:
    """Send one person the letters that are due."""
    service.send_letters(runtime, merchant_id)
