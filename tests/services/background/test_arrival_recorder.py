"""Stores get the time of their last event within a second, with one write for many events."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from portal.models import RejectedWebhookCount, Store, StoreState, WebhookHealth
from portal.rules.webhooks.rejection_reasons import RejectionReason
from portal.services.runtime import Runtime
from tests.factories import make_store

AT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def counted(runtime: Runtime) -> dict[tuple[str, int], int]:
    runtime.rejected_webhooks.flush()
    return {(row.reason, row.store_id): row.receipts for row in RejectedWebhookCount.select()}


def test_latest_of_many_events_is_recorded_on_its_store(runtime: Runtime) -> None:
    make_store()
    make_store(id=2002)
    for seconds in range(5):
        runtime.arrival_recorder.record(1003, AT + timedelta(seconds=seconds))

    runtime.arrival_recorder.flush()

    store, other = Store.get_by_id(1003), Store.get_by_id(2002)
    assert store.last_event_at == AT + timedelta(seconds=4)
    assert store.webhook_health == WebhookHealth.VERIFIED
    assert (other.last_event_at, other.webhook_health) == (None, WebhookHealth.PENDING)


def test_late_arrival_does_not_move_the_time_back(runtime: Runtime) -> None:
    make_store(last_event_at=AT)

    runtime.arrival_recorder.record(1003, AT - timedelta(seconds=1))
    runtime.arrival_recorder.flush()

    assert Store.get().last_event_at == AT


@pytest.mark.parametrize("state", [StoreState.CONNECTED, StoreState.PLAN_BLOCKED])
def test_events_of_a_store_with_a_valid_token_are_not_counted_as_rejected(
    runtime: Runtime, state: StoreState
) -> None:
    make_store(state=state)

    runtime.arrival_recorder.record(1003, AT)
    runtime.arrival_recorder.flush()

    assert counted(runtime) == {}


def test_events_that_must_wait_are_counted_by_store(runtime: Runtime) -> None:
    make_store(state=StoreState.DISCONNECTED)
    for store_id in (1003, 404, 404, 405):
        runtime.arrival_recorder.record(store_id, AT)

    runtime.arrival_recorder.flush()

    assert counted(runtime) == {
        (RejectionReason.DISCONNECTED_STORE, 1003): 1,
        (RejectionReason.UNKNOWN_STORE, 404): 2,
        (RejectionReason.UNKNOWN_STORE, 405): 1,
    }


def test_database_failure_loses_only_the_recorded_arrivals(runtime: Runtime) -> None:
    make_store()
    runtime.database.execute_sql("ALTER TABLE store RENAME TO away")
    try:
        runtime.arrival_recorder.record(1003, AT)
        runtime.arrival_recorder.flush()
    finally:
        runtime.database.execute_sql("ALTER TABLE away RENAME TO store")

    runtime.arrival_recorder.record(1003, AT)
    runtime.arrival_recorder.flush()

    assert Store.get().last_event_at == AT
