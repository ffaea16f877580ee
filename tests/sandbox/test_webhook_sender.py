"""Tests for the background sender: concurrency, retries, log and failing endpoints."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from portal.sandbox.config import SandboxConfig
from portal.sandbox.server import SandboxServer
from tests.sandbox.client import SandboxClient, page_text, wait_for
from tests.sandbox.conftest import SetSwitches
from tests.sandbox.receiver import Receiver

DAY_S = 24 * 3600
BURST = 2000


@pytest.fixture(scope="module")
def running_receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def config(config: SandboxConfig, running_receiver: Receiver) -> SandboxConfig:
    """Configuration whose app sends events to the receiver."""
    return replace(config, webhook_url=running_receiver.url)


@pytest.fixture(autouse=True)
def receiver(running_receiver: Receiver) -> Iterator[Receiver]:
    """Receiver at the app's webhook URL, reset after each test."""
    yield running_receiver
    running_receiver.reset()


@pytest.fixture
def installed(sandbox: SandboxClient, receiver: Receiver) -> int:
    """Id of a store whose install event is delivered."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    receiver.wait_for("application.installed", store_id)
    sandbox.admin("DELETE", "/failing-endpoints")
    wait_for(lambda: sandbox.deliveries(store_id)[-1]["delivered"])
    receiver.reset()
    return store_id


def emit(sandbox: SandboxClient, store_id: int, count: int) -> None:
    """Emit ``count`` events in one transaction. The entity ids count up from 1."""
    with sandbox.parts.state.transaction():
        for number in range(count):
            sandbox.parts.events.emit(store_id, "product.updated", number + 1)


def pending(sandbox: SandboxClient, store_id: int) -> int:
    """Return the number of unfinished deliveries of a store."""
    query = "SELECT count(*) FROM delivery WHERE store = ? AND due IS NOT NULL"
    return sandbox.parts.state.number(query, store_id)


def entities(receiver: Receiver) -> list[int]:
    """Return the entity ids of the received events, in order of arrival."""
    return [request.body["entityId"] for request in list(receiver.received)]


def failing(sandbox: SandboxClient) -> list[dict[str, Any]]:
    """Return the failing endpoints."""
    found: list[dict[str, Any]] = sandbox.admin("GET", "/failing-endpoints").json()
    return found


def last(sandbox: SandboxClient, store_id: int) -> dict[str, Any]:
    """Return the latest delivery of a store with its attempts."""
    delivery_id = sandbox.deliveries(store_id)[-1]["id"]
    found: dict[str, Any] = sandbox.admin("GET", f"/deliveries/{delivery_id}").json()
    return found


def test_a_slow_receiver_gets_each_event_once(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_concurrency="4")
    receiver.delay_s = 0.25

    emit(sandbox, installed, 24)
    wait_for(lambda: not pending(sandbox, installed))

    assert sorted(entities(receiver)) == list(range(1, 25))
    assert {delivery["attempt_count"] for delivery in sandbox.deliveries(installed)} == {1}


@pytest.mark.parametrize("workers", [1, 3])
def test_the_switch_limits_concurrent_deliveries(
    sandbox: SandboxClient,
    installed: int,
    receiver: Receiver,
    set_switches: SetSwitches,
    workers: int,
) -> None:
    set_switches(webhook_concurrency=str(workers))
    receiver.delay_s = 0.05

    emit(sandbox, installed, 12)
    wait_for(lambda: len(receiver.received) == 12)

    assert receiver.max_concurrent == workers


def test_a_single_worker_sends_events_in_order(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_concurrency="1")

    emit(sandbox, installed, 30)
    wait_for(lambda: len(receiver.received) == 30)

    assert entities(receiver) == list(range(1, 31))


def test_events_can_be_shuffled(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_concurrency="1", webhook_order="shuffled")

    emit(sandbox, installed, 12)
    wait_for(lambda: len(receiver.received) == 12)

    assert sorted(entities(receiver)) == list(range(1, 13))
    assert entities(receiver) != list(range(1, 13))


def test_the_log_contains_every_attempt(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(retry_speed="9000")
    receiver.statuses, receiver.response_body = [503, 302], b"one moment"
    began = time.time()

    emit(sandbox, installed, 1)
    wait_for(lambda: not pending(sandbox, installed))

    found = last(sandbox, installed)
    attempts = found["attempts"]
    assert [(each["number"], each["status"], each["detail"]) for each in attempts] == [
        (1, "503", "one moment"),
        (2, "302", "one moment"),
        (3, "200", "one moment"),
    ]
    assert [began < each["at"] < began + 10 for each in attempts] == [True] * 3
    assert all(0 <= each["duration_ms"] < 5000 for each in attempts)
    assert found["delivered"] == pytest.approx(attempts[-1]["at"], abs=1)


def test_a_delivery_is_given_up_after_27_retries(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(retry_speed=str(DAY_S / 3))
    receiver.default_status = 500

    emit(sandbox, installed, 1)
    wait_for(lambda: not pending(sandbox, installed))

    found = last(sandbox, installed)
    assert (found["attempt_count"], found["due"], found["delivered"]) == (28, None, None)
    waits_s = [each["at"] - found["first_due"] for each in found["attempts"]]
    assert waits_s == sorted(waits_s)
    assert 3 <= waits_s[-1] < 5
    assert len({request.body["eventId"] for request in receiver.received}) == 1


def test_the_delay_shifts_the_whole_schedule(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_delay_s="0.3")
    receiver.default_status = 500

    emit(sandbox, installed, 1)
    wait_for(lambda: last(sandbox, installed)["attempt_count"])

    found = last(sandbox, installed)
    assert found["due"] - found["created"] == pytest.approx(15 * 60 + 0.3)


def test_an_unknown_delivery_is_a_404(sandbox: SandboxClient) -> None:
    answer = sandbox.admin("GET", "/deliveries/999999")

    assert (answer.status_code, answer.json()["error"]) == (404, "there is no delivery 999999")


def test_the_log_keeps_only_the_newest_finished_deliveries(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(webhook_log_limit="20")
    receiver.statuses = [500]
    emit(sandbox, installed, 1)
    wait_for(lambda: last(sandbox, installed)["attempt_count"])
    unfinished = last(sandbox, installed)["id"]

    for _ in range(6):
        emit(sandbox, installed, 10)
        wait_for(lambda: pending(sandbox, installed) == 1)

    kept = {delivery["id"] for delivery in sandbox.deliveries(installed)}
    orphans = "SELECT count(*) FROM attempt WHERE delivery NOT IN (SELECT id FROM delivery)"
    assert unfinished in kept
    assert 20 <= len(kept) <= 1 + 20 + 2 + 10
    assert sandbox.parts.state.number(orphans) == 0


def test_an_endpoint_that_fails_for_two_weeks_is_blocked_until_unblocked(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    set_switches(retry_speed=str(14 * DAY_S / 0.4))
    receiver.default_status = 500
    emit(sandbox, installed, 1)
    wait_for(lambda: [each for each in failing(sandbox) if each["blocked"]])

    emit(sandbox, installed, 5)
    count = len(sandbox.deliveries(installed))
    page = page_text(sandbox.call("GET", "/_sandbox/deliveries"))
    sandbox.call("POST", "/_sandbox/deliveries/unblock")
    receiver.default_status = 200
    emit(sandbox, installed, 1)

    assert count == 2
    assert f"{receiver.url} since" in page
    assert "blocked , no more events are sent" in page
    wait_for(lambda: sandbox.deliveries(installed)[-1]["delivered"])
    assert failing(sandbox) == []


def test_a_successful_delivery_ends_the_failing_state(
    sandbox: SandboxClient, installed: int, receiver: Receiver, set_switches: SetSwitches
) -> None:
    receiver.statuses = [500]
    emit(sandbox, installed, 1)
    [failed] = wait_for(lambda: failing(sandbox))

    emit(sandbox, installed, 1)
    wait_for(lambda: not failing(sandbox))

    assert (failed["url"], failed["blocked"]) == (receiver.url, False)


def test_failing_endpoints_can_be_reset(
    sandbox: SandboxClient, installed: int, receiver: Receiver
) -> None:
    receiver.statuses = [500]
    emit(sandbox, installed, 1)
    wait_for(lambda: failing(sandbox))

    answer = sandbox.admin("DELETE", "/failing-endpoints")

    assert answer.json() == {"unblocked": True}
    assert failing(sandbox) == []


@contextmanager
def fast_receiver() -> Iterator[str]:
    """Answer every request with 200, faster than a threaded server can; yield the URL."""

    class Answer(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport
            self.received = b""
            transports.append(transport)

        def data_received(self, data: bytes) -> None:
            self.received += data
            head, blank, body = self.received.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            if blank and len(body) == length:
                self.received = b""
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def serve() -> None:
        server = await loop.create_server(Answer, "127.0.0.1", 0)
        urls.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await stopping.wait()
        server.close()
        for transport in transports:
            transport.abort()
        await asyncio.sleep(0)  # lets the loop close their sockets

    urls: list[str] = []
    transports: list[Any] = []
    stopping = asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    wait_for(lambda: urls)
    yield urls[0]
    loop.call_soon_threadsafe(stopping.set)
    thread.join(5)
    loop.close()


def test_a_burst_is_sent_at_hundreds_of_events_per_second(
    config: SandboxConfig, tmp_path: Path
) -> None:
    with fast_receiver() as url:
        own = replace(config, state=tmp_path / "s.db", webhook_url=url)
        with SandboxServer(own) as server, SandboxClient(server) as sandbox:
            store_id = sandbox.make_store()
            sandbox.connect(store_id)
            began = time.monotonic()

            emit(sandbox, store_id, BURST)
            wait_for(lambda: not pending(sandbox, store_id), timeout_s=60)

            assert BURST / (time.monotonic() - began) > 200
            delivered = (
                "SELECT count(*) FROM delivery WHERE delivered IS NOT NULL AND attempt_count = 1"
            )
            assert sandbox.parts.state.number(delivered) == BURST + 1


def test_a_stop_does_not_wait_for_receivers_and_loses_no_event(
    config: SandboxConfig, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.delay_s = 1.5
    own = replace(config, state=tmp_path / "s.db")
    with SandboxServer(own) as server, SandboxClient(server) as sandbox:
        store_id = sandbox.make_store()
        sandbox.connect(store_id)
        wait_for(lambda: receiver.received)
        began = time.monotonic()

        server.stop()

        assert time.monotonic() - began < 1

    receiver.reset()
    with SandboxServer(own) as server, SandboxClient(server) as sandbox:
        receiver.wait_for("application.installed", store_id)
        wait_for(lambda: not pending(sandbox, store_id))
