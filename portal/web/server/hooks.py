"""Hooks of gunicorn's configuration: prepare its sockets and its workers."""

from __future__ import annotations

import gc
import os
import signal
import socket
import struct
from typing import Any

from portal.web.outside_calls import limit_outside_calls
from portal.web.runtime import current_runtime
from portal.web.server.open_files import OPEN_FILES, raise_limit_of_open_files
from portal.web.server.pools import ConnectionQueue, Pool, is_complete, pool_of_next_worker
from portal.web.server.portal_watch import PortalWatch
from portal.web.server.sending_worker import SEND_STALL_S

# Kernel buffer of a response, so that a client that reads slowly doesn't occupy a thread.
SEND_BUFFER_BYTES = 256 * 1024
# A thread gives up after this time without progress. A complete request needs no wait to be read.
READ_STALL_S = 10

# Created once, before any worker: all of them use the same.
_queues: dict[Pool, ConnectionQueue] = {}


def when_ready(server: Any) -> None:
    """Prepare what the workers share. A connection inherits the options of the bound socket."""
    for bound in server.LISTENERS:
        set_options(bound)
    open_files = raise_limit_of_open_files()
    if open_files < OPEN_FILES:
        server.log.warning("Only %s files may be open; %s are recommended", open_files, OPEN_FILES)
    gc.collect()
    # The collector would write to each object, and its page would no longer be shared.
    gc.freeze()


def set_options(bound: socket.socket) -> None:
    """Set the buffer and the time limits of the connections that ``bound`` accepts."""
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(READ_STALL_S))
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(SEND_STALL_S))


def pre_fork(server: Any, worker: Any) -> None:
    """Choose the pool of a worker that is about to start."""
    pool = pool_of_next_worker(server.num_workers, _pools(server))
    if pool is not None and not _queues:
        _queues.update({each: ConnectionQueue() for each in Pool})
    worker.join_pool(pool, _queues)


def post_worker_init(worker: Any) -> PortalWatch | None:
    """Limit the calls to other servers, and start the thread that works without requests.

    The latter works beside pages and not beside webhooks.
    """
    limit_outside_calls(worker.wsgi, worker.cfg.threads)
    if worker.pool is Pool.RECEIVER:
        return None
    with worker.wsgi.app_context():
        watch = PortalWatch(current_runtime())
    watch.start()
    return watch


def child_exit(server: Any, _worker: Any) -> None:
    """Replace a worker if the last one of a pool was ended because fewer were asked for."""
    pools = _pools(server)
    if len(pools) == server.num_workers and not is_complete(pools):
        os.kill(next(iter(_workers(server))), signal.SIGTERM)


def _timeval(seconds: int) -> bytes:
    return struct.pack("ll", seconds, 0)


def _pools(server: Any) -> list[Pool | None]:
    return [each.pool for each in _workers(server).values()]


def _workers(server: Any) -> dict[int, Any]:
    """Return the workers by process id, without those that a reload is about to end."""
    return {pid: each for pid, each in server.WORKERS.items() if each.cfg is server.cfg}
