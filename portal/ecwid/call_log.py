"""Log of the REST calls that a piece of work made, to explain its result later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypedDict


class LoggedCall(TypedDict):
    """One REST call, without its query and body, so that no token or customer data is logged.

    ``status`` is None if no response came. ``ms`` includes the time to read the response.
    """

    method: str
    path: str
    status: int | None
    ms: int


_log: ContextVar[list[LoggedCall] | None] = ContextVar("_log", default=None)


@contextmanager
def logged_calls() -> Iterator[list[LoggedCall]]:
    """Yield a list that collects this thread's calls inside the block, failed ones included."""
    calls: list[LoggedCall] = []
    token = _log.set(calls)
    try:
        yield calls
    finally:
        _log.reset(token)


def log_call(method: str, path: str, status: int | None, seconds: float) -> None:
    """Append a call to the list of the enclosing `logged_calls` block, if there is one."""
    calls = _log.get()
    if calls is not None:
        calls.append(LoggedCall(method=method, path=path, status=status, ms=round(seconds * 1000)))
