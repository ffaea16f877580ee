"""Parts of a test run whose coverage isn't measured, because tracing doubles their processor time.

The call of each test is measured, except if the same test is measured elsewhere. The set-up and the
teardown of a fixture do the same for each test, so they are measured once per test module. The work
of pytest and Hypothesis is never measured.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Generator, Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

import coverage
import pytest

# Rooms whose code for a single database needs the measurement on both.
MEASURED_ON_BOTH = {
    "models",
    *(f"services/{room}" for room in ("events", "mirror", "outbox", "records", "retention")),
    *(f"services/{room}" for room in ("background", "runs", "work")),
}
Phase = Generator[None, object, object]


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


class CoveragePause:
    """Plugin of pytest that switches coverage's trace function off and on.

    `Coverage.stop` and `Coverage.start` would take as long as a short test.
    """

    def __init__(self) -> None:
        # Trace function of the latest test; None if it isn't measured.
        self._trace: Any = None
        self._measured_fixtures: set[tuple[object, ...]] = set()
        self._has_new_fixture = False

    @pytest.hookimpl(wrapper=True)
    def pytest_pycollect_makeitem(self) -> Phase:
        """Pause while tests are listed; their modules are imported before."""
        with traced_by(None):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self) -> Phase:
        """Pause while tests are sorted and Hypothesis reads the constants of their code."""
        with traced_by(None):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Phase:
        """Pause during a test; the next hooks measure parts of it."""
        trace = None if coverage.Coverage.current() is None else sys.gettrace()
        if trace is None:
            return (yield)
        is_unmeasured = is_measured_elsewhere(item)
        if self._trace is None and not is_unmeasured:
            forget_statements()
        self._trace = None if is_unmeasured else trace
        self._has_new_fixture = False
        with traced_by(None), unmeasured_threads() if is_unmeasured else nullcontext():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Phase:
        """Measure the first set-up of a fixture in a test module, and of each parameter."""
        if self._trace is None:
            return (yield)
        number = getattr(request, "param_index", 0)
        key = (request.node.path, fixturedef.baseid, fixturedef.argname, number)
        is_new = key not in self._measured_fixtures
        self._measured_fixtures.add(key)
        self._has_new_fixture |= is_new
        with traced_by(self._trace if is_new else None):
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Phase:
        """Measure the call; of a property test, each example, but not the search for it."""
        if self._trace is None:
            return (yield)
        handle = getattr(getattr(item, "obj", None), "hypothesis", None)
        if handle is None:
            with traced_by(self._trace):
                return (yield)
        inner = handle.inner_test
        handle.inner_test = traced_by(self._trace)(inner)
        try:
            return (yield)
        finally:
            handle.inner_test = inner

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_teardown(self, item: pytest.Item, nextitem: pytest.Item | None) -> Phase:
        """Measure the teardown of fixtures whose set-up was measured, and the end of a module."""
        is_last = nextitem is None or nextitem.path != item.path
        if self._trace is None or not (self._has_new_fixture or is_last):
            return (yield)
        with traced_by(self._trace):
            return (yield)


def forget_statements() -> None:
    """Empty the caches of SQL texts, which a test without measurement may have filled.

    Otherwise it depends on the order of the tests whether their functions are measured at all.
    """
    for cached in _caches_of_models():
        cached.cache_clear()


@cache
def _caches_of_models() -> list[Any]:
    modules = [module for name, module in sys.modules.items() if name.startswith("portal.models")]
    found = [value for module in modules for value in vars(module).values()]
    return [value for value in found if hasattr(value, "cache_clear")]


@contextmanager
def traced_by(trace: Any) -> Iterator[None]:
    """Run a block or a function with this trace function in its thread; None means without one."""
    former = sys.gettrace()
    sys.settrace(trace)
    try:
        yield
    finally:
        sys.settrace(former)


@contextmanager
def unmeasured_threads() -> Iterator[None]:
    """Let threads that are started in a block run without a trace function."""
    former = threading.gettrace()
    threading.settrace(None)  # type: ignore[arg-type]
    try:
        yield
    finally:
        threading.settrace(former)  # type: ignore[arg-type]
