"""Deletion of old outbound events with their deliveries and attempts, and of endpoint alerts.

Ids grow with time, so the scan starts at the oldest event and stops at the first that is too young.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
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
from portal.services.work.delete_batches import delete_batches
from portal.services.work.time_budget import repeat_for

# On SQLite the receiver waits for each batch: some ten milliseconds.
BATCH = 100
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.25


def prune_outbox(runtime: Runtime) -> int:
    """Delete events older than `OUTBOUND_EVENT_RETENTION_DAYS` within a limited time.

    Return how many. The next round continues where this one stopped.
    """
    before = utc_now() - timedelta(days=runtime.settings.outbound_event_retention_days)
    pruned = repeat_for(TIME_BUDGET_S, partial(_delete_oldest, runtime, before))
    delete_batches(
        runtime.write_lock,
        (EndpointAlert.created_at < before) & (EndpointAlert.state != NotificationState.WAITING),
        EndpointAlert.id,
    )
    return pruned


def _delete_oldest(runtime: Runtime, before: datetime) -> int:
    ids = _oldest(before)
    if ids:
        with runtime.write_lock.held(), database.atomic():
            _delete(ids)
    return len(ids)


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
