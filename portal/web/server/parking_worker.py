"""gunicorn worker that parks calls that wait for something to happen, see `parking`."""

from __future__ import annotations

import socket
import time
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from portal.web.server.connection import Connection
from portal.web.server.parking import ParkingLot, ParkRequest, Wait, offered


class ParkingWorker(ThreadWorker):
    """Worker process that keeps the connections of parked calls without a thread."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lot = ParkingLot()

    def handle(self, conn: Connection) -> object:
        """Serve the request; runs in a thread."""
        if not conn.head:
            return super().handle(conn)
        # A worker that stops has its parked calls answered at once.
        with offered(self.lot, conn.parked_until_s if self.alive else 0.0):
            return super().handle(conn)

    def is_parked(self, conn: Connection, served: Future[object]) -> bool:
        """Park the connection if its call asks for that; return whether it does."""
        error = None if served.cancelled() else served.exception()
        if isinstance(error, ParkRequest):
            self.park(conn, error.wait)
            return True
        return False

    def park(self, conn: Connection, wait: Wait) -> None:
        """Keep a connection whose call waits for something to happen."""
        conn.rewind()
        conn.parked_until_s = wait.deadline_s
        if self.lot.add(conn, wait):
            watch = partial(self.on_parked_readable, conn)
            self.poller.register(conn.sock, EVENT_READ, watch)
        else:
            self.enqueue_req(conn)

    def unpark(self, conn: Connection) -> None:
        """Repeat the call of a parked connection."""
        self.lot.remove(conn)
        self.poller.unregister(conn.sock)
        self.enqueue_req(conn)

    def on_parked_readable(self, conn: Connection, _client: socket.socket) -> None:
        """Close a connection whose client has gone; answer one that sends its next request."""
        if conn not in self.lot.parked:  # It was answered by an event of the same moment.
            return
        if conn.peek() == b"":
            self.lot.remove(conn)
            self.poller.unregister(conn.sock)
            self.nr_conns -= 1
            conn.close(graceful=True)
        else:
            conn.parked_until_s = 0.0
            self.unpark(conn)

    def look_after_parked(self) -> None:
        """Repeat the calls whose time is over, and look whether something has happened."""
        now_s = time.monotonic()
        for conn in self.lot.due(now_s) if self.alive else list(self.lot.parked):
            self.unpark(conn)
        if look := self.lot.next_look(now_s):
            task = self.tpool.submit(look)
            task.add_done_callback(lambda done: self.method_queue.defer(self.on_looked, done))

    def on_looked(self, look: Future[Any]) -> None:
        """Repeat the parked calls for which something has happened."""
        self.lot.is_looking = False
        if look.cancelled() or look.exception():
            # The calls stay parked; the next look begins where this one should have begun.
            self.log.warning("Could not look for changes: %r", look)
            return
        self.lot.seen, topics = look.result()
        for conn in self.lot.about(topics):
            self.unpark(conn)
