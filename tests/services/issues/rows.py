"""Rows that issues count, made by the code that makes them in operation where it is cheap."""

from __future__ import annotations

from typing import Any

from portal.models import (
    OrderSubmission,
    OrderUpdate,
    OrderUpdateState,
    Quarantine,
    Store,
    utc_now,
)
from portal.rules.orders.quotes import ValidationMessage
from portal.rules.orders.submission_states import SubmissionState
from portal.services.orders.submission_transitions import SubmissionTransitions


def add_submission(store: Store, sender: str = "merchant 1", **values: Any) -> OrderSubmission:
    """Save an order that was just received."""
    number = str(OrderSubmission.select().count())
    key = {"idempotency_key": number, "fingerprint": number, "reference": number}
    return OrderSubmission.create(store=store, sender=sender, **key | values)


def reject(
    store: Store, sender: str = "merchant 1", code: str = "not_sent", **values: Any
) -> OrderSubmission:
    """Receive an order and reject it."""
    row = add_submission(store, sender)
    SubmissionTransitions(row).reject([ValidationMessage(code, "it was not ordered")])
    if values:
        OrderSubmission.update(values).where(OrderSubmission.id == row.id).execute()
    return row


def lose_answer(store: Store, **values: Any) -> OrderSubmission:
    """Send an order whose answer doesn't come; ``sent_at`` is when."""
    row = add_submission(store, state=SubmissionState.SUBMITTING)
    SubmissionTransitions(row).mark_unknown("timeout")
    if values:
        OrderSubmission.update(values).where(OrderSubmission.id == row.id).execute()
    return row


def add_update(store: Store, state: str = OrderUpdateState.CONFLICT, **values: Any) -> OrderUpdate:
    """Save an order update that is finished in this state."""
    order = {"order_id": 90, "order_number": "EBJFT", "sender": "merchant 1"}
    return OrderUpdate.create(
        store=store,
        state=state,
        changes={},
        expected={},
        finished_at=utc_now(),
        due_at=None,
        **order | values,
    )


def quarantine(store: Store, entity_id: str = "5") -> None:
    """Put a product aside."""
    Quarantine.put(store.id, "products", entity_id, "price is no amount", {"price": "free"})
