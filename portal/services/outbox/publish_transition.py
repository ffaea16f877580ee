"""Outbound events about a store's connection, in the transaction that changes its state."""

from __future__ import annotations

from portal.models import StoreState, TimelineEntry
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.outbound_webhooks.outbound_events import event_of_transition
from portal.services.outbox.publish import EventDraft, find_subscribers, publish_events

CONSENTS_CHECKED = 20


def publish_transition(
    store_id: int, before: StoreState, after: StoreState, happened: ConnectionEvent
) -> int:
    """Publish a transition of a store's connection if it has an event; return the count."""
    event = event_of_transition(_state_before(store_id, before), after)
    if event is None:
        return 0
    detail = {"state": after.value, "reason": happened.value}
    return publish_events(store_id, [EventDraft(event, detail=detail)], find_subscribers(store_id))


def _state_before(store_id: int, before: StoreState) -> StoreState | None:
    """Return the state of a store before it was being connected, or None for a new store."""
    if before is not StoreState.CONNECTING:
        return before
    consents = (
        TimelineEntry.select(TimelineEntry.detail)
        .where(
            TimelineEntry.store == store_id, TimelineEntry.what == ConnectionEvent.CONSENT_GRANTED
        )
        .order_by(TimelineEntry.id.desc())
        .limit(CONSENTS_CHECKED)
    )
    # Several consents can follow each other before a connection check runs.
    states = (StoreState(consent.detail.get("before", before)) for consent in consents)
    return next((state for state in states if state is not StoreState.CONNECTING), None)
