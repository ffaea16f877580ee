"""gunicorn worker whose event loop ends responses: it sends the rest, and drops unread requests.

A client that reads slowly needs no thread: see `client_socket`. It must read some kilobytes a
second, or it is disconnected.
"""

from __future__ import annotations

import socket
import time
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import Any

from portal.web.server.connection import FULL_LOOK_BYTES, Connection
from portal.web.server.parking_worker import ParkingWorker

# A client is disconnected after this time without progress. The kernel reports progress only when
# a third of its buffer is free again.
SEND_STALL_S = 30
# Responses of one process that are being sent, and the bytes of them in memory. Beyond it the one
# that has made no progress for longest is dropped.
SENDING_LIMIT = 500
SENDING_LIMIT_BYTES = 64 * 1024 * 1024
# Bytes that are read and dropped before a connection is closed. Closing with unread bytes resets
# the connection, and the client might lose the response.
DRAIN_BYTES = 1024 * 1024
DRAIN_LIMIT_S = 2


class SendingWorker(ParkingWorker):
    """Worker process that finishes slow responses without a thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The one without progress for longest comes first.
        self.sending: dict[Connection, Future[object]] = {}
        # In the order of their deadlines.
        self.draining: dict[Connection, None] = {}

    def send_rest(self, conn: Connection, served: Future[object]) -> None:
        """Send the rest of the response, then finish the request."""
        conn.sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        conn.deadline_s = time.monotonic() + SEND_STALL_S
        self.sending[conn] = served
        self.poller.register(conn.sock, EVENT_WRITE, partial(self.on_writable, conn))
        while self.is_sending_too_much():
            self.drop_response(next(iter(self.sending)))

    def is_sending_too_much(self) -> bool:
        """Return whether a response must be dropped."""
        unsent_bytes = sum(conn.sock.unsent_bytes for conn in self.sending)
        return len(self.sending) > SENDING_LIMIT or unsent_bytes > SENDING_LIMIT_BYTES

    def on_writable(self, conn: Connection, _client: socket.socket) -> None:
        """Send the next bytes of a response."""
        if conn not in self.sending:  # It was dropped by an event of the same moment.
            return
        try:
            is_progress = conn.sock.send_more()
        except OSError:
            self.drop_response(conn)
            return
        if not conn.has_unsent:
            self.finish_response(conn, self.stop_watching(conn))
        elif is_progress:
            conn.deadline_s = time.monotonic() + SEND_STALL_S
            self.sending[conn] = self.sending.pop(conn)

    def finish_response(self, conn: Connection, served: Future[object]) -> None:
        """Keep or close the connection of a response that was sent; see `Worker`."""
        raise NotImplementedError

    def drain_and_close(self, conn: Connection) -> None:
        """Close the connection after the client has sent what it was sending."""
        conn.stop_sending()
        conn.seen_bytes = 0
        conn.deadline_s = time.monotonic() + DRAIN_LIMIT_S
        self.draining[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self.drain, conn))

    def drain(self, conn: Connection, client: socket.socket) -> None:
        """Read and drop what the client still sends."""
        if conn not in self.draining:
            return
        try:
            dropped = len(client.recv(FULL_LOOK_BYTES))
        except OSError:
            dropped = 0
        conn.seen_bytes += dropped
        if not dropped or conn.seen_bytes > DRAIN_BYTES:
            self.close(conn)

    def close(self, conn: Connection) -> None:
        """Close a connection; see `Worker`."""
        raise NotImplementedError

    def drop_response(self, conn: Connection) -> None:
        """Close a connection in the middle of its response."""
        self.stop_watching(conn)
        self.nr_conns -= 1
        conn.sock.close()

    def stop_watching(self, conn: Connection) -> Future[object]:
        """Stop sending; return the request that the response belongs to."""
        self.poller.unregister(conn.sock)
        return self.sending.pop(conn)

    def drop_stalled_clients(self) -> None:
        """Close the connections of clients that don't read their response or don't end."""
        now_s = time.monotonic()
        while (conn := next(iter(self.draining), None)) and conn.deadline_s <= now_s:
            self.close(conn)
        while (conn := next(iter(self.sending), None)) and conn.deadline_s <= now_s:
            self.drop_response(conn)
