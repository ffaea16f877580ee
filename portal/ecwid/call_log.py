"""Keep which REST calls a piece of work has made, for whoever has to explain it later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypedDict


class LoggedCall(TypedDict):
    """Describe one call without its query and body, so without token and customer data.

    ``status`` None is no answer; ``ms`` is how long it took, reading the answer included.
    """

    method: str
    path: str
    status: int | None
    ms: int


_log: ContextVar[list[LoggedCall] | None] = ContextVar("_log", default=None)


@contextmanager
def logged_calls() -> Iterator[list[LoggedCall]]:
    """Yield a list that gets every call which this thread makes meanwhile, refused ones too."""
    calls: list[LoggedCall] = []
    token = _log.set(calls)
    try:
        yield calls
    finally:
        _log.reset(token)


def log_call(method: str, path: str, status: int | None, seconds: float) -> None:
    """Add a call to the list of the work under way, if one is kept."""
    calls = _log.get()
    if calls is not None:
        calls.append(LoggedCall(method=method, path=path, status=status, ms=round(seconds * 1000)))
