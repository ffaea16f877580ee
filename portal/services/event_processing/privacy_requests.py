"""Record the privacy requests in a store's events, in any state of its connection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from portal.jobs import PROCESS_PRIVACY_REQUESTS
from portal.models import PrivacyRequestKind, database, utc_now
from portal.models.bulk import chunked
from portal.rules.webhooks.event_types import EventTopic
from portal.services.event_processing.outcomes import mark_applied, record_batch
from portal.services.event_processing.pending import (
    STORE_ENTITY_ID,
    Batch,
    PendingEvent,
    waiting_by_topic,
)
from portal.services.privacy.record_requests import record_requests
from portal.services.runtime import Runtime

# In this order: a person who requests both gets the data before it is erased.
REQUEST_KINDS: dict[EventTopic, PrivacyRequestKind] = {
    EventTopic.EXPORT: PrivacyRequestKind.ACCESS,
    EventTopic.ERASURE: PrivacyRequestKind.ERASURE,
}
EVENTS_PER_TRANSACTION = 500


def apply_privacy_requests(
    runtime: Runtime,
    store_id: int,
    topic: EventTopic,
    events: Sequence[PendingEvent],
    keep_lease: Callable[[], None],
) -> None:
    """Record the requests, mark the events as applied and wake the job that processes them."""
    hold = timedelta(minutes=runtime.settings.erasure_hold_minutes)
    for part in chunked(events, EVENTS_PER_TRANSACTION):
        with database.atomic():
            keep_lease()
            record_requests(store_id, REQUEST_KINDS[topic], [event.id for event in part], hold)
            batch = Batch(topic, {STORE_ENTITY_ID: list(part)})
            recorded = record_batch(store_id, batch, utc_now())
            mark_applied(recorded, part)
            recorded.count()
    runtime.wake(PROCESS_PRIVACY_REQUESTS, store_id)


def apply_pending_privacy_requests(
    runtime: Runtime, store_id: int, keep_lease: Callable[[], None]
) -> None:
    """Record the requests of a store, even if it can't be called: the law sets a deadline."""
    topics = waiting_by_topic(store_id)
    for topic in REQUEST_KINDS:
        apply_privacy_requests(runtime, store_id, topic, topics.get(topic, []), keep_lease)
