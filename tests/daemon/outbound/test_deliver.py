"""The daemon sends to all channels at once; who is slow, dead or killed holds up nobody."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from daemon.inbox.drain import drain
from daemon.job import use_runtime
from daemon.jobs.deliver_messages import deliver_messages
from daemon.outbound.deliver import AT_ONCE, deliver, wake_due_deliveries
from daemon.stopping import request_stop
from portal.config import Settings
from portal.models import (
    ChannelEndpoint,
    Delivery,
    DeliveryAttempt,
    DeliveryState,
    Lease,
    Membership,
    Merchant,
    Store,
    utc_now,
)
from portal.services.runtime import Runtime
from tests.channel import Channel, open_channel
from tests.daemon.conftest import Shop
from tests.daemon.processes import running, wait_until
from tests.factories import SECRET, make_delivery, make_endpoint, make_merchant, make_store

MESSAGES = 20


@pytest.fixture
def merchant(runtime: Runtime) -> Merchant:
    """A merchant with an account."""
    return make_merchant()


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """The merchant's store."""
    return make_store(merchant)


@pytest.fixture
def channel() -> Iterator[Channel]:
    """A receiver that takes everything."""
    with open_channel() as opened:
        yield opened


@pytest.fixture
def endpoint(runtime: Runtime, merchant: Merchant, channel: Channel) -> ChannelEndpoint:
    """The merchant's endpoint at the receiver."""
    return make_endpoint(merchant, runtime.sealer, url=channel.url)


def states() -> list[str]:
    """Return how the deliveries stand, in order."""
    return [row.state for row in Delivery.select().order_by(Delivery.id)]


def test_all_that_waits_is_sent_some_at_once_and_each_message_once(
    runtime: Runtime, endpoint: ChannelEndpoint, channel: Channel, store: Store
) -> None:
    flying, most, lock = 0, 0, threading.Lock()

    def count(_: BaseHTTPRequestHandler) -> None:
        nonlocal flying, most
        with lock:
            flying += 1
            most = max(most, flying)
        time.sleep(0.02)
        with lock:
            flying -= 1

    channel.behave = count
    for _ in range(MESSAGES):
        make_delivery(endpoint, store)
    assert wake_due_deliveries(runtime) == 1

    use_runtime(runtime)
    deliver_messages()
    use_runtime(None)

    assert states() == [DeliveryState.DELIVERED] * MESSAGES
    assert len({taken.uid for taken in channel.taken}) == len(channel.taken) == MESSAGES
    assert 1 < most <= AT_ONCE
    assert not Lease.is_held(f"deliver:{endpoint.id}")
    assert wake_due_deliveries(runtime) == 0


def test_an_endpoint_that_does_not_answer_holds_up_no_other(
    runtime: Runtime, endpoint: ChannelEndpoint, channel: Channel, merchant: Merchant, store: Store
) -> None:
    with open_channel() as silent:
        is_over = threading.Event()
        silent.behave = lambda _: (is_over.wait(5), None)[1]
        stuck = make_endpoint(merchant, runtime.sealer, url=silent.url)
        for _ in range(MESSAGES):
            make_delivery(stuck, store)
            make_delivery(endpoint, store)

        # It lets go only once the other has got everything: else this would never end.
        def look(_: BaseHTTPRequestHandler) -> None:
            if len(channel.taken) == MESSAGES:
                is_over.set()

        channel.behave = look
        silent.status = 503
        deliver(runtime)

        assert is_over.is_set()
        assert len(silent.taken) == AT_ONCE
        assert len(channel.taken) == MESSAGES
    assert ChannelEndpoint.get_by_id(stuck.id).failures == 1
    assert Delivery.select().where(Delivery.attempts == 0).count() == MESSAGES - AT_ONCE


def test_what_another_process_sends_to_is_left_to_it(
    runtime: Runtime, endpoint: ChannelEndpoint, channel: Channel, store: Store
) -> None:
    make_delivery(endpoint, store)
    Lease.acquire(f"deliver:{endpoint.id}", "another", 30)

    deliver(runtime)

    assert channel.taken == []
    assert states() == [DeliveryState.WAITING]


def test_a_worker_that_is_to_end_begins_nothing(
    runtime: Runtime,
    endpoint: ChannelEndpoint,
    channel: Channel,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("daemon.stopping._stop", threading.Event())
    make_delivery(endpoint, store)
    request_stop()

    deliver(runtime)

    assert channel.taken == []


@pytest.mark.promise(1)
def test_a_worker_that_is_killed_while_it_sends_loses_nothing(
    own_settings: Settings, own_runtime: Runtime, tmp_path: Path, channel: Channel
) -> None:
    is_killed = threading.Event()

    def hold(_: BaseHTTPRequestHandler) -> None:
        if not is_killed.is_set():
            is_killed.wait(30)

    channel.behave = hold
    merchant = make_merchant()
    endpoint = make_endpoint(merchant, own_runtime.sealer, url=channel.url)
    delivery = make_delivery(endpoint, make_store(merchant))
    with running(own_settings, tmp_path) as daemon:
        wait_until(lambda: channel.taken, "the message to be on its way")

        (worker,) = daemon.children("daemon.worker deliveries")
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        is_killed.set()
        assert Delivery.get().state == DeliveryState.WAITING
        move_clock(timedelta(minutes=1))
        wait_until(lambda: Delivery.get().state == DeliveryState.DELIVERED, "the second attempt")

    first, second = channel.taken
    assert first.uid == second.uid == delivery.message.uid
    assert first.body == second.body
    kept = DeliveryAttempt.select().order_by(DeliveryAttempt.id)
    assert [attempt.status for attempt in kept] == [None, 200]


def move_clock(length: timedelta) -> None:
    """Have the killed worker's lease and the wait after its attempt be over."""
    past = utc_now() - length
    Lease.update(until_at=past).where(Lease.name.startswith("deliver:")).execute()
    Delivery.update(due_at=past).execute()


def test_a_change_in_the_store_reaches_the_channel_and_its_first_copy_does_not(
    runtime: Runtime, merchant: Merchant, channel: Channel, shop: Shop
) -> None:
    Membership.create(merchant=merchant, store=shop.store_id)
    make_endpoint(merchant, runtime.sealer, url=channel.url)
    shop.sync()
    changed, gone = shop.product_ids()[:2]
    deliver(runtime)
    assert channel.taken == []

    shop.change(changed, price=1)
    shop.delete(gone)
    shop.event(changed)
    shop.event(gone, type="product.deleted")
    drain(runtime, shop.store_id)
    deliver(runtime)

    told = {(taken.payload["type"], taken.payload["data"]["id"]) for taken in channel.taken}
    assert told == {("product.updated", changed), ("product.deleted", gone)}
    assert all(taken.verified(SECRET) for taken in channel.taken)
