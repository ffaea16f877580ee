"""gunicorn worker that occupies a thread only with requests that have arrived completely.

gunicorn's threaded worker reads a request in a thread, so a few clients that send half of one keep
all threads busy. This worker looks at what has arrived without reading it, which costs no thread,
and passes a connection on if another pool serves the request.
"""

from __future__ import annotations

import errno
import socket
import time
from collections.abc import Mapping
from concurrent.futures import Future
from functools import partial
from http import HTTPStatus
from selectors import EVENT_READ
from typing import Any

from portal.web.server.connection import Connection
from portal.web.server.open_files import connection_limit
from portal.web.server.pools import ConnectionQueue, Pool
from portal.web.server.request_progress import (
    repeatable_head,
    request_path,
    request_progress,
)
from portal.web.server.sending_worker import SendingWorker
from portal.web.webhooks.receiver import PATHS as WEBHOOK_PATHS

ARRIVAL_LIMIT_S = 20
# Connections of one process that wait for the rest of a request. Beyond it the oldest is closed.
WAITING_LIMIT = 1000
# A request arrives in a few packets. A client that sends single bytes would cost time for each.
LOOKS_LIMIT = 250


class Worker(SendingWorker):
    """Worker process of one pool; without a pool it serves all requests."""

    pool: Pool | None = None
    queues: Mapping[Pool, ConnectionQueue] = {}
    sockets: list[Any]  # set by gunicorn

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # In the order of their deadlines.
        self.waiting: dict[Connection, None] = {}
        self.running = 0
        self.connection_limit = connection_limit(self.cfg.worker_connections)

    def join_pool(self, pool: Pool | None, queues: Mapping[Pool, ConnectionQueue]) -> None:
        """Serve only the requests of ``pool``; workers for pages don't accept from the network.

        A single worker has no pool. It serves what a former worker has left in the queues, too.
        """
        self.pool, self.queues = pool, queues
        bound = [] if pool is Pool.PAGES else self.sockets
        own = queues.values() if pool is None else [queues[pool]]
        self.sockets = [*bound, *own]

    def set_accept_enabled(self, enabled: bool) -> None:  # noqa: FBT001 - gunicorn's signature
        """Leave pages to other workers while all threads are busy."""
        is_busy = self.pool is Pool.PAGES and self.running >= self.cfg.threads
        super().set_accept_enabled(enabled and not is_busy)

    def accept(self, source: Any) -> None:
        """Accept a connection, and look whether its request has arrived."""
        try:
            accepted, address = source.accept()
        except OSError as error:  # Another worker was faster, or the client has gone.
            if error.errno in (errno.EMFILE, errno.ENFILE):
                self.make_room()
            return
        self.nr_conns += 1
        if self.nr_conns > self.connection_limit:
            self.make_room()
        self.await_request(Connection(self.cfg, accepted, address, accepted.getsockname()))

    def make_room(self) -> None:
        """Close the connection that has been idle for longest, if any is idle."""
        if self.draining:
            self.close(next(iter(self.draining)))
        elif self.keepalived_conns:
            idle = self.keepalived_conns.popleft()
            self.poller.unregister(idle.sock)
            self.close(idle)
        elif self.waiting:
            self.give_up(next(iter(self.waiting)))
        elif self.sending:
            self.drop_response(next(iter(self.sending)))

    def on_client_socket_readable(self, conn: Connection, client: socket.socket) -> None:
        """Look at the next request on a kept connection."""
        if conn not in self.keepalived_conns:  # It was closed by an event of the same moment.
            return
        self.poller.unregister(client)
        self.keepalived_conns.remove(conn)
        self.await_request(conn)

    def await_request(self, conn: Connection) -> None:
        """Serve the connection's next request as soon as it is complete."""
        if self.cfg.is_ssl:  # There is nothing to see without decryption.
            self.enqueue_req(conn)
            return
        conn.looks = conn.seen_bytes = 0
        if self.look(conn):
            return
        conn.deadline_s = time.monotonic() + ARRIVAL_LIMIT_S
        self.waiting[conn] = None
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_more_arrived, conn))
        if len(self.waiting) > WAITING_LIMIT:
            self.give_up(next(iter(self.waiting)))

    def on_more_arrived(self, conn: Connection, _client: socket.socket) -> None:
        """Look again at a request that was incomplete."""
        if conn not in self.waiting:
            return
        seen_bytes = conn.seen_bytes
        if self.look(conn):
            return
        # Readable without more bytes: the client has closed its side.
        if conn.seen_bytes == seen_bytes or conn.looks > LOOKS_LIMIT:
            self.give_up(conn)

    def look(self, conn: Connection) -> bool:
        """Serve or refuse a request if enough of it has arrived; return False if not."""
        arrived = conn.peek()
        if arrived is None:
            return False
        if not arrived:
            self.close(conn)
            return True
        progress = request_progress(arrived)
        conn.await_bytes(progress.awaited_bytes or 1)
        if progress.awaited_bytes:
            if progress.expects_continue:
                conn.send_continue()
            return False
        conn.is_body_unread = progress.is_body_too_large
        if progress.is_head_too_large:
            self.refuse(conn, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        elif progress.is_refused:
            is_too_large = progress.is_body_too_large
            self.refuse(
                conn,
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE if is_too_large else HTTPStatus.BAD_REQUEST,
            )
        else:
            conn.head, conn.parked_until_s = repeatable_head(arrived), None
            self.serve(conn, request_path(arrived))
        return True

    def serve(self, conn: Connection, path: str) -> None:
        """Serve a complete request, or pass its connection on to the pool that serves it."""
        pool = Pool.RECEIVER if path in WEBHOOK_PATHS else Pool.PAGES
        self.stop_waiting(conn)
        if self.pool in (None, pool):
            self.enqueue_req(conn)
            return
        try:
            self.queues[pool].send(conn.sock)
        except OSError:
            self.log.warning("The queue of requests for %s is full", pool)
            self.refuse(conn, HTTPStatus.SERVICE_UNAVAILABLE, "Retry-After: 5")
            return
        self.nr_conns -= 1
        # The other process has its own descriptor of the connection.
        conn.sock.close()

    def enqueue_req(self, conn: Connection) -> None:
        """Serve the request in a thread."""
        conn.data_ready = True
        self.running += 1
        super().enqueue_req(conn)

    def _keepalive_after(self, conn: Connection, keepalive: object) -> bool:
        # gunicorn would wait in this thread for a body that the application refuses unread.
        return not conn.is_body_unread and super()._keepalive_after(conn, keepalive)

    def finish_request(self, conn: Connection, fs: Future[object]) -> None:
        """Park the connection of a finished request, or send the rest of its response."""
        self.running -= 1
        if self.is_parked(conn, fs):
            return
        if conn.has_unsent:
            self.send_rest(conn, fs)
        else:
            self.finish_response(conn, fs)

    def finish_response(self, conn: Connection, fs: Future[object]) -> None:
        """Keep or close the connection of a response that was sent."""
        is_kept = not fs.cancelled() and not fs.exception() and bool(fs.result())
        # Bytes of a next request that were read with this one can't be looked at any more.
        if is_kept and not conn.parser.unreader.buf.getvalue():
            super().finish_request(conn, fs)
        elif conn.is_body_unread:
            self.drain_and_close(conn)
        else:
            self.close(conn)

    def refuse(self, conn: Connection, status: HTTPStatus, *headers: str) -> None:
        """Answer a request without a thread, and close the connection."""
        self.stop_waiting(conn)
        conn.send_refusal(status, *headers)
        self.drain_and_close(conn)

    def give_up(self, conn: Connection) -> None:
        """Close a connection whose request doesn't arrive."""
        if conn.seen_bytes:
            conn.send_refusal(HTTPStatus.REQUEST_TIMEOUT)
        self.close(conn)

    def stop_waiting(self, conn: Connection) -> None:
        """Stop watching a connection that waits for more bytes."""
        for watched in (self.waiting, self.draining):
            if conn in watched:
                del watched[conn]
                self.poller.unregister(conn.sock)

    def close(self, conn: Connection) -> None:
        """Close a connection."""
        self.stop_waiting(conn)
        self.nr_conns -= 1
        conn.close(graceful=True)

    def murder_pending(self) -> None:
        """Close connections whose request, or whose end, has not arrived in time."""
        now_s = time.monotonic()
        while (conn := next(iter(self.waiting), None)) and conn.deadline_s <= now_s:
            self.give_up(conn)
        self.drop_stalled_clients()
        self.look_after_parked()
