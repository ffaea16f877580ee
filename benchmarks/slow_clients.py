"""Clients that occupy a web server for as long as it lets them.

Some send half of a request and wait. Others ask for an export and read it slowly.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

from benchmarks.load import HOST

ANSWER_TIMEOUT_S = 5
READ_BYTES = 16 * 1024
READ_PAUSE_S = 0.1
# Halves of a request: the head alone, and a head with a part of its body.
HALVES = (
    b"POST /webhooks/ecwid HTTP/1.1\r\nHost: portal\r\nContent-Ty",
    b"POST /webhooks/ecwid HTTP/1.1\r\nHost: portal\r\nContent-Length: 200\r\n\r\n{",
    b"GET /login HTTP/1.1\r\nHost: portal\r\nAccept: text/h",
    b"POST /login HTTP/1.1\r\nHost: portal\r\nContent-Length: 200\r\n\r\nemail=a",
)


@contextmanager
def half_sent(port: int, clients: int) -> Iterator[list[socket.socket]]:
    """Open ``clients`` connections and send half of a request on each."""
    with ExitStack() as stack:
        connections = []
        for number in range(clients):
            connection = stack.enter_context(socket.create_connection((HOST, port), 10))
            connection.sendall(HALVES[number % len(HALVES)])
            connections.append(connection)
        yield connections


@contextmanager
def slow_exports(port: int, path: str, key: str, clients: int) -> Iterator[None]:
    """Have ``clients`` threads read an export at about 160 KB a second each."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=_read_slowly, args=(port, path, key, stop)) for _ in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def _read_slowly(port: int, path: str, key: str, stop: threading.Event) -> None:
    request = f"GET {path} HTTP/1.1\r\nHost: portal\r\nAuthorization: Bearer {key}\r\n\r\n"
    while not stop.is_set():
        with socket.socket() as connection, suppress(TimeoutError, ConnectionError):
            connection.settimeout(ANSWER_TIMEOUT_S)
            # A small buffer, or the kernel would take megabytes of the export at once.
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, READ_BYTES)
            connection.connect((HOST, port))
            connection.sendall(request.encode())
            while not stop.wait(READ_PAUSE_S) and connection.recv(READ_BYTES):
                pass
