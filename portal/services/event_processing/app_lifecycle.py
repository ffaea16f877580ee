"""Apply app lifecycle events (uninstalled, installed) of a store without a working token.

Other events wait, because nothing can be read. An uninstall event explains why Ecwid has refused
the token. An install event is only a hint, because a new token comes with a consent.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.models import database, utc_now
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.webhooks.event_types import (
    APP_LIFECYCLE_TYPES,
    EventTopic,
    is_uninstall,
    topic_of,
)
from portal.services.connection.apply_transition import apply_transition, lock_store
from portal.services.event_processing.outcomes import mark_applied, record_batch
from portal.services.event_processing.pending import (
    STORE_ENTITY_ID,
    Batch,
    PendingEvent,
    has_pending,
    pending_events,
)


def apply_lifecycle_events(store_id: int, keep_lease: Callable[[], None]) -> None:
    """Apply the transition of each app lifecycle event, in order of arrival."""
    if not has_pending(store_id, APP_LIFECYCLE_TYPES):
        return
    for event in sorted(pending_events(store_id)):
        happened = _connection_event(event)
        if happened is not None:
            with database.atomic():
                keep_lease()
                batch = Batch(topic_of(event.type), {STORE_ENTITY_ID: [event]})
                recorded = record_batch(store_id, batch, utc_now())
                mark_applied(recorded, [event])
                apply_transition(lock_store(store_id), happened)
                recorded.count()


def _connection_event(event: PendingEvent) -> ConnectionEvent | None:
    if is_uninstall(event.type):
        return ConnectionEvent.UNINSTALLED
    is_installed = topic_of(event.type) is EventTopic.INSTALLED
    return ConnectionEvent.INSTALLED if is_installed else None
