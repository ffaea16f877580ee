"""Take an order that is to be made in a store: a row first, then the daemon is woken.

The same sender may say the same thing again under the same idempotency key, at once or years later:
there is one submission, and every answer is about it (promise 7).
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

from portal.errors import IdempotencyKeyError, IdempotencyKeyReusedError, OrderWishError
from portal.jobs import SUBMIT_ORDER
from portal.models import Merchant, OrderSubmission, SubmissionStep, database
from portal.models.fields import dump_json
from portal.rules.orders.order_request import OrderWish
from portal.rules.orders.order_request_json import document_of
from portal.rules.orders.submission_states import SubmissionState
from portal.services.orders.quote_order import working_store
from portal.services.runtime import Runtime

KEY_LENGTH = 255
ANSWER_WITHIN_S = 5.0
LOOK_EVERY_S = 0.05
PAGE_SIZE = 50
# What Ecwid documents as a number, so it must fit the shortest that a number may be.
REFERENCES = range(10**8, 2**31)


@dataclass(frozen=True)
class Sender:
    """Hold who asks: ``name`` is such as ``api_key 7`` or ``merchant 3``; ``who`` a person."""

    name: str
    who: Merchant | None = None


@dataclass(frozen=True)
class Step:
    """Hold when a submission came to a state, and why."""

    state: SubmissionState
    happened_at: datetime
    detail: str | None


@dataclass(frozen=True)
class SubmissionView:
    """Hold a submission as it stands; ``quote`` is the last one made, None before the first.

    ``problems`` say why it was rejected: each has ``code``, ``message`` and mostly ``field`` and
    ``line``. ``error`` is what the last attempt failed of.
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
    problems: Sequence[dict[str, Any]]
    quote: dict[str, Any] | None
    request: dict[str, Any] | None
    order_number: str | None
    order_id: int | None
    received_at: datetime
    due_at: datetime | None
    finished_at: datetime | None
    history: tuple[Step, ...]


@dataclass(frozen=True)
class Submitted:
    """Hold a submission, and whether it was there already under this key."""

    submission: SubmissionView
    is_replayed: bool


def submit_order(
    runtime: Runtime, store_id: int, sender: Sender, idempotency_key: str, wish: OrderWish
) -> Submitted:
    """Take an order to be made; nothing has been sent when this returns.

    Raises IdempotencyKeyError, OrderWishError, IdempotencyKeyReusedError when the key was used for
    another order, and StoreNotWorkingError.
    """
    if not 0 < len(idempotency_key) <= KEY_LENGTH or not idempotency_key.isprintable():
        raise IdempotencyKeyError(f"an idempotency key has 1 to {KEY_LENGTH} printable characters")
    if not wish.email:
        raise OrderWishError("email", "is required to order")
    document = document_of(wish)
    fingerprint = _fingerprint(store_id, document)
    known = _known(sender, idempotency_key, fingerprint)
    if known is None:
        working_store(store_id)
        known = _insert(store_id, sender, idempotency_key, fingerprint, document)
        if known.is_replayed:
            return known
        runtime.wake(SUBMIT_ORDER, known.submission.id, is_awaited=True)
    return known


def wait_for(
    submission_id: int, timeout_s: float = ANSWER_WITHIN_S, every_s: float = LOOK_EVERY_S
) -> SubmissionView:
    """Return the submission once it is finished, or as it stands after ``timeout_s``."""
    deadline_s = time.monotonic() + timeout_s
    while True:
        row = OrderSubmission.get_by_id(submission_id)
        if row.is_finished or time.monotonic() >= deadline_s:
            return view_of(row)
        time.sleep(every_s)


def find_submission(store_id: int, submission_id: int) -> SubmissionView | None:
    """Return a submission of this store, or None."""
    row = OrderSubmission.get_or_none(
        OrderSubmission.store == store_id, OrderSubmission.id == submission_id
    )
    return None if row is None else view_of(row)


def browse_submissions(
    store_id: int,
    *,
    states: Sequence[SubmissionState] = (),
    sender: str | None = None,
    before_id: int | None = None,
    limit: int = PAGE_SIZE,
) -> list[SubmissionView]:
    """Return a store's submissions, newest first; ``before_id`` is the last one of a page before.

    ``sender`` leaves those of others out.
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
    return [view_of(row, steps.get(row.id, ())) for row in found]


def view_of(row: OrderSubmission, history: Sequence[Step] | None = None) -> SubmissionView:
    """Return what there is to tell of a submission."""
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
        problems=row.problems,
        quote=row.quote,
        request=row.request,
        order_number=row.order_number,
        order_id=row.order_id,
        received_at=row.received_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
        history=tuple(history),
    )


def _steps(ids: Sequence[int]) -> dict[int, list[Step]]:
    found: dict[int, list[Step]] = {}
    rows = SubmissionStep.select().where(SubmissionStep.submission.in_(ids))
    for row in rows.order_by(SubmissionStep.id) if ids else ():
        step = Step(SubmissionState(row.state), row.happened_at, row.detail)
        found.setdefault(row.submission_id, []).append(step)
    return found


def _known(sender: Sender, idempotency_key: str, fingerprint: str) -> Submitted | None:
    row = OrderSubmission.get_or_none(
        OrderSubmission.sender == sender.name, OrderSubmission.idempotency_key == idempotency_key
    )
    if row is None:
        return None
    if row.fingerprint != fingerprint:
        raise IdempotencyKeyReusedError("the idempotency key was used for another order")
    return Submitted(view_of(row), is_replayed=True)


def _insert(
    store_id: int, sender: Sender, idempotency_key: str, fingerprint: str, document: dict[str, Any]
) -> Submitted:
    """Write the row; whoever comes second with the same key gets the first one's."""
    while True:
        try:
            with database.atomic():
                row = OrderSubmission.create(
                    store=store_id,
                    sender=sender.name,
                    who=sender.who,
                    idempotency_key=idempotency_key,
                    fingerprint=fingerprint,
                    reference=str(secrets.choice(REFERENCES)),
                    request=document,
                    email=document["email"].lower(),
                )
                SubmissionStep.create(submission=row, state=row.state)
        except IntegrityError:
            known = _known(sender, idempotency_key, fingerprint)
            if known is not None:
                return known
            # Else the number was taken: one in two thousand millions.
            continue
        return Submitted(view_of(row), is_replayed=False)


def _fingerprint(store_id: int, document: dict[str, Any]) -> str:
    told = {name: document[name] for name in sorted(document)}
    return hashlib.sha256(f"{store_id}\n{dump_json(told)}".encode()).hexdigest()
