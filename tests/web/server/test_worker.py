"""A worker refuses what it can't wait for or pass on, and closes every connection in the end."""

from __future__ import annotations

import errno
import logging
import selectors
import socket
from collections.abc import Iterator
from concurrent.futures import Future
from types import SimpleNamespace

import pytest
from gunicorn.config import Config

from portal.web.server import sending_worker
from portal.web.server import worker as module
from portal.web.server.connection import Connection
from portal.web.server.pools import ConnectionQueue, Pool
from portal.web.server.worker import Worker
from tests.web.server.conftest import read_to_end
from tests.web.server.test_pools import fill

HALF = b"GET /login HTTP/1.1\r\nHost: por"
PAGE = b"GET /login HTTP/1.1\r\nHost: portal\r\n\r\n"


class OneWorker:
    """A worker that doesn't run: the test accepts connections and reports events itself."""

    def __init__(self) -> None:
        self.worker = Worker(1, 0, [], None, 30, Config(), logging.getLogger("gunicorn"))
        self.worker.poller = selectors.DefaultSelector()
        self.submitted: list[Future[object]] = []
        self.worker.tpool = SimpleNamespace(submit=self._submit)
        self.bound = socket.create_server(("127.0.0.1", 0))
        self.queues = {pool: ConnectionQueue() for pool in Pool}
        self.in_threads: list[Connection] = []

    def _submit(self, _handle: object, conn: Connection) -> Future[object]:
        self.in_threads.append(conn)
        self.submitted.append(Future())
        return self.submitted[-1]

    def client(self, sent: bytes) -> socket.socket:
        """Return a client whose connection the worker has accepted."""
        client = socket.create_connection(self.bound.getsockname(), 10)
        client.sendall(sent)
        source = SimpleNamespace(accept=self._accept)
        self.worker.accept(source)
        return client

    def _accept(self) -> tuple[socket.socket, object]:
        accepted, address = self.bound.accept()
        accepted.recv(1, socket.MSG_PEEK)  # what was sent has arrived
        accepted.setblocking(False)
        return accepted, address

    def close(self) -> None:
        sending = self.worker.sending
        for conn in (*self.worker.waiting, *self.worker.draining, *sending, *self.in_threads):
            conn.close()
        for queue in self.queues.values():
            queue.close()
        self.worker.poller.close()
        self.worker.tmp.close()
        self.bound.close()


@pytest.fixture
def one() -> Iterator[OneWorker]:
    """A worker of no pool."""
    one = OneWorker()
    yield one
    one.close()


def test_complete_request_gets_a_thread_and_half_of_one_does_not(one: OneWorker) -> None:
    with one.client(PAGE), one.client(HALF):
        assert (len(one.submitted), len(one.worker.waiting)) == (1, 1)


def test_request_that_does_not_arrive_in_time_is_refused(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ARRIVAL_LIMIT_S", -1)
    with one.client(HALF) as client:
        one.worker.murder_pending()

        assert read_to_end(client).startswith(b"HTTP/1.1 408")
    assert (one.worker.nr_conns, one.submitted) == (0, [])


def test_oldest_incomplete_request_makes_room_for_a_new_one(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "WAITING_LIMIT", 2)
    with one.client(HALF) as oldest, one.client(HALF), one.client(HALF):
        assert read_to_end(oldest).startswith(b"HTTP/1.1 408")
        assert len(one.worker.waiting) == 2


def test_client_that_sends_single_bytes_is_disconnected(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LOOKS_LIMIT", 3)
    with one.client(HALF[:1]) as client:
        for byte in HALF[1:4]:
            client.sendall(bytes([byte]))
            one.worker.wait_for_and_dispatch_events(10)

        assert read_to_end(client).startswith(b"HTTP/1.1 408")


def test_request_for_a_full_queue_is_refused_with_the_time_to_wait(one: OneWorker) -> None:
    one.worker.join_pool(Pool.RECEIVER, one.queues)
    with pytest.raises(BlockingIOError):
        fill(one.queues[Pool.PAGES], one.bound)

    with one.client(PAGE) as client:
        answer = client.recv(1000)
        client.close()
        while one.worker.draining:  # what the client has sent, then its end
            one.worker.wait_for_and_dispatch_events(10)

    assert answer.startswith(b"HTTP/1.1 503")
    assert b"Retry-After: 5\r\n" in answer
    assert one.worker.nr_conns == 0


@pytest.mark.parametrize("limit", ["DRAIN_LIMIT_S", "DRAIN_BYTES"])
def test_refused_client_that_goes_on_sending_is_disconnected(
    one: OneWorker, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(sending_worker, limit, -1)
    with one.client(b"x" * 20_000):
        if limit == "DRAIN_BYTES":
            one.worker.wait_for_and_dispatch_events(10)
        one.worker.murder_pending()

    assert (one.worker.nr_conns, one.worker.draining) == (0, {})


def test_encrypted_connection_gets_a_thread_at_once(one: OneWorker) -> None:
    one.worker.cfg.set("certfile", "portal.pem")

    with one.client(b"\x16\x03\x01"):
        assert (len(one.submitted), one.worker.waiting) == (1, {})


def test_busy_worker_leaves_pages_to_others_and_receivers_never_stop(one: OneWorker) -> None:
    one.worker.join_pool(Pool.PAGES, one.queues)
    one.worker.running = one.worker.cfg.threads

    one.worker.set_accept_enabled(True)
    assert not one.worker.poller.get_map()
    one.worker.running -= 1
    one.worker.set_accept_enabled(True)
    assert len(one.worker.poller.get_map()) == 1


def test_connection_that_another_worker_took_is_no_error(one: OneWorker) -> None:
    one.bound.setblocking(False)

    one.worker.accept(one.bound)

    assert one.worker.nr_conns == 0


def test_connection_without_a_byte_waits_and_ends_with_its_client(one: OneWorker) -> None:
    with socket.create_connection(one.bound.getsockname(), 10):
        accepted, address = one.bound.accept()
        accepted.setblocking(False)
        one.worker.accept(SimpleNamespace(accept=lambda: (accepted, address)))
        assert len(one.worker.waiting) == 1

    one.worker.wait_for_and_dispatch_events(10)

    assert (one.worker.nr_conns, one.worker.waiting) == (0, {})


def test_connection_of_a_failed_request_is_closed(one: OneWorker) -> None:
    with one.client(PAGE) as client:
        [conn] = one.in_threads
        one.submitted[0].set_exception(ValueError("a bug"))

        one.worker.finish_request(conn, one.submitted[0])

        assert read_to_end(client) == b""
    assert (one.worker.nr_conns, one.worker.running) == (0, 0)


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffff\r\n", b"413"),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n", b"400"),
    ],
)
def test_chunked_body_that_a_thread_would_wait_for_is_refused(
    one: OneWorker, sent: bytes, status: bytes
) -> None:
    with one.client(sent) as client:
        assert client.recv(100).startswith(b"HTTP/1.1 " + status)
    assert one.submitted == []


