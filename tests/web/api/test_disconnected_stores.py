"""No key reads a disconnected store's copy, and endpoints learn only about its connection."""

from __future__ import annotations

from http import HTTPStatus

import pytest

from portal.models import (
    Channel,
    Delivery,
    DeliveryState,
    OutboundEvent,
    Store,
    StoreState,
)
from portal.models.change_feed import add_store_erasure
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.outbound_webhooks.outbound_events import SUBSCRIBABLE_EVENTS, OutboundEventType
from portal.services.connection.apply_transition import apply_transition, lock_store
from portal.services.connection.disconnect_store import disconnect_store
from portal.services.outbound_webhooks.attempts import claim_delivery
from portal.services.outbox.publish import EventDraft, find_subscribers, publish_events
from portal.services.runtime import Runtime
from portal.web.api.examples import EXAMPLES
from tests.factories import make_channel_endpoint, make_grant
from tests.web.api.conftest import ENDPOINTS, Caller


@pytest.fixture
def left(runtime: Runtime, mirror: Store) -> Store:
    """A store with records that its owner has disconnected, keeping the copy."""
    disconnect_store(runtime, mirror, None, with_erasure=False)
    return mirror


def reconnect(runtime: Runtime, store: Store) -> None:
    """Connect the store again."""
    make_grant(store, runtime.sealer)
    held = lock_store(store.id)
    for event in (ConnectionEvent.CONSENT_GRANTED, ConnectionEvent.CHECK_PASSED):
        apply_transition(held, event)


@pytest.mark.promise(9)
def test_every_endpoint_of_a_disconnected_store_is_refused(market: Caller, left: Store) -> None:
    of_store = [name for name, each in ENDPOINTS.items() if "store_id" in each.rule]

    answers = {
        name: market.send_example(name.removeprefix("api."))
        for name in of_store
        if name.removeprefix("api.") in EXAMPLES
    }
    answers["export"] = market.get("/stores/1003/exports/orders.jsonl")
    answers["file"] = market.get("/stores/1003/export-files/1/file")

    codes = {name: (each.status_code, each.json["code"]) for name, each in answers.items()}
    assert set(codes.values()) == {(HTTPStatus.FORBIDDEN, "store_disconnected")}
    assert len(codes) == len(of_store)
    assert market.get("/stores").json["items"] == []
    assert market.get("/me").json["stores"] == 0


def test_store_that_is_connected_again_can_be_read_again(
    runtime: Runtime, market: Caller, left: Store
) -> None:
    reconnect(runtime, left)

    assert market.get("/stores/1003/orders/90").status_code == HTTPStatus.OK
    assert [store["id"] for store in market.get("/stores").json["items"]] == [1003]


@pytest.mark.promise(9)
def test_feed_leaves_a_disconnected_store_out_but_reports_that_its_copy_was_erased(
    runtime: Runtime, market: Caller, mirror: Store
) -> None:
    start = market.get("/changes?after=now").json["next"]
    disconnect_store(runtime, mirror, None, with_erasure=False)

    page = market.get(f"/changes?after={start}&include=record").json
    assert (page["items"], page["stores_changed"]) == ([], True)

    add_store_erasure(mirror.id)
    page = market.get(f"/changes?after={page['next']}").json
    assert {item["resource"] for item in page["items"]} == {"stores"}


@pytest.mark.promise(9)
def test_endpoints_get_only_events_about_the_connection(
    runtime: Runtime, channel: Channel, mirror: Store
) -> None:
    make_channel_endpoint(channel, runtime.sealer, event_types=list(SUBSCRIBABLE_EVENTS))

    disconnect_store(runtime, mirror, None, with_erasure=False)
    changed = EventDraft(OutboundEventType.ORDER_UPDATED, 90)
    publish_events(mirror.id, [changed], find_subscribers(mirror.id))

    types = [row.type for row in OutboundEvent.select()]
    assert "store.disconnected" in types
    assert "order.updated" not in types


@pytest.mark.parametrize(
    ("state", "is_sent"), [(StoreState.DISCONNECTED, False), (StoreState.CONNECTED, True)]
)
def test_waiting_events_of_a_store_that_is_disconnected_are_not_sent(
    runtime: Runtime, channel: Channel, mirror: Store, state: StoreState, is_sent: bool
) -> None:
    endpoint = make_channel_endpoint(channel, runtime.sealer, event_types=list(SUBSCRIBABLE_EVENTS))
    changed = EventDraft(OutboundEventType.ORDER_UPDATED, 90)
    publish_events(mirror.id, [changed], find_subscribers(mirror.id))
    Store.update(state=state).execute()

    sent = claim_delivery(runtime, endpoint.id)

    assert (sent is not None) is is_sent
    assert (Delivery.get().state == DeliveryState.GIVEN_UP) is not is_sent
