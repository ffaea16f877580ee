"""Send messages to channels."""

from __future__ import annotations

from daemon.job import job
from daemon.outbound.deliver import deliver
from portal.services.runtime import Runtime


@job
def deliver_messages(runtime: Runtime) -> None:
    """Send what is due to channels."""
    deliver(runtime)
