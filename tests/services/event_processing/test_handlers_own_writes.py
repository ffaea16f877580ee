"""Events caused by our own writes are recognized and cause no further action."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from portal.models import (
    AttemptOutcome,
    EventAttempt,
    EventState,
    Order,
    OwnWrite,
    RecordChange,
    Resource,
    SyncRun,
    WebhookEvent,
    utc_now,
)
from portal.sandbox.server import SandboxServer
from portal.services.event_processing.processor import drain
from portal.services.events.accept_event import accept_event
from portal.services.mirror.own_writes import (
    begin_write,
    end_write,
    prune_own_writes,
    update_order,
)
from portal.services.runtime import Runtime
from tests.sandbox.receiver import Receiver
from tests.shop import Shop, open_shop


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with orders, and its mirror."""
    shop = open_shop(runtime, sandbox, products=3, orders=5, customers=2)
    shop.sync()
    return shop


def write(shop: Shop, order: Order, **changes: Any) -> bool:
    """Change an order through the portal."""
    client = shop.runtime.client(shop.store_id)
    return update_order(client, order.remote_id, order.number, changes)


def accept_event_of(shop: Shop, order: Order) -> WebhookEvent:
    """Accept the event that a change of the order causes at Ecwid."""
    return shop.event(
        order.remote_id, type="order.updated", payload={"data": {"orderId": order.number}}
    )


def outcomes(event: WebhookEvent) -> list[str]:
    rows = EventAttempt.select().where(EventAttempt.event == event).order_by(EventAttempt.batch)
    return [row.outcome for row in rows]


def written_by_calls(shop: Shop) -> int:
    """Return the number of order writes at the store."""
    counts = shop.server.parts.access.request_counts
    return sum(n for (_, call), n in counts.items() if call.startswith(("PUT", "POST")))


def test_event_of_our_own_write_causes_no_loop(shop: Shop) -> None:
    order = Order.get()
    assert write(shop, order, trackingNumber="RX1", fulfillmentStatus="SHIPPED")
    written, runs = written_by_calls(shop), SyncRun.select().count()
    event = accept_event_of(shop, order)

    drain(shop.runtime, shop.store_id)

    assert WebhookEvent.get_by_id(event.id).state == EventState.APPLIED
    assert outcomes(event) == [AttemptOutcome.OWN_WRITE]
    assert RecordChange.select().count() == 0
    assert Order.get(Order.remote_id == order.remote_id).tracking_number == "RX1"
    assert (written_by_calls(shop), SyncRun.select().count()) == (written, runs)
    drain(shop.runtime, shop.store_id)
    assert WebhookEvent.select().where(WebhookEvent.state == EventState.PENDING).count() == 0


def test_event_that_the_store_sends_after_our_write_is_recognized(shop: Shop) -> None:
    order = Order.get()
    with Receiver() as receiver:
        shop.runtime.client(shop.store_id).create_webhook(receiver.url, ["order.updated"])
        write(shop, order, trackingNumber="RX1")
        delivery, *_ = receiver.wait_for("order.updated", shop.store_id)
    signature = delivery.headers["X-Ecwid-Webhook-Signature"]
    accept_event(shop.runtime, json.dumps(delivery.body).encode(), signature)
    written = written_by_calls(shop)

    drain(shop.runtime, shop.store_id)

    assert outcomes(WebhookEvent.get()) == [AttemptOutcome.OWN_WRITE]
    assert written_by_calls(shop) == written


def test_external_change_after_our_write_is_applied(shop: Shop) -> None:
    order = Order.get()
    write(shop, order, trackingNumber="RX1")
    echo = accept_event_of(shop, order)
    drain(shop.runtime, shop.store_id)
    shop.server.parts.orders.update(shop.store_id, order.number, {"trackingNumber": "RX2"})
    event = accept_event_of(shop, order)

    drain(shop.runtime, shop.store_id)

    assert (outcomes(echo), outcomes(event)) == (
        [AttemptOutcome.OWN_WRITE],
        [AttemptOutcome.APPLIED],
    )
    assert [change.event_id for change in RecordChange.select()] == [event.id]
    assert Order.get(Order.remote_id == order.remote_id).tracking_number == "RX2"


def test_own_write_does_not_hide_the_other_orders_of_its_batch(shop: Shop) -> None:
    ours, theirs = list(Order.select().limit(2))
    write(shop, ours, trackingNumber="RX1")
    shop.server.parts.orders.update(shop.store_id, theirs.number, {"trackingNumber": "RX2"})
    events = [accept_event_of(shop, ours), accept_event_of(shop, theirs)]

    drain(shop.runtime, shop.store_id)

    assert [outcomes(event) for event in events] == [
        [AttemptOutcome.OWN_WRITE],
        [AttemptOutcome.APPLIED],
    ]
    assert Order.get(Order.remote_id == theirs.remote_id).tracking_number == "RX2"


def test_event_that_arrives_before_the_end_of_our_write_waits_for_it(shop: Shop) -> None:
    order = Order.get()
    begin_write(shop.store_id, Resource.ORDERS, order.remote_id)
    shop.server.parts.orders.update(shop.store_id, order.number, {"trackingNumber": "RX1"})
    event = accept_event_of(shop, order)

    drain(shop.runtime, shop.store_id)
    assert outcomes(event) == [AttemptOutcome.POSTPONED]
    assert RecordChange.select().count() == 0

    record = shop.runtime.client(shop.store_id).order(order.number)
    end_write(shop.store_id, Resource.ORDERS, order.remote_id, record)
    WebhookEvent.update(due_at=utc_now()).execute()
    drain(shop.runtime, shop.store_id)

    assert outcomes(event) == [AttemptOutcome.POSTPONED, AttemptOutcome.OWN_WRITE]


def test_interrupted_write_hides_nothing(shop: Shop) -> None:
    order = Order.get()
    begin_write(shop.store_id, Resource.ORDERS, order.remote_id)
    OwnWrite.update(written_at=utc_now() - timedelta(minutes=2)).execute()
    shop.server.parts.orders.update(shop.store_id, order.number, {"trackingNumber": "RX1"})
    event = accept_event_of(shop, order)

    drain(shop.runtime, shop.store_id)

    assert outcomes(event) == [AttemptOutcome.APPLIED]
    assert Order.get(Order.remote_id == order.remote_id).tracking_number == "RX1"


def test_write_without_a_change_is_accepted(shop: Shop) -> None:
    order = Order.get()
    write(shop, order, trackingNumber="RX1")

    assert write(shop, order, trackingNumber="RX1")


def test_old_own_writes_are_deleted(shop: Shop) -> None:
    first, second = list(Order.select().limit(2))
    for order in (first, second):
        write(shop, order, trackingNumber="RX1")
    OwnWrite.update(written_at=utc_now() - timedelta(hours=27)).where(
        OwnWrite.remote_id == first.remote_id
    ).execute()

    assert prune_own_writes(shop.runtime) == 1
    assert OwnWrite.get().remote_id == second.remote_id
