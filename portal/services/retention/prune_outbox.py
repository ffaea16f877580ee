"""Forget messages to channels, with their deliveries and attempts, and the mails about endpoints.

Keys grow with time, so the walk begins at the oldest message and ends at the first that is younger.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import takewhile

from portal.models import (
    Delivery,
    DeliveryAttempt,
    EndpointNotice,
    NotificationState,
    OutboxMessage,
    database,
    utc_now,
)
from portal.services.runtime import Runtime

# Some ten milliseconds on SQLite, where the receiver waits meanwhile.
BATCH = 100
# A round is short, so that the schedule's other entries don't wait; there is another one soon.
MOST_A_ROUND = 5_000


def prune_messages(runtime: Runtime) -> int:
    """Delete what is older than `MESSAGES_KEPT_DAYS`, batch by batch; return how many messages."""
    before = utc_now() - timedelta(days=runtime.settings.messages_kept_days)
    pruned = 0
    while pruned < MOST_A_ROUND and (ids := _oldest(before)):
        with runtime.turn.taken(), database.atomic():
            _forget(ids)
        pruned += len(ids)
    EndpointNotice.delete().where(
        EndpointNotice.created_at < before, EndpointNotice.state != NotificationState.WAITING
    ).execute()
    return pruned


def _oldest(before: datetime) -> list[int]:
    oldest = OutboxMessage.select(OutboxMessage.id, OutboxMessage.happened_at)
    batch = oldest.order_by(OutboxMessage.id).limit(BATCH)
    return [row.id for row in takewhile(lambda row: row.happened_at < before, batch)]


def _forget(ids: list[int]) -> None:
    """Delete messages from below, so that no statement deletes more than its part by a cascade."""
    deliveries = Delivery.select(Delivery.id).where(Delivery.message.in_(ids))
    DeliveryAttempt.delete().where(DeliveryAttempt.delivery.in_(deliveries)).execute()
    Delivery.delete().where(Delivery.message.in_(ids)).execute()
    OutboxMessage.delete().where(OutboxMessage.id.in_(ids)).execute()
