"""Accept order requests: store a row, then wake the daemon that submits it.

A sender may repeat a request with the same idempotency key, at once or years later: there is one
submission, and every answer describes it (promise 7).
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import IntegrityError

from portal.errors import IdempotencyKeyError, IdempotencyKeyReusedError, InvalidFieldError
from portal.jobs import SUBMIT_ORDER
from portal.models import Merchant, OrderSubmission, SubmissionStep, database
from portal.models.fields import dump_json
from portal.rules.orders.line_ends import document_with_line_feeds
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.order_request_json import order_request_document, read_stored_request
from portal.rules.orders.quotes import upgraded_quote
from portal.rules.orders.submission_states import SubmissionState
from portal.rules.records.email_addresses import normalize_email
from portal.services.orders.quote_order import get_working_store
from portal.services.runtime import Runtime

KEY_LENGTH = 255
WAIT_TIMEOUT_S = 5.0
POLL_INTERVAL_S = 0.05
PAGE_SIZE = 50
# Ecwid documents the reference as a number, so it must fit into 31 bits.
REFERENCES = range(10**8, 2**31)


@dataclass(frozen=True)
class OrderSender:
    """Sender of a request: ``name`` is ``api_key 7`` or ``merchant 3``, ``actor`` a merchant."""

    name: str
    actor: Merchant | None = None


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


@dataclass(frozen=True)
class SubmitResult:
    """A submission, and whether the idempotency key had created it before."""

    submission: SubmissionView
    is_replayed: bool


def submit_order(
    runtime: Runtime,
    store_id: int,
    sender: OrderSender,
    idempotency_key: str,
    request: OrderRequest,
) -> SubmitResult:
    """Store an order request for the daemon to submit; nothing is sent to the store yet.

    Raises InvalidFieldError, StoreNotWorkingError, IdempotencyKeyError, and
    IdempotencyKeyReusedError when the key was used for another order.
    """
    if not 0 < len(idempotency_key) <= KEY_LENGTH or not idempotency_key.isprintable():
        raise IdempotencyKeyError(f"an idempotency key has 1 to {KEY_LENGTH} printable characters")
    if not request.email:
        raise InvalidFieldError("email", "required", "is required to order")
    known = _known(store_id, sender, idempotency_key, request)
    if known is None:
        get_working_store(store_id)
        known = _insert(store_id, sender, idempotency_key, request)
        if known.is_replayed:
            return known
        runtime.wake(SUBMIT_ORDER, known.submission.id, at_front=True)
    return known


def wait_for_submission(
    submission_id: int, timeout_s: float = WAIT_TIMEOUT_S, every_s: float = POLL_INTERVAL_S
) -> SubmissionView:
    """Return the submission once it is finished, or in its state after ``timeout_s``."""
    deadline_s = time.monotonic() + timeout_s
    while True:
        row = OrderSubmission.get_by_id(submission_id)
        if row.is_finished or time.monotonic() >= deadline_s:
            return submission_view(row)
        time.sleep(every_s)


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
    before_id: int | None = None,
    limit: int = PAGE_SIZE,
) -> list[SubmissionView]:
    """Return a store's submissions, newest first; with ``sender`` only those of one sender.

    ``before_id`` is the last id of the previous page.
    """
    rows = OrderSubmission.select().where(OrderSubmission.store == store_id)
    if states:
        rows = rows.where(OrderSubmission.state.in_(states))
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


def _known(
    store_id: int, sender: OrderSender, idempotency_key: str, request: OrderRequest
) -> SubmitResult | None:
    row = OrderSubmission.get_or_none(
        OrderSubmission.sender == sender.name, OrderSubmission.idempotency_key == idempotency_key
    )
    if row is None:
        return None
    if not _is_same(row, store_id, request):
        raise IdempotencyKeyReusedError("the idempotency key was used for another order")
    return SubmitResult(submission_view(row), is_replayed=True)


def _is_same(row: OrderSubmission, store_id: int, request: OrderRequest) -> bool:
    """Compare with a stored request; of an erased one only the fingerprint is left."""
    if row.fingerprint == _fingerprint(store_id, request):
        return True
    # The fingerprint of a row from before a field was renamed differs.
    is_kept = row.request is not None and row.store_id == store_id
    return is_kept and _comparable(read_stored_request(row.request)) == _comparable(request)


def _insert(
    store_id: int, sender: OrderSender, idempotency_key: str, request: OrderRequest
) -> SubmitResult:
    """Write the row; return the existing one if another process wrote it first."""
    while True:
        try:
            with database.atomic():
                row = OrderSubmission.create(
                    store=store_id,
                    sender=sender.name,
                    actor=sender.actor,
                    idempotency_key=idempotency_key,
                    fingerprint=_fingerprint(store_id, request),
                    reference=str(secrets.choice(REFERENCES)),
                    request=order_request_document(request),
                    email=normalize_email(request.email or ""),
                )
                SubmissionStep.create(submission=row, state=row.state)
        except IntegrityError:
            known = _known(store_id, sender, idempotency_key, request)
            if known is not None:
                return known
            # Else the reference was taken: a chance of one in two billion.
            continue
        return SubmitResult(submission_view(row), is_replayed=False)


def _fingerprint(store_id: int, request: OrderRequest) -> str:
    document = _comparable(request)
    ordered = {name: document[name] for name in sorted(document)}
    return hashlib.sha256(f"{store_id}\n{dump_json(ordered)}".encode()).hexdigest()


def _comparable(request: OrderRequest) -> dict[str, Any]:
    """Return the request as a document that is the same for all line ends."""
    document: dict[str, Any] = document_with_line_feeds(order_request_document(request))
    return document
