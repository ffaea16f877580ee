"""Forget messages to channels, with their deliveries and attempts, and the mails about endpoints.

Keys grow with time, so the walk begins at the oldest message and ends at the first that is younger.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

from portal.models import (
    Delivery,
    DeliveryAttempt,
    EndpointAlert,
    NotificationState,
    OutboundEvent,
    database,
    utc_now,
)
from portal.services.runtime import Runtime

# Some ten milliseconds on SQLite, where the receiver waits meanwhile.
BATCH = 100
# A round is short, so that the schedule's other entries don't wait; there is another one soon.
ROWS_PER_ROUND = 5_000


def prune_outbox(runtime: Runtime) -> int:
    """Delete what is older than `OUTBOUND_EVENT_RETENTION_DAYS`, batch by batch; return how many messages."""
    before = utc_now() - timedelta(days=runtime.settings.outbound_event_retention_days)
    pruned = 0
    while pruned < ROWS_PER_ROUND and (ids := _oldest(before)):
        with runtime.write_lock.held(), database.atomic():
            _delete(ids)
        pruned += len(ids)
    EndpointAlert.delete().where(
        EndpointAlert.created_at < before, EndpointAlert.state != NotificationState.WAITING
    ).execute()
    return pruned


def _oldest(before: datetime) -> list[int]:
    oldest = OutboundEvent.select(OutboundEvent.id, OutboundEvent.happened_at)
    batch = oldest.order_by(OutboundEvent.id).limit(BATCH)
    return [row.id for row in takewhile(lambda row: row.happened_at < before, batch)]


def _delete(ids: list[int]) -> None:
    """Delete messages from below, so that no statement deletes more than its part by a cascade."""
    deliveries = Delivery.select(Delivery.id).where(Delivery.event.in_(ids))
    DeliveryAttempt.delete().where(DeliveryAttempt.delivery.in_(deliveries)).execute()
    Delivery.delete().where(Delivery.event.in_(ids)).execute()
    OutboundEvent.delete().where(OutboundEvent.id.in_(ids)).execute()
