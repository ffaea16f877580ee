"""Transitions of a store's connection are published to its subscribers."""

from __future__ import annotations

import pytest

from portal.models import (
    Grant,
    Merchant,
    OutboundEvent,
    Store,
    StoreState,
    TimelineEntry,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.rules.connection.connection_events import ConnectionEvent
from portal.services.connection.apply_transition import apply_transition, lock_store
from portal.services.runtime import Runtime
from tests.factories import make_endpoint, make_grant, make_own_channel, make_store


@pytest.fixture
def endpoint(runtime: Runtime, merchant: Merchant, store: Store) -> WebhookEndpoint:
    """The merchant's endpoint for all events."""
    return make_endpoint(merchant, runtime.sealer)


def reported() -> list[OutboundEvent]:
    """Return the written events about stores in order."""
    written = OutboundEvent.select().order_by(OutboundEvent.id)
    return [row for row in written if row.type.startswith("store.")]


def move(store: Store, *events: ConnectionEvent) -> None:
    """Apply connection events to a store."""
    with database.atomic():
        held = lock_store(store.id)
        for event in events:
            apply_transition(held, event)


def test_transitions_publish_attention_recovery_disconnect_and_reconnect(
    runtime: Runtime, endpoint: WebhookEndpoint, store: Store
) -> None:
    move(store, ConnectionEvent.PLAN_LIMITED)
    move(store, ConnectionEvent.TOKEN_DEAD)
    move(store, ConnectionEvent.CONSENT_GRANTED)
    move(store, ConnectionEvent.CONSENT_GRANTED, ConnectionEvent.CHECK_PASSED)
    move(store, ConnectionEvent.SCOPES_MISSING)
    move(store, ConnectionEvent.CHECK_PASSED)
    move(store, ConnectionEvent.DISCONNECTED)
    move(store, ConnectionEvent.DISCONNECTED)
    make_grant(store, runtime.sealer)
    move(store, ConnectionEvent.CONSENT_GRANTED, ConnectionEvent.CHECK_PASSED)

    assert [(row.type, row.detail["state"], row.detail["reason"]) for row in reported()] == [
        ("store.needs_attention", "reconnect", "token_dead"),
        ("store.recovered", "connected", "check_passed"),
        ("store.needs_attention", "action_required", "scopes_missing"),
        ("store.recovered", "connected", "check_passed"),
        ("store.disconnected", "disconnected", "disconnected"),
        ("store.connected", "connected", "check_passed"),
    ]


def test_new_store_publishes_connected(endpoint: WebhookEndpoint, merchant: Merchant) -> None:
    new = make_store(merchant, id=1004, state=StoreState.CONNECTING)
    make_own_channel(merchant)
    WebhookEndpoint.update(stores_chosen_at=utc_now()).execute()

    move(new, ConnectionEvent.CONSENT_GRANTED, ConnectionEvent.CHECK_PASSED)

    assert [(row.type, row.store_id) for row in reported()] == [("store.connected", 1004)]
    assert TimelineEntry.select().where(TimelineEntry.store == new).exists()
    assert not Grant.select().where(Grant.store == new).exists()
