"""Take requests about personal data out of a store's events, however its connection stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from peewee import chunked

from portal.jobs import HONOUR_REQUESTS
from portal.models import IS_PENDING, RequestKind, WebhookEvent, database, utc_now
from portal.rules.webhooks.event_types import REQUEST_TYPES, EventTopic
from portal.services.event_processing.outcomes import keep_batch, mark_applied
from portal.services.event_processing.pending import (
    THE_STORE,
    Batch,
    WaitingEvent,
    by_topic,
    waiting_events,
)
from portal.services.privacy.record_requests import note_requests
from portal.services.runtime import Runtime

# Who asks for both at once gets the data first.
REQUESTS: dict[EventTopic, RequestKind] = {
    EventTopic.EXPORT: RequestKind.EXPORT,
    EventTopic.ERASURE: RequestKind.ERASURE,
}
EVENTS_PER_TRANSACTION = 500


def take_requests(
    runtime: Runtime,
    store_id: int,
    topic: EventTopic,
    events: Sequence[WaitingEvent],
    keep_lease: Callable[[], None],
) -> None:
    """Note what the events ask for, and have it done soon; they are applied with that."""
    for part in chunked(events, EVENTS_PER_TRANSACTION):
        with database.atomic():
            keep_lease()
            note_requests(store_id, REQUESTS[topic], [event.id for event in part])
            batch = Batch(topic, {THE_STORE: list(part)})
            mark_applied(keep_batch(store_id, batch, utc_now()), part)
    runtime.wake(HONOUR_REQUESTS, store_id)


def take_waiting_requests(runtime: Runtime, store_id: int, keep_lease: Callable[[], None]) -> None:
    """Do so in any store, also one that can't be called: the law doesn't wait for a connection."""
    asks = (
        WebhookEvent.select()
        .where(WebhookEvent.store_id == store_id, IS_PENDING, WebhookEvent.type.in_(REQUEST_TYPES))
        .exists()
    )
    if not asks:
        return
    topics = by_topic(waiting_events(store_id))
    for topic in REQUESTS:
        take_requests(runtime, store_id, topic, topics.get(topic, []), keep_lease)
