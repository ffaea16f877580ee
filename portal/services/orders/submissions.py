"""Submissions of orders: how they are listed, found and waited for."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.models import Order, OrderSubmission, SubmissionStep
from portal.rules.orders.quotes import upgraded_quote
from portal.rules.orders.submission_states import SubmissionState

WAIT_TIMEOUT_S = 5.0
# The worker reads an order back from the store right after it has recorded the outcome.
MIRROR_WAIT_S = 1.0
POLL_INTERVAL_S = 0.05
PAGE_SIZE = 50
# Names of an order, by which senders find its submission.
LOOK_UP_FIELDS = {
    "idempotency_key": OrderSubmission.idempotency_key,
    "channel_reference": OrderSubmission.channel_reference,
    "order_number": OrderSubmission.order_number,
    "reference": OrderSubmission.reference,
}


@dataclass(frozen=True)
class SubmissionHistoryEntry:
    """One entry of a submission's history."""

    state: SubmissionState
    happened_at: datetime
    detail: str | None


@dataclass(frozen=True)
class SubmissionView:
    """A submission in its current state; ``quote`` is the latest, None before the first.

    ``validation_errors`` are the reasons of a rejection: each has ``code`` and ``message``, and
    usually ``field`` and ``line``. ``error`` is the error of the last attempt.
    """

    id: int
    store_id: int
    sender: str
    idempotency_key: str
    reference: str
    channel_reference: str | None
    state: SubmissionState
    is_finished: bool
    attempts: int
    error: str | None
    validation_errors: Sequence[dict[str, Any]]
    quote: dict[str, Any] | None
    request: dict[str, Any] | None
    order_number: str | None
    order_id: int | None
    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    history: tuple[SubmissionHistoryEntry, ...]

    @property
    def has_outcome(self) -> bool:
        """Whether the submission is rejected, or has an order whose id is known."""
        return self.is_finished and (self.order_id is not None or self.order_number is None)


def wait_for_submission(
    submission_id: int, timeout_s: float = WAIT_TIMEOUT_S, every_s: float = POLL_INTERVAL_S
) -> SubmissionView:
    """Return the submission once it has its outcome, or in its state after ``timeout_s``.

    The order is then in the mirror, so the caller can read it, unless the store didn't return it
    within `MIRROR_WAIT_S`.
    """
    deadline_s = time.monotonic() + timeout_s
    had_outcome = False
    while True:
        row = OrderSubmission.get_by_id(submission_id)
        is_known = row.order_id is not None or row.order_number is None
        has_outcome = row.is_finished and is_known
        if has_outcome and not had_outcome:
            had_outcome, deadline_s = True, min(deadline_s, time.monotonic() + MIRROR_WAIT_S)
        if (has_outcome and _is_order_mirrored(row)) or time.monotonic() >= deadline_s:
            return submission_view(row)
        time.sleep(every_s)


def _is_order_mirrored(row: OrderSubmission) -> bool:
    if row.order_id is None:
        return True
    is_it = (Order.store == row.store_id) & (Order.remote_id == row.order_id)
    return bool(Order.select(Order.remote_id).where(is_it).exists())


def find_submission(store_id: int, submission_id: int) -> SubmissionView | None:
    """Return a submission of this store, or None."""
    row = OrderSubmission.get_or_none(
        OrderSubmission.store == store_id, OrderSubmission.id == submission_id
    )
    return None if row is None else submission_view(row)


def list_submissions(
    store_id: int,
    *,
    states: Sequence[SubmissionState] = (),
    sender: str | None = None,
    failed: bool = False,
    before_id: int | None = None,
    limit: int = PAGE_SIZE,
    **named: str | None,
) -> list[SubmissionView]:
    """Return a store's submissions, newest first; with ``sender`` only those of one sender.

    With ``failed`` only rejected ones that the channel need not correct are returned. ``named`` are
    values of `LOOK_UP_FIELDS` to find submissions by; None doesn't restrict.
    ``before_id`` is the last id of the previous page.
    """
    rows = OrderSubmission.select().where(OrderSubmission.store == store_id)
    for name, value in named.items():
        if value is not None:
            rows = rows.where(LOOK_UP_FIELDS[name] == value)
    if states:
        rows = rows.where(OrderSubmission.state.in_(states))
    if failed:
        rows = rows.where(OrderSubmission.failure_code.is_null(is_null=False))
    if sender is not None:
        rows = rows.where(OrderSubmission.sender == sender)
    if before_id is not None:
        rows = rows.where(OrderSubmission.id < before_id)
    found = list(rows.order_by(OrderSubmission.id.desc()).limit(limit))
    steps = _steps([row.id for row in found])
    return [submission_view(row, steps.get(row.id, ())) for row in found]


def submission_view(
    row: OrderSubmission, history: Sequence[SubmissionHistoryEntry] | None = None
) -> SubmissionView:
    """Return the view of a row."""
    if history is None:
        history = _steps([row.id]).get(row.id, ())
    return SubmissionView(
        id=row.id,
        store_id=row.store_id,
        sender=row.sender,
        idempotency_key=row.idempotency_key,
        reference=row.reference,
        channel_reference=row.channel_reference,
        state=SubmissionState(row.state),
        is_finished=row.is_finished,
        attempts=row.attempts,
        error=row.error,
        validation_errors=row.validation_errors,
        quote=upgraded_quote(row.quote),
        request=row.request,
        order_number=row.order_number,
        order_id=row.order_id,
        received_at=row.received_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        history=tuple(history),
    )


def _steps(ids: Sequence[int]) -> dict[int, list[SubmissionHistoryEntry]]:
    found: dict[int, list[SubmissionHistoryEntry]] = {}
    rows = SubmissionStep.select().where(SubmissionStep.submission.in_(ids))
    for row in rows.order_by(SubmissionStep.id) if ids else ():
        step = SubmissionHistoryEntry(SubmissionState(row.state), row.happened_at, row.detail)
        found.setdefault(row.submission_id, []).append(step)
    return found
