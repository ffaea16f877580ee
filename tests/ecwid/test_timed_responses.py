"""A response that arrives byte by byte ends with a timeout, whatever part of it is slow."""

from __future__ import annotations

import socket
from threading import Thread

import pytest

from portal.ecwid import timed_responses, transport
from portal.ecwid.errors import EcwidTimeoutError
from portal.ecwid.transport import Transport, open_http
from tests.ecwid.dripping_server import PACE_S, dripping_server

PROFILE = b'{"generalInfo": {"storeId": 1003}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
ANSWER = HEAD % len(PROFILE) + PROFILE
CHUNKED = HEAD.replace(b"Content-Length: %d", b"Transfer-Encoding: chunked")


# Each of them would be complete after a second or more.
@pytest.mark.parametrize(
    ("at_once", "rest"),
    [
        (b"", ANSWER),
        (ANSWER[:20], ANSWER[20:]),
        (CHUNKED, b"0" * 50 + b"22\r\n" + PROFILE + b"\r\n0\r\n\r\n"),
        (HEAD % 100, b" " * (100 - len(PROFILE)) + PROFILE),
    ],
    ids=["status line", "headers", "size of a chunk", "body"],
)
def test_dripping_response_is_a_timeout(
    monkeypatch: pytest.MonkeyPatch, at_once: bytes, rest: bytes
) -> None:
    monkeypatch.setattr(transport, "READ_TIMEOUT_S", 5 * PACE_S)

    with (
        dripping_server(at_once, rest) as url,
        open_http() as http,
        pytest.raises(EcwidTimeoutError),
    ):
        Transport(http, url, 1003, "secret").get("/profile")


def test_time_begins_again_with_each_response_of_a_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock_s = 0.0
    monkeypatch.setattr(timed_responses, "monotonic", lambda: clock_s)

    with dripping_server(ANSWER) as url, open_http() as http:
        calls = Transport(http, url, 1003, "secret")
        first = calls.get("/profile")
        clock_s = 1_000.0
        second = calls.get("/profile")

    assert first == second == {"generalInfo": {"storeId": 1003}}


def test_response_that_closes_its_connection_is_read_to_its_end() -> None:
    until_closed = ANSWER.replace(b"Content-Length: 34", b"Connection: close")
    with socket.create_server(("127.0.0.1", 0)) as server_socket:

        def serve() -> None:
            connection, _ = server_socket.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(until_closed)

        thread = Thread(target=serve)
        thread.start()
        url = f"http://127.0.0.1:{server_socket.getsockname()[1]}"
        with open_http() as http:
            answer = Transport(http, url, 1003, "secret").get("/profile")
        thread.join(10)

    assert answer == {"generalInfo": {"storeId": 1003}}
