"""State changes of a submission, each with its entry in the order's history.

A change is one statement that names the former state: of two workers that change the same
submission, one succeeds and the other gives up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import structlog

from portal.ecwid.errors import EcwidError, EcwidTimeoutError
from portal.errors import LeaseLostError
from portal.i18n import N_
from portal.models import (
    AuditLogEntry,
    CountKind,
    HourlyCount,
    Merchant,
    OrderSubmission,
    SubmissionStep,
    database,
    utc_now,
)
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.orders.quotes import Quote, ValidationMessage
from portal.rules.orders.submission_states import (
    NEXT_STATES,
    SEND_DEADLINE,
    SubmissionState,
    failure_code,
    next_search_at,
    retry_at,
)
from portal.services.orders.outbound_order_events import publish_submission
from portal.services.work.failures import error_text

log = structlog.get_logger(__name__)


class SubmissionTransitions:
    """Changes of a submission's row; each method commits, or raises LeaseLostError."""

    def __init__(self, row: OrderSubmission) -> None:
        self._row = row

    def apply(self, state: SubmissionState, detail: str | None = None, **changes: Any) -> None:
        """Change the state and record the reason."""
        row = self._row
        before = SubmissionState(row.state)
        if state not in NEXT_STATES[before]:
            raise ValueError(f"submission {row.id}: {state} doesn't follow {before}")
        with database.atomic():
            self.change(state=state, **changes)
            SubmissionStep.create(submission=row, state=state, detail=detail)
            publish_submission(row)
        log.info("submission.state_changed", submission=row.id, store=row.store_id, state=state)

    def change(self, **changes: Any) -> None:
        """Change fields without a change of state, unless ``state`` is one of them."""
        row = self._row
        changed: int = (
            OrderSubmission.update(changes)
            .where(OrderSubmission.id == row.id, OrderSubmission.state == row.state)
            .execute()
        )
        if not changed:
            raise LeaseLostError(f"submission {row.id}: another worker has continued it")
        for name, value in changes.items():
            setattr(row, name, value)

    def mark_unknown(self, why: str) -> None:
        """Record that the order may or may not exist; the search for it is due at once."""
        now = utc_now()
        self.apply(SubmissionState.UNKNOWN, why, sent_at=now, searches=0, error=why, due_at=now)

    def schedule_search(self, wait: timedelta | None = None, error: str | None = None) -> None:
        """Schedule the next search for the order, after ``wait`` or the usual backoff."""
        row, now = self._row, utc_now()
        searches = row.searches + 1
        usual = next_search_at(row.sent_at or row.received_at, now, searches)
        self.change(searches=searches, error=error, due_at=now + wait if wait else usual)

    def postpone(self, error: Exception) -> None:
        """Retry later; reject the submission if the buyer has waited too long."""
        row, attempts = self._row, self._row.attempts + 1
        is_hanging = isinstance(error, EcwidTimeoutError)
        due_at = retry_at(row.received_at, utc_now(), attempts, is_hanging=is_hanging)
        if due_at is None:
            self._reject_late(error_text(error))
            return
        self.change(attempts=attempts, error=error_text(error), due_at=due_at)

    def wait(self, due_at: datetime, waits_for: int | None = None) -> None:
        """Wait for another submission, or until the stock is certain; reject it after an hour."""
        if utc_now() - self._row.received_at >= SEND_DEADLINE:
            self._reject_late("another order of the same items had no outcome")
            return
        self.change(due_at=due_at, waits_for=waits_for)

    def reject(self, errors: Sequence[ValidationMessage], quote: Quote | None = None) -> None:
        """Finish without an order; ``quote`` is the current quote of the store."""
        documents = [error.document() for error in errors]
        reported = {} if quote is None else {"quote": quote.document()}
        self.apply(
            SubmissionState.REJECTED,
            "; ".join(error.message for error in errors),
            validation_errors=documents,
            failure_code=failure_code(documents),
            coupon_claim=None,
            new_customer_claim=None,
            waits_for=None,
            due_at=None,
            finished_at=utc_now(),
            **reported,
        )

    def reject_refused(self, error: EcwidError, quote: Quote) -> None:
        """Finish without an order, because Ecwid refused it."""
        text = N_("Ecwid refused the order: %(problem)s")
        values = {"problem": error.message or str(error)}
        self.reject([ValidationMessage("rejected_by_ecwid", text, values)], quote)

    def finish(self, state: SubmissionState, number: str, order_id: int | None) -> None:
        """Finish with an existing order; a person's order is recorded in the audit log, too.

        While ``order_id`` is None, the submission stays due to complete it.
        """
        row = self._row
        with database.atomic():
            self.apply(
                state,
                order_number=number,
                order_id=order_id,
                error=None,
                due_at=utc_now() if order_id is None else None,
                finished_at=utc_now(),
            )
            if row.actor_id is not None:
                actor = Merchant.get_by_id(row.actor_id)
                AuditLogEntry.record(
                    row.store_id,
                    AuditAction.ORDER_SUBMITTED,
                    f"order {number}",
                    actor=actor,
                    actor_name=row.sender,
                )
            total = Decimal((row.quote or {}).get("total") or 0)
            HourlyCount.add(row.store_id, CountKind.ORDERS, row.mode, 1, total)

    def _reject_late(self, problem: str) -> None:
        text = N_("The order couldn't be sent within an hour, so it wasn't placed: %(problem)s")
        self.reject([ValidationMessage("not_sent", text, {"problem": problem})])
