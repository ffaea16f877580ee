"""Outbound events are pruned by age, with their deliveries and attempts."""

from __future__ import annotations

from datetime import timedelta

from portal.models import (
    Delivery,
    DeliveryAttempt,
    EndpointAlert,
    Merchant,
    NotificationState,
    OutboundEvent,
    Store,
    utc_now,
)
from portal.services.retention.prune_outbox import BATCH, prune_outbox
from portal.services.runtime import Runtime
from tests.factories import make_delivery, make_endpoint


def test_old_events_are_pruned_with_deliveries_and_attempts(
    runtime: Runtime, merchant: Merchant, store: Store
) -> None:
    endpoint = make_endpoint(merchant, runtime.sealer)
    for _ in range(BATCH + 2):
        DeliveryAttempt.create(delivery=make_delivery(endpoint, store))
    old = utc_now() - timedelta(days=31)
    newest = OutboundEvent.select().order_by(OutboundEvent.id.desc()).get()
    OutboundEvent.update(happened_at=old).where(OutboundEvent.id < newest.id).execute()
    for state in (NotificationState.SENT, NotificationState.WAITING):
        EndpointAlert.create(endpoint=endpoint, percent=50, state=state, created_at=old)

    assert prune_outbox(runtime) == BATCH + 1

    assert [row.id for row in OutboundEvent.select()] == [newest.id]
    assert Delivery.select().count() == DeliveryAttempt.select().count() == 1
    assert [row.state for row in EndpointAlert.select()] == [NotificationState.WAITING]
    assert prune_outbox(runtime) == 0
