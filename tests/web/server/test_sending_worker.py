"""The event loop sends a response that its client reads slowly; one that isn't read is dropped."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from portal.web.server import sending_worker as module
from portal.web.server.connection import Connection
from tests.web.server.conftest import read_to_end
from tests.web.server.test_worker import PAGE, OneWorker

LARGE = b"x" * 12_000_000


@pytest.fixture
def one() -> Iterator[OneWorker]:
    """A worker of no pool."""
    one = OneWorker()
    yield one
    one.close()


def respond(one: OneWorker, client: socket.socket, *, is_kept: bool = False) -> Connection:
    """Have the thread of the client's request write a large response and end."""
    conn, served = one.in_threads[-1], one.submitted[-1]
    assert client.getsockname() == conn.client
    conn.init()
    conn.sock.sendall(LARGE)
    served.set_result(is_kept)
    one.worker.finish_request(conn, served)
    return conn


def test_slow_reader_occupies_no_thread_and_gets_everything(one: OneWorker) -> None:
    with one.client(PAGE) as client:
        respond(one, client)
        assert (one.worker.running, len(one.worker.sending)) == (0, 1)

        received = 0
        while one.worker.sending:
            received += len(client.recv(1_000_000))
            one.worker.wait_for_and_dispatch_events(0)
        received += len(read_to_end(client))

    assert received == len(LARGE)
    assert one.worker.nr_conns == 0


def test_connection_is_kept_after_its_response_was_sent(one: OneWorker) -> None:
    with one.client(PAGE) as client:
        respond(one, client, is_kept=True)
        while one.worker.sending:
            client.recv(1_000_000)
            one.worker.wait_for_and_dispatch_events(0)

        assert len(one.worker.keepalived_conns) == one.worker.nr_conns == 1


def test_client_that_reads_nothing_is_disconnected(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SEND_STALL_S", -1)
    with one.client(PAGE) as client:
        respond(one, client)

        one.worker.murder_pending()

        assert len(read_to_end(client)) < len(LARGE)
    assert (one.worker.nr_conns, one.worker.sending) == (0, {})


@pytest.mark.parametrize(
    ("limit", "value"), [("SENDING_LIMIT", 1), ("SENDING_LIMIT_BYTES", 12_000_000)]
)
def test_response_beyond_the_limit_replaces_one(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    monkeypatch.setattr(module, limit, value)
    with one.client(PAGE) as former:
        respond(one, former)
        with one.client(PAGE) as client:
            second = respond(one, client)

            assert list(one.worker.sending) == [second]
        assert len(read_to_end(former)) < len(LARGE)


def test_response_without_progress_for_longest_is_replaced_first(one: OneWorker) -> None:
    with one.client(PAGE) as client:
        first = respond(one, client)
        with one.client(PAGE) as silent:
            second = respond(one, silent)
            while next(iter(one.worker.sending)) is first:
                client.recv(1_000_000)
                one.worker.wait_for_and_dispatch_events(0)

            assert list(one.worker.sending) == [second, first]


def test_response_of_a_client_that_has_gone_is_dropped(one: OneWorker) -> None:
    with one.client(PAGE) as client:
        respond(one, client)
    while one.worker.sending:
        one.worker.wait_for_and_dispatch_events(10)

    assert one.worker.nr_conns == 0


def test_event_of_a_response_that_was_dropped_in_the_same_moment_is_ignored(
    one: OneWorker,
) -> None:
    with one.client(PAGE) as client:
        conn = respond(one, client)
        one.worker.drop_response(conn)

        one.worker.on_writable(conn, conn.sock)

    assert one.worker.nr_conns == 0
