"""Messages to channels are forgotten after their time, with all that hangs on them."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    Delivery,
    DeliveryAttempt,
    EndpointNotice,
    Merchant,
    NotificationState,
    OutboxMessage,
    Store,
    utc_now,
)
from portal.services.retention.prune_outbox import BATCH, prune_messages
from portal.services.runtime import Runtime
from tests.factories import make_delivery, make_endpoint


def test_old_messages_go_with_deliveries_and_attempts_and_younger_ones_stay(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    for _ in range(BATCH + 2):
        DeliveryAttempt.create(delivery=make_delivery(endpoint, store))
    old = utc_now() - timedelta(days=31)
    newest = OutboxMessage.select().order_by(OutboxMessage.id.desc()).get()
    OutboxMessage.update(happened_at=old).where(OutboxMessage.id < newest.id).execute()
    for state in (NotificationState.SENT, NotificationState.WAITING):
        EndpointNotice.create(endpoint=endpoint, percent=50, state=state, created_at=old)

    assert prune_messages(runtime) == BATCH + 1

    assert [row.id for row in OutboxMessage.select()] == [newest.id]
    assert Delivery.select().count() == DeliveryAttempt.select().count() == 1
    assert [row.state for row in EndpointNotice.select()] == [NotificationState.WAITING]
    assert prune_messages(runtime) == 0
