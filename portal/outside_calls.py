"""Calls to other servers during a web request: only with permission, and within its time.

A thread that waits for another server serves no page, so a process allows only few requests to
call one (`portal.web.outside_calls`). Everything that calls another server asks here first. The
daemon and commands, which serve no pages, may call as they like.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from portal.errors import OutsideCallError

# Monotonic time at which the calls of this context must be over; None outside of requests.
_ends_s: ContextVar[float | None] = ContextVar("outside_calls_end_s", default=None)
_FORBIDDEN = -math.inf


def forbid_outside_calls() -> None:
    """Forbid calls in this context: a request begins."""
    _ends_s.set(_FORBIDDEN)


def end_request() -> None:
    """Lift the limits of this context: its request is over."""
    _ends_s.set(None)


@contextmanager
def allowed_outside_calls(time_s: float) -> Iterator[None]:
    """Allow calls during the block, which take at most ``time_s`` seconds together."""
    token = _ends_s.set(time.monotonic() + time_s)
    try:
        yield
    finally:
        _ends_s.reset(token)


def seconds_left() -> float:
    """Return how many seconds the next call may take, 0 or less if none are left.

    Raises OutsideCallError in a request that has no permission.
    """
    ends_s = _ends_s.get()
    if ends_s is None:
        return math.inf
    if ends_s == _FORBIDDEN:
        raise OutsideCallError("the view is not declared as one that calls other servers")
    return ends_s - time.monotonic()
