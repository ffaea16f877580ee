"""Deletion of old outbound events with their deliveries and attempts, and of endpoint alerts.

Ids grow with time, so the scan starts at the oldest event and stops at the first that is too young.
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

# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 100
# Keeps a round short, because other entries of the schedule wait. The next round comes soon.
ROWS_PER_ROUND = 5_000


def prune_outbox(runtime: Runtime) -> int:
    """Delete events older than `OUTBOUND_EVENT_RETENTION_DAYS` in batches; return how many."""
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
    """Delete from the bottom up: a cascade would delete too many rows in one statement."""
    deliveries = Delivery.select(Delivery.id).where(Delivery.event.in_(ids))
    DeliveryAttempt.delete().where(DeliveryAttempt.delivery.in_(deliveries)).execute()
    Delivery.delete().where(Delivery.event.in_(ids)).execute()
    OutboundEvent.delete().where(OutboundEvent.id.in_(ids)).execute()
