"""Submit orders."""

from __future__ import annotations

from daemon.job import job
from portal.services.orders.work_submission import work_on_submission
from portal.services.runtime import Runtime


@job
def submit_order(runtime: Runtime, submission_id: int) -> None:
    """Bring one submission as far as it goes now."""
    work_on_submission(runtime, submission_id)
