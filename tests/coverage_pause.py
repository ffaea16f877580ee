"""Tests whose coverage isn't measured, because tracing doubles their processor time."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import coverage
import pytest

# Rooms whose code for a single database needs the measurement on both.
MEASURED_ON_BOTH = {
    "models",
    *(f"services/{room}" for room in ("events", "mirror", "outbox", "records", "retention")),
    *(f"services/{room}" for room in ("background", "runs", "work")),
}


def is_measured_elsewhere(item: pytest.Item) -> bool:
    """Return whether the same test runs on SQLite as well, outside of `MEASURED_ON_BOTH`.

    Also true for tests with the mark ``unmeasured``.
    """
    if item.get_closest_marker("unmeasured"):
        return True
    folders = item.path.relative_to(Path(__file__).parent).parents
    if any(folder.as_posix() in MEASURED_ON_BOTH for folder in folders):
        return False
    parameters = item.callspec.params if hasattr(item, "callspec") else {}
    return bool(parameters.get("database_url") == "postgresql")


@contextmanager
def paused_coverage() -> Iterator[None]:
    """Run a block, and the threads that it starts, without coverage's trace function.

    `Coverage.stop` and `Coverage.start` would take as long as a short test.
    """
    if coverage.Coverage.current() is None:
        yield
        return
    trace, thread_trace = sys.gettrace(), threading.gettrace()
    sys.settrace(None)
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        threading.settrace(thread_trace)  # type: ignore[arg-type]
        sys.settrace(trace)
