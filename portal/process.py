"""State of the current process: its worker name, and whether it was asked to stop."""

from __future__ import annotations

import os
import socket
import threading

_stop = threading.Event()


def request_stop() -> None:
    """Ask all work of this process to end at its next page."""
    _stop.set()


def should_stop() -> bool:
    """Return whether work should end at its next page."""
    return _stop.is_set()


def wait_for_stop(timeout_s: float) -> bool:
    """Sleep for ``timeout_s`` seconds; return True as soon as a stop is requested."""
    return _stop.wait(timeout_s)


def worker_name(queue: str) -> str:
    """Return host, queue and process id, such as ``host.events.4711``.

    Logs, RQ and the attempts in the database all use this name.
    """
    return f"{socket.gethostname()}.{queue}.{os.getpid()}"
