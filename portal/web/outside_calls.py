"""Limit of the requests that wait for other servers, so that pages keep their threads.

Each process has a slot for half of its threads. Without a free one, a request is refused before it
has changed anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import BoundedSemaphore
from typing import Any, TypeVar, cast

from flask import Flask, current_app
from werkzeug.exceptions import ServiceUnavailable

from portal.outside_calls import allowed_outside_calls, end_request, forbid_outside_calls

# Threads of gunicorn.conf.py.
DEFAULT_THREADS = 8
# For all calls of a request together. Ecwid usually answers within a second.
REQUEST_TIME_S = 30.0
RETRY_AFTER_S = 5

_KEY = "portal_outside_calls"

View = TypeVar("View", bound=Callable[..., Any])

# Views that call other servers, by module and name.
DECLARED: set[str] = set()


class TooManyOutsideCallsError(ServiceUnavailable):
    """All slots for requests that wait for other servers are taken."""

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_AFTER_S)


def set_up_outside_calls(app: Flask) -> None:
    """Give ``app`` its slots, and forbid calls to other servers in all views without one."""
    limit_outside_calls(app, DEFAULT_THREADS)
    app.before_request(forbid_outside_calls)
    app.teardown_request(lambda _error: end_request())


def limit_outside_calls(app: Flask, threads: int) -> None:
    """Give a process with so many threads slots for half of them."""
    app.extensions[_KEY] = BoundedSemaphore(max(1, threads // 2))


def calls_other_servers(view: View) -> View:
    """Declare a view that waits for other servers; it has a slot, or responds with 503."""
    DECLARED.add(f"{view.__module__}.{view.__name__}")

    @wraps(view)
    def with_slot(*arguments: Any, **named: Any) -> Any:
        with spare_slot() as has_slot:
            if not has_slot:
                raise TooManyOutsideCallsError
            with allowed_outside_calls(REQUEST_TIME_S):
                return view(*arguments, **named)

    return cast("View", with_slot)


@contextmanager
def spare_slot() -> Iterator[bool]:
    """Hold a slot during the block if one is free; yield whether it is."""
    slots: BoundedSemaphore = current_app.extensions[_KEY]
    has_slot = slots.acquire(blocking=False)
    try:
        yield has_slot
    finally:
        if has_slot:
            slots.release()
