"""Outbound events about submissions and order updates, in the transaction of the change."""

from __future__ import annotations

from typing import Any

from portal.models import OrderSubmission, OrderUpdate, OrderUpdateState
from portal.rules.orders.submission_states import SubmissionState
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType
from portal.services.channels.sale_terms import CHANNEL_SENDER
from portal.services.outbox.publish import EventDraft, find_subscribers, publish_events

SUBMISSION_EVENTS = {
    SubmissionState.SUBMITTED: OutboundEventType.SUBMISSION_ACCEPTED,
    SubmissionState.RESOLVED: OutboundEventType.SUBMISSION_ACCEPTED,
    SubmissionState.REJECTED: OutboundEventType.SUBMISSION_REJECTED,
    SubmissionState.UNKNOWN: OutboundEventType.SUBMISSION_UNRESOLVED,
}
UPDATE_EVENTS = {
    OrderUpdateState.SENT: OutboundEventType.ORDER_UPDATE_SENT,
    OrderUpdateState.UNCHANGED: OutboundEventType.ORDER_UPDATE_SENT,
    OrderUpdateState.CONFLICT: OutboundEventType.ORDER_UPDATE_CONFLICT,
    OrderUpdateState.FAILED: OutboundEventType.ORDER_UPDATE_FAILED,
}


def publish_submission(row: OrderSubmission) -> int:
    """Publish the state that a submission has just reached, if it has an event."""
    event = SUBMISSION_EVENTS.get(SubmissionState(row.state))
    if event is None:
        return 0
    detail: dict[str, Any] = {
        "state": str(row.state),
        "reference": row.reference,
        "channel_reference": row.channel_reference,
        "order_id": row.order_id,
        "order_number": row.order_number,
    }
    if event is OutboundEventType.SUBMISSION_REJECTED:
        # Codes only: the messages may quote what the sender has typed.
        detail["codes"] = sorted({str(error.get("code")) for error in row.validation_errors})
    return _publish(row.store_id, row.sender, EventDraft(event, row.id, detail))


def publish_update(row: OrderUpdate) -> int:
    """Publish the state that an order update has just reached, if it has an event."""
    event = UPDATE_EVENTS.get(OrderUpdateState(row.state))
    if event is None:
        return 0
    detail = {
        "state": str(row.state),
        "order_id": row.order_id,
        "order_number": row.order_number,
        "fields": sorted(row.changes),
    }
    return _publish(row.store_id, row.sender, EventDraft(event, row.id, detail))


def _publish(store_id: int, sender: str, draft: EventDraft) -> int:
    """Publish to the channel that sent the call and to the store's own people, not to others."""
    concerned = [
        each
        for each in find_subscribers(store_id)
        if each.is_own or f"{CHANNEL_SENDER} {each.channel_id}" == sender
    ]
    return publish_events(store_id, [draft], concerned)
