"""Workers are distributed to pools, and a queue passes connections on between them."""

from __future__ import annotations

import socket

import pytest

from portal.web.server.pools import ConnectionQueue, Pool, is_complete, pool_of_next_worker

RECEIVER, PAGES = Pool.RECEIVER, Pool.PAGES


@pytest.mark.parametrize(
    ("workers", "running", "pool"),
    [
        (3, [], PAGES),
        (3, [PAGES], RECEIVER),
        (3, [PAGES, RECEIVER], PAGES),
        (3, [RECEIVER, PAGES], PAGES),
        (3, [RECEIVER], PAGES),
        (3, [PAGES, PAGES], RECEIVER),
        (1, [], None),
        (2, [None], None),
    ],
)
def test_one_worker_is_the_receiver_and_a_single_one_serves_everything(
    workers: int, running: list[Pool | None], pool: Pool | None
) -> None:
    assert pool_of_next_worker(workers, running) is pool


@pytest.mark.parametrize(
    ("running", "complete"),
    [
        ([PAGES, RECEIVER], True),
        ([None], True),
        ([PAGES, PAGES], False),
        ([RECEIVER], False),
        ([], False),
    ],
)
def test_workers_are_complete_if_each_kind_of_request_is_served(
    running: list[Pool | None], complete: bool
) -> None:
    assert is_complete(running) is complete


def test_passed_connection_can_be_read_from_the_start() -> None:
    queue = ConnectionQueue()
    with socket.create_server(("127.0.0.1", 0)) as bound:
        client = socket.create_connection(bound.getsockname())
        accepted, address = bound.accept()
    client.sendall(b"hello")

    assert accepted.recv(5, socket.MSG_PEEK) == b"hello"
    queue.send(accepted)
    accepted.close()
    passed, passed_address = queue.accept()

    assert (passed.recv(10), passed_address) == (b"hello", address)
    for each in (passed, client, queue):
        each.close()


def test_full_queue_refuses_and_an_empty_one_has_nothing() -> None:
    queue = ConnectionQueue()
    ours, theirs = socket.socketpair()

    with pytest.raises(BlockingIOError):
        queue.accept()
    with pytest.raises(BlockingIOError):
        fill(queue, ours)

    for each in (ours, theirs, queue):
        each.close()


def fill(queue: ConnectionQueue, connection: socket.socket) -> None:
    for _ in range(10_000):
        queue.send(connection)


def test_connection_of_a_client_that_has_gone_is_closed() -> None:
    queue = ConnectionQueue()
    with socket.socket() as never_connected:
        queue.send(never_connected)

    with pytest.raises(OSError, match="not connected"):
        queue.accept()

    queue.close()
