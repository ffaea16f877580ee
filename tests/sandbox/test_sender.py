"""Deliveries go out several at once, each once, and every try of them stands in the log."""

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
from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside, wait_for, words
from tests.sandbox.receiver import Receiver

DAY_S = 24 * 3600
BURST = 2000


@pytest.fixture(scope="module")
def running_receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def config(config: SandboxConfig, running_receiver: Receiver) -> SandboxConfig:
    """The app of the tests, with an address for its events."""
    return replace(config, webhook_url=running_receiver.url)


@pytest.fixture(autouse=True)
def receiver(running_receiver: Receiver) -> Iterator[Receiver]:
    """The receiver at the app's address; it answers 200 unless told otherwise."""
    yield running_receiver
    running_receiver.forget()


@pytest.fixture
def installed(outside: Outside, receiver: Receiver) -> int:
    """A store whose first event, that of the install, is over."""
    store_id = outside.make_store()
    outside.connect(store_id)
    receiver.wait_for("application.installed", store_id)
    outside.control("DELETE", "/failing")
    wait_for(lambda: outside.deliveries(store_id)[-1]["delivered"])
    receiver.forget()
    return store_id


def emit(outside: Outside, store_id: int, count: int) -> None:
    """Cause so many events at once, of the entities 1, 2, 3 and so on."""
    with outside.parts.state.writing():
        for number in range(count):
            outside.parts.events.emit(store_id, "product.updated", number + 1)


def pending(outside: Outside, store_id: int) -> int:
    """Return how many deliveries of a store are not over."""
    pending = "SELECT count(*) FROM delivery WHERE store = ? AND due IS NOT NULL"
    return outside.parts.state.number(pending, store_id)


def entities(receiver: Receiver) -> list[int]:
    """Return the entities of the events that came, in their order."""
    return [request.body["entityId"] for request in list(receiver.received)]


def failing(outside: Outside) -> list[dict[str, Any]]:
    """Return the addresses that fail."""
    found: list[dict[str, Any]] = outside.control("GET", "/failing").json()
    return found


def last(outside: Outside, store_id: int) -> dict[str, Any]:
    """Return the newest delivery of a store with its attempts."""
    delivery_id = outside.deliveries(store_id)[-1]["id"]
    found: dict[str, Any] = outside.control("GET", f"/deliveries/{delivery_id}").json()
    return found


def test_slow_receivers_get_each_event_once_however_many_wait(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_lanes="4")
    receiver.wait_s = 0.25

    emit(outside, installed, 24)
    wait_for(lambda: not pending(outside, installed))

    assert sorted(entities(receiver)) == list(range(1, 25))
    assert {line["tries"] for line in outside.deliveries(installed)} == {1}


@pytest.mark.parametrize("lanes", [1, 3])
def test_so_many_deliveries_are_under_way_at_once(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn, lanes: int
) -> None:
    turn(webhook_lanes=str(lanes))
    receiver.wait_s = 0.05

    emit(outside, installed, 12)
    wait_for(lambda: len(receiver.received) == 12)

    assert receiver.most_at_once == lanes


def test_on_a_single_lane_events_come_in_their_order(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_lanes="1")

    emit(outside, installed, 30)
    wait_for(lambda: len(receiver.received) == 30)

    assert entities(receiver) == list(range(1, 31))


def test_events_can_come_shuffled(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_lanes="1", webhook_order="shuffled")

    emit(outside, installed, 12)
    wait_for(lambda: len(receiver.received) == 12)

    assert sorted(entities(receiver)) == list(range(1, 13))
    assert entities(receiver) != list(range(1, 13))


