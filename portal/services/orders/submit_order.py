"""Accept order requests: store a row, then wake the daemon that submits it.

A sender may repeat a request with the same idempotency key, at once or for 30 days: there is one
submission, and every answer describes it (promise 7). Later the key can be used for another order.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from peewee import IntegrityError

from portal.errors import InvalidFieldError
from portal.errors.orders import IdempotencyKeyError, IdempotencyKeyReusedError
from portal.jobs import SUBMIT_ORDER
from portal.models import (
    AuditLogEntry,
    KeyMode,
    Merchant,
    OrderSubmission,
    SubmissionStep,
    database,
    utc_now,
)
from portal.models.fields import dump_json
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.orders.line_ends import document_with_line_feeds
from portal.rules.orders.order_request import OrderRequest
from portal.rules.orders.order_request_json import order_request_document, read_stored_request
from portal.rules.records.email_addresses import normalize_email
from portal.services.orders.postal_rules import wrong_countries
from portal.services.orders.quote_checks import get_working_store
from portal.services.orders.submissions import SubmissionView, submission_view
from portal.services.runtime import Runtime

KEY_LENGTH = 255
KEY_LIFETIME = timedelta(days=30)
# Ecwid documents the reference as a number, so it must fit into 31 bits.
REFERENCES = range(10**8, 2**31)


@dataclass(frozen=True)
class OrderSender:
    """Sender of a request: ``name`` is ``channel 7`` or ``merchant 3``, ``actor`` a merchant.

    ``key_name`` is ``api_key 5`` if a key of a channel sent it; the audit log has this name. Test
    keys don't use up the idempotency keys of live ones, so ``mode`` is a part of the sender.
    """

    name: str
    actor: Merchant | None = None
    key_name: str | None = None
    mode: KeyMode = KeyMode.LIVE

    def row_of(self, idempotency_key: str) -> OrderSubmission | None:
        """Return the submission with an idempotency key of this sender, or None."""
        found: OrderSubmission | None = OrderSubmission.get_or_none(
            OrderSubmission.sender == self.name,
            OrderSubmission.mode == self.mode,
            OrderSubmission.idempotency_key == idempotency_key,
        )
        return found


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
    check_request(request, idempotency_key)
    known = find_submission_of_key(store_id, sender, idempotency_key, request)
    if known is None:
        check_countries(request)
        get_working_store(store_id)
        known = _insert(store_id, sender, idempotency_key, request)
        if known.is_replayed:
            return known
        runtime.wake(SUBMIT_ORDER, known.submission.id, at_front=True)
    return known


def check_request(request: OrderRequest, idempotency_key: str | None) -> None:
    """Raise IdempotencyKeyError or InvalidFieldError for what an order can't have."""
    if idempotency_key is not None and not _is_valid_key(idempotency_key):
        raise IdempotencyKeyError(f"an idempotency key has 1 to {KEY_LENGTH} printable characters")
    if not request.email:
        raise InvalidFieldError("email", "required", "is required to order")


def check_countries(request: OrderRequest) -> None:
    """Raise InvalidFieldError for a country that is no code.

    The quote checks it, too, but only after the request was accepted. A repeated request from
    before this check is answered as before.
    """
    for problem in wrong_countries(request):
        code = problem.values.get("code", "DE")
        text = f"must be a country code of two letters by ISO 3166-1, such as {code}"
        raise InvalidFieldError(problem.field, "invalid_choice", text)


def find_submission_of_key(
    store_id: int, sender: OrderSender, idempotency_key: str, request: OrderRequest
) -> SubmitResult | None:
    """Return the submission of this order with this key; None if the key is unused.

    Raises IdempotencyKeyReusedError when the key was used for another order.
    """
    row = sender.row_of(idempotency_key)
    if row is None or _is_outdated(row):
        return None
    if not _is_same(row, store_id, request):
        raise IdempotencyKeyReusedError("the idempotency key was used for another order")
    return SubmitResult(submission_view(row), is_replayed=True)


def _is_valid_key(idempotency_key: str) -> bool:
    return 0 < len(idempotency_key) <= KEY_LENGTH and idempotency_key.isprintable()


def _is_outdated(row: OrderSubmission) -> bool:
    """Return whether the key of the submission may be used for another order."""
    return row.is_finished and row.received_at < utc_now() - KEY_LIFETIME


def _release_outdated_key(sender: OrderSender, idempotency_key: str) -> None:
    """Rename the key of an old submission, because keys are unique."""
    row = sender.row_of(idempotency_key)
    if row is not None and _is_outdated(row):
        released = f"until submission {row.id}: {idempotency_key}"[:KEY_LENGTH]
        OrderSubmission.update(idempotency_key=released).where(
            OrderSubmission.id == row.id
        ).execute()


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
        with database.atomic():
            _release_outdated_key(sender, idempotency_key)
            row = _create(store_id, sender, idempotency_key, request)
            if row is not None:
                AuditLogEntry.record(
                    store_id,
                    AuditAction.ORDER_REQUESTED,
                    f"submission {row.id}",
                    actor=sender.actor,
                    actor_name=sender.key_name or sender.name,
                )
                return SubmitResult(submission_view(row), is_replayed=False)
        known = find_submission_of_key(store_id, sender, idempotency_key, request)
        if known is not None:
            return known
        # Else the reference was taken: a chance of one in two billion.


def _create(
    store_id: int, sender: OrderSender, idempotency_key: str, request: OrderRequest
) -> OrderSubmission | None:
    """Return the new row; None if its idempotency key or its reference exists."""
    try:
        with database.atomic():
            row: OrderSubmission = OrderSubmission.create(
                store=store_id,
                sender=sender.name,
                mode=sender.mode,
                actor=sender.actor,
                idempotency_key=idempotency_key,
                fingerprint=_fingerprint(store_id, request),
                reference=str(secrets.choice(REFERENCES)),
                request=order_request_document(request),
                channel_reference=request.channel_reference,
                email=normalize_email(request.email or ""),
            )
            SubmissionStep.create(submission=row, state=row.state)
    except IntegrityError:
        return None
    return row


def _fingerprint(store_id: int, request: OrderRequest) -> str:
    document = _comparable(request)
    ordered = {name: document[name] for name in sorted(document)}
    return hashlib.sha256(f"{store_id}\n{dump_json(ordered)}".encode()).hexdigest()


def _comparable(request: OrderRequest) -> dict[str, Any]:
    """Return the request as a document that is the same for all line ends."""
    document: dict[str, Any] = document_with_line_feeds(order_request_document(request))
    return document
