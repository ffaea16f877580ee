"""Name the worker that this process is, the same in logs, at RQ and in what it writes."""

from __future__ import annotations

import os
import socket


def worker_name(queue: str) -> str:
    """Return host, queue and process, as ``host.events.4711``."""
    return f"{socket.gethostname()}.{queue}.{os.getpid()}"
