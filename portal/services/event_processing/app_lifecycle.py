"""Take what events tell of a store whose token is gone: the app was removed, or it is there again.

Nothing can be read any more, so nothing else is taken. That the app was removed explains a token
which Ecwid has refused twice by then; that it is there again is a sign only, for a new token comes
with a consent.
"""

from __future__ import annotations

from collections.abc import Callable

from portal.models import IS_PENDING, WebhookEvent, database, utc_now
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.webhooks.event_types import SIGN_TYPES, EventTopic, tells_uninstall, topic_of
from portal.services.connection.apply_transition import lock_store, move_store
from portal.services.event_processing.outcomes import keep_batch, mark_applied
from portal.services.event_processing.pending import THE_STORE, Batch, WaitingEvent, waiting_events


def take_signs(store_id: int, keep_lease: Callable[[], None]) -> None:
    """Let each sign happen to the store, in the order in which they came."""
    if not _has_signs(store_id):
        return
    for event in sorted(waiting_events(store_id)):
        sign = _sign_of(event)
        if sign is not None:
            with database.atomic():
                keep_lease()
                batch = Batch(topic_of(event.type), {THE_STORE: [event]})
                mark_applied(keep_batch(store_id, batch, utc_now()), [event])
                move_store(lock_store(store_id), sign)


def _has_signs(store_id: int) -> bool:
    found: bool = (
        WebhookEvent.select()
        .where(WebhookEvent.store_id == store_id, IS_PENDING, WebhookEvent.type.in_(SIGN_TYPES))
        .exists()
    )
    return found


def _sign_of(event: WaitingEvent) -> ConnectionEvent | None:
    if tells_uninstall(event.type):
        return ConnectionEvent.UNINSTALLED
    is_installed = topic_of(event.type) is EventTopic.INSTALLED
    return ConnectionEvent.INSTALLED if is_installed else None
