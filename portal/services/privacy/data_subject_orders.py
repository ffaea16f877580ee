"""Data subject's data in submissions and order updates: search, export and erasure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import Expression

from portal.models import OrderSubmission, OrderUpdate, SubmissionStep
from portal.models.bulk import in_values
from portal.rules.orders.submission_states import FINAL_STATES

# Free text fields.
FREE_TEXT_FIELDS = ("private_notes", "tracking_number")


def has_unfinished_submission(store_id: int, customer_id: int, emails: Sequence[str]) -> bool:
    """Return whether an order of the data subject is unfinished and still needs their data."""
    found: bool = (
        OrderSubmission.select()
        .where(
            _is_theirs(store_id, customer_id, emails), OrderSubmission.state.not_in(FINAL_STATES)
        )
        .exists()
    )
    return found


def erase_submissions(store_id: int, customer_id: int, emails: Sequence[str]) -> int:
    """Erase the data subject from finished submissions; return the number of changed ones.

    Keys, states, times, the order's number and the codes of validation errors stay.
    """
    rows = list(
        OrderSubmission.select(OrderSubmission.id, OrderSubmission.validation_errors).where(
            _is_theirs(store_id, customer_id, emails),
            OrderSubmission.request.is_null(is_null=False),
            OrderSubmission.state.in_(FINAL_STATES),
        )
    )
    for row in rows:
        codes = [{"code": error.get("code")} for error in row.validation_errors]
        OrderSubmission.update(
            request=None, quote=None, email=None, error=None, validation_errors=codes
        ).where(OrderSubmission.id == row.id).execute()
    SubmissionStep.update(detail=None).where(
        in_values(SubmissionStep.submission, [row.id for row in rows])
    ).execute()
    return len(rows)


def erase_updates(store_id: int, order_ids: Sequence[int]) -> int:
    """Erase free texts from the updates of these orders; return the number of changed ones."""
    changed = 0
    for row in OrderUpdate.select().where(
        OrderUpdate.store == store_id, in_values(OrderUpdate.order_id, order_ids)
    ):
        reported = {name: getattr(row, name) for name in ("changes", "expected", "remote")}
        left = {name: _without_free_text(value) for name, value in reported.items()}
        if left != reported or row.error is not None or row.notes is not None:
            changed += 1
            OrderUpdate.update(error=None, notes=None, **left).where(
                OrderUpdate.id == row.id
            ).execute()
    return changed


def submissions_of(store_id: int, customer_id: int, emails: Sequence[str]) -> list[dict[str, Any]]:
    """Return the data subject's submissions as JSON."""
    rows = OrderSubmission.select().where(
        _is_theirs(store_id, customer_id, emails),
        OrderSubmission.request.is_null(is_null=False),
    )
    return [
        {
            "received_at": row.received_at.isoformat(timespec="seconds"),
            "state": row.state,
            "order": row.order_number,
            "request": row.request,
        }
        for row in rows.order_by(OrderSubmission.id)
    ]


def _is_theirs(store_id: int, customer_id: int, emails: Sequence[str]) -> Expression:
    is_theirs: Expression = (OrderSubmission.customer_id == customer_id) | (
        OrderSubmission.email.in_(list(emails) or [""])
    )
    return (OrderSubmission.store == store_id) & is_theirs


def _without_free_text(reported: dict[str, str] | None) -> dict[str, str] | None:
    return reported and {
        name: value for name, value in reported.items() if name not in FREE_TEXT_FIELDS
    }
