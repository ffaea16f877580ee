"""Pools of the web server's processes, and the queues on which they pass connections on.

One pool receives webhooks and accepts all connections, the other one serves pages. A page that
takes long can't delay a webhook, because they never run in the same process.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum


class Pool(StrEnum):
    """Pool of a worker process."""

    RECEIVER = "receiver"  # accepts connections, answers webhooks
    PAGES = "pages"  # answers everything else


@dataclass(frozen=True)
class ConnectionQueue:
    """Queue of connections for the workers of one pool.

    The kernel gives each connection to one worker that asks for it. If no worker does, a few
    hundred fit into the queue.
    """

    _ends: tuple[socket.socket, socket.socket] = field(
        default_factory=lambda: socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    )

    def __post_init__(self) -> None:
        for end in self._ends:
            end.setblocking(False)  # noqa: FBT003 - the standard library's signature

    def send(self, connection: socket.socket) -> None:
        """Pass a connection on; raise BlockingIOError if the queue is full."""
        socket.send_fds(self._ends[0], [b"c"], [connection.fileno()])

    def accept(self) -> tuple[socket.socket, object]:
        """Return the next connection with its address; raise OSError if there is none."""
        descriptors = socket.recv_fds(self._ends[1], 1, 1)[1]
        if not descriptors:
            raise OSError(errno.EMFILE, "too many open files to take over a connection")
        connection = socket.socket(fileno=descriptors[0])
        try:
            return connection, connection.getpeername()
        except OSError:
            connection.close()
            raise

    def fileno(self) -> int:
        """Return the descriptor that becomes readable when a connection is waiting."""
        return self._ends[1].fileno()

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 - as a socket's
        """Do nothing: gunicorn calls this for a socket, and a queue never blocks."""

    def close(self) -> None:
        """Close both ends in this process."""
        for end in self._ends:
            end.close()


def pool_of_next_worker(workers: int, running: Collection[Pool | None]) -> Pool | None:
    """Return the pool of the worker that is started beside ``running`` ones.

    There is one receiver. It is started after a worker for pages, because gunicorn ends its oldest
    workers first when it is asked for fewer. A single worker belongs to no pool.
    """
    if workers == 1 or None in running:
        return None
    return Pool.RECEIVER if running and Pool.RECEIVER not in running else Pool.PAGES


def is_complete(running: Collection[Pool | None]) -> bool:
    """Return whether there is a worker for each kind of request."""
    return None in running or set(running) == set(Pool)
