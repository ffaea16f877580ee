"""Submissions that wait for a worker, and the lease of the worker that processes one."""

from __future__ import annotations

from datetime import datetime

from portal.jobs import SUBMIT_ORDER
from portal.models import Lease, OrderSubmission, utc_now
from portal.services.runtime import Runtime
from portal.services.work.due_work import DueWork

# The submission of a dead worker waits this long. A worker that takes over from a slow one makes no
# second order: it searches first, and each state change requires the former state.
LEASE_TTL_S = 30.0
LEASE_PREFIX = "submission:"


def lease_name(submission_id: int) -> str:
    """Return the name of the lease of the worker that processes a submission."""
    return f"{LEASE_PREFIX}{submission_id}"


def due_submission(submission_id: int) -> OrderSubmission | None:
    """Return the submission if it is due, else None."""
    due: OrderSubmission | None = OrderSubmission.get_or_none(
        OrderSubmission.id == submission_id, OrderSubmission.due_at <= utc_now()
    )
    return due


def postpone_waiting(store_id: int, due_at: datetime) -> None:
    """Postpone the store's due submissions that no worker processes."""
    OrderSubmission.update(due_at=due_at).where(
        OrderSubmission.store == store_id,
        OrderSubmission.due_at <= utc_now(),
        OrderSubmission.id.not_in(Lease.held_ids(LEASE_PREFIX)),
    ).execute()


def wake_waiting_submissions(runtime: Runtime) -> int:
    """Wake the daemon for due submissions that no worker processes; return how many."""
    return runtime.wake_due(due_submissions())


def due_submissions() -> DueWork:
    """Return the due submissions that no worker processes."""
    due = OrderSubmission.select(OrderSubmission.id).where(
        OrderSubmission.due_at <= utc_now(),
        OrderSubmission.id.not_in(Lease.held_ids(LEASE_PREFIX)),
    )
    return DueWork(SUBMIT_ORDER, due, OrderSubmission.due_at)