def test_every_try_stands_in_the_log(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(retry_speed="9000")
    receiver.answers, receiver.said = [503, 302], b"one moment"
    began = time.time()

    emit(outside, installed, 1)
    wait_for(lambda: not pending(outside, installed))

    found = last(outside, installed)
    attempts = found["attempts"]
    assert [(each["number"], each["status"], each["words"]) for each in attempts] == [
        (1, "503", "one moment"),
        (2, "302", "one moment"),
        (3, "200", "one moment"),
    ]
    assert [began < each["at"] < began + 10 for each in attempts] == [True] * 3
    assert all(0 <= each["took_ms"] < 5000 for each in attempts)
    assert found["delivered"] == pytest.approx(attempts[-1]["at"], abs=1)


def test_all_27_repeats_and_the_giving_up_can_be_watched(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(retry_speed=str(DAY_S / 3))
    receiver.usual = 500

    emit(outside, installed, 1)
    wait_for(lambda: not pending(outside, installed))

    found = last(outside, installed)
    assert (found["tries"], found["due"], found["delivered"]) == (28, None, None)
    after_s = [each["at"] - found["first_due"] for each in found["attempts"]]
    assert after_s == sorted(after_s)
    assert 3 <= after_s[-1] < 5
    assert len({request.body["eventId"] for request in receiver.received}) == 1


def test_a_delay_moves_the_whole_schedule(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_delay_s="0.3")
    receiver.usual = 500

    emit(outside, installed, 1)
    wait_for(lambda: last(outside, installed)["tries"])

    found = last(outside, installed)
    assert found["due"] - found["created"] == pytest.approx(15 * 60 + 0.3)


def test_there_is_no_delivery_of_that_number(outside: Outside) -> None:
    answer = outside.control("GET", "/deliveries/999999")

    assert (answer.status_code, answer.json()["error"]) == (404, "there is no delivery 999999")


def test_the_log_keeps_no_more_than_its_limit_of_what_is_over(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(webhook_log_limit="20")
    receiver.answers = [500]
    emit(outside, installed, 1)
    wait_for(lambda: last(outside, installed)["tries"])
    waiting = last(outside, installed)["id"]

    for _ in range(6):
        emit(outside, installed, 10)
        wait_for(lambda: pending(outside, installed) == 1)

    kept = {line["id"] for line in outside.deliveries(installed)}
    astray = "SELECT count(*) FROM attempt WHERE delivery NOT IN (SELECT id FROM delivery)"
    assert waiting in kept
    assert 20 <= len(kept) <= 1 + 20 + 2 + 10
    assert outside.parts.state.number(astray) == 0


def test_an_address_that_failed_for_two_weeks_is_blocked_until_somebody_asks(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    turn(retry_speed=str(14 * DAY_S / 0.4))
    receiver.usual = 500
    emit(outside, installed, 1)
    wait_for(lambda: [each for each in failing(outside) if each["blocked"]])

    emit(outside, installed, 5)
    lines = len(outside.deliveries(installed))
    page = words(outside.call("GET", "/_sandbox/deliveries"))
    outside.call("POST", "/_sandbox/deliveries/unblock")
    receiver.usual = 200
    emit(outside, installed, 1)

    assert lines == 2
    assert f"{receiver.url} since" in page
    assert "blocked , nothing is sent any more" in page
    wait_for(lambda: outside.deliveries(installed)[-1]["delivered"])
    assert failing(outside) == []


def test_an_address_that_takes_an_event_again_fails_no_longer(
    outside: Outside, installed: int, receiver: Receiver, turn: Turn
) -> None:
    receiver.answers = [500]
    emit(outside, installed, 1)
    [failed] = wait_for(lambda: failing(outside))

    emit(outside, installed, 1)
    wait_for(lambda: not failing(outside))

    assert (failed["url"], failed["blocked"]) == (receiver.url, False)


def test_addresses_can_be_begun_with_anew(
    outside: Outside, installed: int, receiver: Receiver
) -> None:
    receiver.answers = [500]
    emit(outside, installed, 1)
    wait_for(lambda: failing(outside))

    answer = outside.control("DELETE", "/failing")

    assert answer.json() == {"forgotten": True}
    assert failing(outside) == []


@contextmanager
def fast_receiver() -> Iterator[str]:
    """Answer 200 to whatever comes, faster than a server of threads can; yield the address."""

    class Answer(asyncio.Protocol):
        def connection_made(self, transport: Any) -> None:
            self.transport = transport
            self.seen = b""

        def data_received(self, data: bytes) -> None:
            self.seen += data
            head, blank, body = self.seen.partition(b"\r\n\r\n")
            length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0])
            if blank and len(body) == length:
                self.seen = b""
                self.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")

    async def serve() -> None:
        server = await loop.create_server(Answer, "127.0.0.1", 0)
        address.append(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
        await stopping.wait()
        server.close()

    address: list[str] = []
    stopping = asyncio.Event()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    wait_for(lambda: address)
    yield address[0]
    loop.call_soon_threadsafe(stopping.set)
    thread.join(5)
    loop.close()


def test_a_burst_goes_out_at_hundreds_a_second(config: SandboxConfig, tmp_path: Path) -> None:
    with fast_receiver() as url:
        own = replace(config, state=tmp_path / "s.db", webhook_url=url)
        with SandboxServer(own) as server, Outside(server) as outside:
            store_id = outside.make_store()
            outside.connect(store_id)
            began = time.monotonic()

            emit(outside, store_id, BURST)
            wait_for(lambda: not pending(outside, store_id), timeout_s=60)

            assert BURST / (time.monotonic() - began) > 200
            delivered = "SELECT count(*) FROM delivery WHERE delivered IS NOT NULL AND tries = 1"
            assert outside.parts.state.number(delivered) == BURST + 1


def test_a_stop_waits_for_no_receiver_and_loses_no_event(
    config: SandboxConfig, receiver: Receiver, tmp_path: Path
) -> None:
    receiver.wait_s = 1.5
    own = replace(config, state=tmp_path / "s.db")
    with SandboxServer(own) as server, Outside(server) as outside:
        store_id = outside.make_store()
        outside.connect(store_id)
        wait_for(lambda: receiver.received)
        began = time.monotonic()

        server.stop()

        assert time.monotonic() - began < 1

    receiver.forget()
    with SandboxServer(own) as server, Outside(server) as outside:
        receiver.wait_for("application.installed", store_id)
        wait_for(lambda: not pending(outside, store_id))
