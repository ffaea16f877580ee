"""Submissions that wait for a worker, and the lease of the worker that processes one."""

from __future__ import annotations

from datetime import datetime

from portal.jobs import SUBMIT_ORDER
from portal.models import Lease, OrderSubmission, utc_now
from portal.rules.orders.submission_states import IN_FLIGHT_STATES
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


def is_in_flight(submission_id: int) -> bool:
    """Return whether it isn't certain yet if the submission has made an order."""
    return bool(
        OrderSubmission.select()
        .where(OrderSubmission.id == submission_id, OrderSubmission.state.in_(IN_FLIGHT_STATES))
        .exists()
    )


def wake_followers(runtime: Runtime, submission_id: int) -> int:
    """Wake the submissions that wait for this one, once it isn't in flight; return how many."""
    if is_in_flight(submission_id):
        return 0
    waiting = OrderSubmission.waits_for == submission_id
    ids = [row.id for row in OrderSubmission.select(OrderSubmission.id).where(waiting)]
    if not ids:
        return 0
    OrderSubmission.update(due_at=utc_now(), waits_for=None).where(
        waiting, OrderSubmission.due_at.is_null(is_null=False)
    ).execute()
    return runtime.wake_many(SUBMIT_ORDER, ids, at_front=True)


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
