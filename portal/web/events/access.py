"""Webhook events and replays of a store, by ID."""

from __future__ import annotations

from flask import abort

from portal.models import EventReplay, Store, WebhookEvent
from portal.services.events.list_events import find_event
from portal.services.events.list_replays import find_replay


def get_event_or_404(store: Store, event_id: str) -> WebhookEvent:
    """Return the store's event; respond with 404 if it is missing."""
    event = find_event(store, event_id)
    if event is None:
        abort(404)
    return event


def get_replay_or_404(store: Store, replay_id: int) -> EventReplay:
    """Return the store's replay; respond with 404 if it is missing."""
    kept = find_replay(store, replay_id)
    if kept is None:
        abort(404)
    return kept
