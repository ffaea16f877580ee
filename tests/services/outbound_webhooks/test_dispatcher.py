"""The daemon sends to all endpoints in parallel; a slow, dead or killed one delays no other."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import pytest

from daemon.job import use_runtime
from daemon.tasks import deliver_webhooks
from portal.models import (
    Delivery,
    DeliveryState,
    Lease,
    Membership,
    Merchant,
    Store,
    WebhookEndpoint,
)
from portal.process import request_stop
from portal.services.event_processing.processor import drain
from portal.services.outbound_webhooks.dispatcher import (
    PER_ENDPOINT_LIMIT,
    DispatchRound,
    dispatch_due,
    wake_due_deliveries,
)
from portal.services.runtime import Runtime
from tests.channel import Channel, open_channel
from tests.factories import SECRET, make_delivery, make_endpoint
from tests.shop import Shop

MESSAGES = 20


@pytest.fixture
def endpoint(
    runtime: Runtime, merchant: Merchant, store: Store, channel: Channel
) -> WebhookEndpoint:
    """The merchant's endpoint at the receiver."""
    return make_endpoint(merchant, runtime.sealer, url=channel.url)


def states() -> list[str]:
    """Return the states of the deliveries, in order."""
    return [row.state for row in Delivery.select().order_by(Delivery.id)]


def test_waiting_deliveries_are_sent_in_parallel_and_each_once(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, store: Store
) -> None:
    in_flight, most, changed = 0, 0, threading.Condition()

    def count(_: BaseHTTPRequestHandler) -> None:
        nonlocal in_flight, most
        with changed:
            in_flight += 1
            most = max(most, in_flight)
            changed.notify_all()
            # The first requests wait for each other, however long they take to begin.
            changed.wait_for(lambda: most >= PER_ENDPOINT_LIMIT, timeout=10)
            in_flight -= 1

    channel.behave = count
    for _ in range(MESSAGES):
        make_delivery(endpoint, store)
    assert wake_due_deliveries(runtime) == 1

    use_runtime(runtime)
    deliver_webhooks()
    use_runtime(None)

    assert states() == [DeliveryState.DELIVERED] * MESSAGES
    assert len({taken.uid for taken in channel.taken}) == len(channel.taken) == MESSAGES
    assert most == PER_ENDPOINT_LIMIT
    assert not Lease.is_held(f"endpoint:{endpoint.id}")
    assert wake_due_deliveries(runtime) == 0


def test_unresponsive_endpoint_delays_no_other(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, merchant: Merchant, store: Store
) -> None:
    with open_channel() as silent:
        is_over = threading.Event()
        silent.behave = lambda _: (is_over.wait(5), None)[1]
        stuck = make_endpoint(merchant, runtime.sealer, url=silent.url)
        for _ in range(MESSAGES):
            make_delivery(stuck, store)
            make_delivery(endpoint, store)

        # It responds only once the other has received everything: otherwise the test would hang.
        def look(_: BaseHTTPRequestHandler) -> None:
            if len(channel.taken) == MESSAGES:
                is_over.set()

        channel.behave = look
        silent.status = 503
        dispatch_due(runtime)

        assert is_over.is_set()
        assert len(silent.taken) == PER_ENDPOINT_LIMIT
        assert len(channel.taken) == MESSAGES
    assert WebhookEndpoint.get_by_id(stuck.id).failures == 1
    assert Delivery.select().where(Delivery.attempts == 0).count() == MESSAGES - PER_ENDPOINT_LIMIT


def test_endpoint_leased_by_another_process_is_skipped(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, store: Store
) -> None:
    make_delivery(endpoint, store)
    Lease.acquire(f"endpoint:{endpoint.id}", "another", 30)

    dispatch_due(runtime)

    assert channel.taken == []
    assert states() == [DeliveryState.WAITING]


def test_stopping_worker_begins_no_attempt(
    runtime: Runtime,
    endpoint: WebhookEndpoint,
    channel: Channel,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.process._stop", threading.Event())
    make_delivery(endpoint, store)
    request_stop()

    dispatch_due(runtime)

    assert channel.taken == []


def test_change_reaches_the_channel_and_a_backfill_does_not(
    runtime: Runtime, merchant: Merchant, channel: Channel, shop: Shop
) -> None:
    Membership.create(merchant=merchant, store=shop.store_id)
    make_endpoint(merchant, runtime.sealer, url=channel.url)
    shop.sync()
    changed, gone = shop.product_ids()[:2]
    dispatch_due(runtime)
    assert [taken.payload["type"] for taken in channel.taken] == ["store.first_import_completed"]
    channel.taken.clear()

    shop.change(changed, price=1)
    shop.delete(gone)
    shop.event(changed)
    shop.event(gone, type="product.deleted")
    drain(runtime, shop.store_id)
    dispatch_due(runtime)

    reported = {(taken.payload["type"], taken.payload["data"]["id"]) for taken in channel.taken}
    assert reported == {("product.updated", changed), ("product.deleted", gone)}
    assert all(taken.verified(SECRET) for taken in channel.taken)


def test_a_thread_keeps_its_sender_and_so_its_connections(
    runtime: Runtime, endpoint: WebhookEndpoint, channel: Channel, store: Store
) -> None:
    make_delivery(endpoint, store)
    make_delivery(endpoint, store)
    with ThreadPoolExecutor(1) as pool:
        dispatch = DispatchRound(runtime, pool)
        dispatch.run()

        assert len(channel.taken) == 2
        assert len(dispatch.senders) == 1
        dispatch.release()