def test_thread_does_not_wait_for_a_body_that_is_refused_by_its_length(one: OneWorker) -> None:
    with one.client(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 300000\r\n\r\n"):
        [conn] = one.in_threads
        conn.init()
        next(conn.parser)

        assert one.worker._keepalive_after(conn, True) is False


def idle(one: OneWorker, client: socket.socket) -> Connection:
    """Have the client's request end; its connection is kept."""
    conn, served = one.in_threads[-1], one.submitted[-1]
    assert conn.client == client.getsockname()
    conn.init()
    next(conn.parser)
    served.set_result(True)
    one.worker.finish_request(conn, served)
    return conn


def test_connection_beyond_the_limit_closes_the_one_that_is_idle_for_longest(
    one: OneWorker,
) -> None:
    one.worker.connection_limit = 3
    with one.client(HALF) as half, one.client(PAGE) as oldest:
        idle(one, oldest)
        with one.client(PAGE) as younger:
            kept = idle(one, younger)

            with one.client(HALF):
                assert read_to_end(oldest) == b""
                assert list(one.worker.keepalived_conns) == [kept]
            with one.client(HALF):
                assert read_to_end(younger) == b""
            with one.client(HALF):
                assert read_to_end(half).startswith(b"HTTP/1.1 408")
    assert one.worker.nr_conns == len(one.worker.waiting) == 3


def test_refused_client_that_still_sends_makes_room_first(one: OneWorker) -> None:
    one.worker.connection_limit = 2
    with one.client(HALF) as half, one.client(b"x" * 20_000):
        assert len(one.worker.draining) == 1
        with one.client(HALF):
            assert one.worker.draining == {}
            half.setblocking(False)
            with pytest.raises(BlockingIOError):
                half.recv(1)


def test_slow_reader_makes_room_last(one: OneWorker) -> None:
    one.worker.connection_limit = 1
    with one.client(PAGE) as slow:
        [conn] = one.in_threads
        conn.sock.sendall(b"x" * 12_000_000)
        one.submitted[0].set_result(False)
        one.worker.finish_request(conn, one.submitted[0])
        assert list(one.worker.sending) == [conn]
        with one.client(HALF):
            assert len(read_to_end(slow)) < 12_000_000
    assert (one.worker.nr_conns, one.worker.sending) == (1, {})


def test_connection_is_accepted_although_none_is_idle(one: OneWorker) -> None:
    one.worker.connection_limit = 1
    with one.client(PAGE), one.client(PAGE):
        assert len(one.submitted) == one.worker.nr_conns == 2


@pytest.mark.parametrize("code", [errno.EMFILE, errno.ENFILE])
def test_worker_without_a_free_descriptor_closes_an_idle_connection(
    one: OneWorker, code: int
) -> None:
    def fail() -> None:
        raise OSError(code, "too many open files")

    with one.client(HALF) as half:
        one.worker.accept(SimpleNamespace(accept=fail))

        assert read_to_end(half).startswith(b"HTTP/1.1 408")


def test_event_of_a_connection_that_was_closed_in_the_same_moment_is_ignored(
    one: OneWorker,
) -> None:
    with one.client(HALF), one.client(b"x" * 20_000), one.client(PAGE) as client:
        kept = idle(one, client)
        events = [
            (one.worker.poller.get_key(conn.sock).data, conn.sock)
            for conn in (*one.worker.waiting, *one.worker.draining, kept)
        ]
        for _ in events:
            one.worker.make_room()

        for report, sock in events:
            report(sock)

    assert one.worker.nr_conns == 0
