"""HTTP server whose responses arrive byte by byte."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread

PACE_S = 0.02


@contextmanager
def dripping_server(at_once: bytes, rest: bytes = b"") -> Iterator[str]:
    """Answer each request of a connection: first bytes at once, the others one by one."""
    stopping = Event()

    def serve(server_socket: socket.socket) -> None:
        with suppress(OSError):
            connection, _ = server_socket.accept()
            with connection:
                while connection.recv(65536):
                    connection.sendall(at_once)
                    for byte in rest:
                        stopping.wait(PACE_S)
                        connection.send(bytes([byte]))

    with socket.create_server(("127.0.0.1", 0)) as server_socket:
        thread = Thread(target=serve, args=[server_socket])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server_socket.getsockname()[1]}"
        finally:
            stopping.set()
            thread.join(10)
