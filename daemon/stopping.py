"""Tell this process's work that it is to end soon: long jobs ask between two pages."""

from __future__ import annotations

import threading

_stop = threading.Event()


def request_stop() -> None:
    """Ask all work of this process to end at its next page."""
    _stop.set()


def should_stop() -> bool:
    """Tell whether work should end at its next page."""
    return _stop.is_set()


def wait_for_stop(timeout_s: float) -> bool:
    """Sleep for ``timeout_s``, or less: return True at once when a stop is asked for."""
    return _stop.wait(timeout_s)
