"""A connection is looked at without reading it, and ends without losing the response."""

from __future__ import annotations

import socket
import struct
from collections.abc import Iterator
from http import HTTPStatus

import pytest
from gunicorn.config import Config

from portal.web.server.connection import FIRST_LOOK_BYTES, Connection
from tests.web.server.conftest import read_to_end

RESET_AT_CLOSE = struct.pack("ii", 1, 0)


class Ends:
    """Both ends of a connection."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as bound:
            self.client = socket.create_connection(bound.getsockname(), 10)
            accepted, address = bound.accept()
        accepted.setblocking(False)
        self.server = Connection(Config(), accepted, address, accepted.getsockname())

    def send(self, sent: bytes) -> None:
        """Send bytes to the server; return when all of them have arrived."""
        self.client.sendall(sent)
        self.server.sock.setblocking(True)
        self.server.sock.recv(len(sent), socket.MSG_PEEK | socket.MSG_WAITALL)
        self.server.sock.setblocking(False)


@pytest.fixture
def ends() -> Iterator[Ends]:
    """A connection over TCP."""
    ends = Ends()
    yield ends
    ends.client.close()
    ends.server.sock.close()


def test_nothing_is_seen_before_something_has_arrived(ends: Ends) -> None:
    assert ends.server.peek() is None
    assert (ends.server.looks, ends.server.seen_bytes) == (0, 0)


@pytest.mark.parametrize("size", [5, FIRST_LOOK_BYTES + 5])
def test_what_has_arrived_can_be_seen_again(ends: Ends, size: int) -> None:
    ends.send(b"x" * size)

    assert ends.server.peek() == ends.server.peek() == b"x" * size
    assert (ends.server.looks, ends.server.seen_bytes) == (2, size)


@pytest.mark.parametrize("is_reset", [False, True])
def test_client_that_has_gone_is_seen(ends: Ends, is_reset: bool) -> None:
    if is_reset:
        ends.client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_AT_CLOSE)
    ends.client.close()

    assert ends.server.peek() == b""


def test_client_is_asked_for_the_body_that_it_holds_back(ends: Ends) -> None:
    ends.server.send_continue()

    assert ends.client.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"


def test_refused_client_gets_the_whole_response(ends: Ends) -> None:
    ends.send(b"unread")

    ends.server.send_refusal(HTTPStatus.SERVICE_UNAVAILABLE, "Retry-After: 5")
    ends.server.close(graceful=True)

    assert read_to_end(ends.client) == (
        b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 5\r\n"
        b"Content-Length: 0\r\n\r\n"
    )


def test_readiness_follows_the_awaited_bytes(ends: Ends) -> None:
    ends.server.await_bytes(20)

    assert ends.server.sock.getsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT) == 20
