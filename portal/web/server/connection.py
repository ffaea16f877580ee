"""Connection of a client, looked at without reading it."""

from __future__ import annotations

import socket
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from gunicorn.http import get_parser
from gunicorn.workers.gthread import TConn

from portal.web.server.client_socket import ClientSocket
from portal.web.server.request_progress import BODY_LIMIT_BYTES, HEAD_LIMIT_BYTES

FIRST_LOOK_BYTES = 8 * 1024
FULL_LOOK_BYTES = HEAD_LIMIT_BYTES + BODY_LIMIT_BYTES


class Connection(TConn):
    """A client's connection, and what is known about the request that arrives on it."""

    looks = 0
    seen_bytes = 0
    awaited_bytes = 1
    deadline_s = 0.0
    is_body_unread = False
    # The head of a request that can be read again, and until when its call is parked.
    head = b""
    parser: Any
    parked_until_s: float | None = None

    def __init__(self, cfg: Any, accepted: socket.socket, client: object, server: object) -> None:
        super().__init__(cfg, ClientSocket(accepted), client, server)

    @property
    def has_unsent(self) -> bool:
        """Return whether the event loop has to send the rest of the response."""
        # With TLS in gunicorn it is another socket, and the thread sends everything.
        return isinstance(self.sock, ClientSocket) and self.sock.has_unsent

    def peek(self) -> bytes | None:
        """Return what has arrived and leave it there; b"" if the client has gone, None if nothing.

        A process that gets the connection afterwards can read the request from its start.
        """
        try:
            arrived: bytes = self.sock.recv(FIRST_LOOK_BYTES, socket.MSG_PEEK)
            if len(arrived) == FIRST_LOOK_BYTES:
                arrived = self.sock.recv(FULL_LOOK_BYTES, socket.MSG_PEEK)
        except BlockingIOError:
            return None
        except OSError:
            return b""
        self.looks += 1
        self.seen_bytes = len(arrived)
        return arrived

    def rewind(self) -> None:
        """Have the parser read the last request again, and then what had arrived after it."""
        rest = self.parser.unreader.take_buffered()
        self.parser = get_parser(self.cfg, self.sock, self.client)
        self.parser.unreader.unread(self.head + rest)
        self.sock.setblocking(False)  # noqa: FBT003 - the standard library's signature

    def await_bytes(self, count: int) -> None:
        """Have the kernel report the connection as readable when ``count`` bytes have arrived."""
        if count != self.awaited_bytes:
            self.awaited_bytes = count
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVLOWAT, count)

    def send_continue(self) -> None:
        """Ask the client for the body that it holds back."""
        with suppress(OSError):
            self.sock.send(b"HTTP/1.1 100 Continue\r\n\r\n")

    def send_refusal(self, status: HTTPStatus, *headers: str) -> None:
        """Send a response without a body, if the kernel takes it at once."""
        lines = (f"HTTP/1.1 {status.value} {status.phrase}", "Connection: close", *headers)
        with suppress(OSError):
            self.sock.send("\r\n".join((*lines, "Content-Length: 0\r\n\r\n")).encode())

    def stop_sending(self) -> None:
        """Let the client see the end of the response."""
        self.sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def close(self, *, graceful: bool = False) -> None:
        """Close at once; gunicorn would wait in its main loop until the client closes, too."""
        if graceful:
            self.stop_sending()
            # Closing with unread bytes resets the connection, and the response could be lost.
            with suppress(OSError):
                self.sock.recv(FIRST_LOOK_BYTES)
        with suppress(OSError):
            self.sock.close()
