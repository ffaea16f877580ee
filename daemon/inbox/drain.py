"""Apply a store's waiting events, many at a time.

An event is a hint: what it names is read again and saved by the same upserts that sync uses, so a
repeated, late or reordered event does no harm. Many events of one product cost one read.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable

import structlog
from peewee import ModelSelect

from daemon.inbox.appliers import (
    apply_categories,
    apply_connection,
    apply_coupons,
    apply_customers,
    apply_orders,
    apply_products,
)
from daemon.inbox.outcomes import mark_applied, mark_ignored
from portal.jobs import DRAIN_EVENTS
from portal.models import EventState, Lease, Store, WebhookEvent, utc_now
from portal.rules.event_types import EventTopic, topic_of
from portal.services.probe_store import UNASKABLE_STATES
from portal.services.runtime import Runtime

log = structlog.get_logger(__name__)

BATCH = 500
# A batch of 500 products is five calls of at most 25 s each.
LEASE_TTL_S = 150.0

Applier = Callable[[Runtime, int, list[WebhookEvent]], None]

# The connection first: a store that was uninstalled is asked nothing more.
APPLIERS: dict[EventTopic, Applier] = {
    EventTopic.CONNECTION: apply_connection,
    EventTopic.PRODUCT: apply_products,
    EventTopic.CATEGORY: apply_categories,
    EventTopic.ORDER: apply_orders,
    EventTopic.CUSTOMER: apply_customers,
    EventTopic.COUPON: apply_coupons,
}


def drain(runtime: Runtime, store_id: int) -> None:
    """Apply the due events of one store, oldest first, until none is left.

    Events of a store that is unknown or can't be called stay as they are until it is connected.
    A store that is stopped for its plan, say, is looked at again when an event says that something
    of its connection changed.
    """
    owner = uuid.uuid4().hex
    if not _is_askable(store_id) or not Lease.acquire(_lease(store_id), owner, LEASE_TTL_S):
        return
    try:
        if not _is_callable(store_id):
            _look_again(runtime, store_id)
        while _is_callable(store_id) and (events := due_events(store_id)):
            if not Lease.acquire(_lease(store_id), owner, LEASE_TTL_S):
                return
            _apply(runtime, store_id, events)
    finally:
        Lease.release(_lease(store_id), owner)
    # An event that was committed after our last look and whose own wake-up met our lease would
    # be stranded. That wake-up looked before we released, so looking after the release sees it.
    if _is_callable(store_id) and has_due_events(store_id):
        runtime.wake(DRAIN_EVENTS, store_id)


def due_events(store_id: int) -> list[WebhookEvent]:
    """Return the next batch of pending events that are due, oldest first."""
    return list(_due(store_id).order_by(WebhookEvent.id).limit(BATCH))


def has_due_events(store_id: int) -> bool:
    """Tell whether any pending event of the store is due."""
    found: bool = _due(store_id).exists()
    return found


def _due(store_id: int) -> ModelSelect[WebhookEvent]:
    return WebhookEvent.select().where(
        WebhookEvent.state == EventState.PENDING,
        WebhookEvent.store_id == store_id,
        WebhookEvent.due_at <= utc_now(),
    )


def _apply(runtime: Runtime, store_id: int, events: list[WebhookEvent]) -> None:
    by_topic: dict[EventTopic, list[WebhookEvent]] = {}
    for event in events:
        by_topic.setdefault(topic_of(event.type), []).append(event)
    mark_applied(by_topic.pop(EventTopic.INSTALLED, []))
    mark_ignored(by_topic.pop(EventTopic.OTHER, []), "nothing of this kind is mirrored")
    for topic, apply in APPLIERS.items():
        if topic in by_topic and _is_callable(store_id):
            apply(runtime, store_id, by_topic[topic])
    log.info("events.drained", store=store_id, events=len(events))


def _look_again(runtime: Runtime, store_id: int) -> None:
    about_connection = WebhookEvent.type.startswith("profile.") | WebhookEvent.type.startswith(
        "application."
    )
    events = list(_due(store_id).where(about_connection))
    if events:
        apply_connection(runtime, store_id, events)


def _is_askable(store_id: int) -> bool:
    store = Store.get_or_none(Store.id == store_id)
    return store is not None and store.state not in UNASKABLE_STATES


def _is_callable(store_id: int) -> bool:
    store = Store.get_or_none(Store.id == store_id)
    return store is not None and store.is_working


def _lease(store_id: int) -> str:
    return f"drain:{store_id}"
