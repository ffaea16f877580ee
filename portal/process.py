"""State of the current process: the names of its workers, and whether it was asked to stop."""

from __future__ import annotations

import itertools
import os
import socket
import threading

_stop = threading.Event()
_worker = threading.local()
_numbers = itertools.count(1)


def request_stop() -> None:
    """Ask all work of this process to end at its next page."""
    _stop.set()


def should_stop() -> bool:
    """Return whether work should end at its next page."""
    return _stop.is_set()


def wait_for_stop(timeout_s: float) -> bool:
    """Sleep for ``timeout_s`` seconds; return True as soon as a stop is requested."""
    return _stop.wait(timeout_s)


def worker_prefix(queue: str) -> str:
    """Return host, queue and process id, such as ``host.events.4711.``."""
    return f"{socket.gethostname()}.{queue}.{os.getpid()}."


def next_worker_name(queue: str) -> str:
    """Return a name that no worker of this process has had, such as ``host.events.4711.2``."""
    return f"{worker_prefix(queue)}{next(_numbers)}"


def set_worker_name(name: str) -> None:
    """Let `worker_name` return ``name`` in the current thread."""
    _worker.name = name


def worker_name() -> str:
    """Return the name of the current thread's worker, or host and process id without a worker.

    RQ and the attempts in the database use this name.
    """
    name: str = getattr(_worker, "name", "") or f"{socket.gethostname()}.{os.getpid()}"
    return name
