"""Latency of REST calls, by the switches ``latency_ms`` and ``hanging_stores``.

A call waits before a request thread takes it, so that thousands of calls can wait at the same time.
"""

from __future__ import annotations

import heapq
import itertools
import re
import threading
import time
from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from waitress.task import ThreadedTaskDispatcher

if TYPE_CHECKING:
    from portal.sandbox.switches import Switches

LONGEST_DELAY_S = 600
NO_STORES = "none"
REST_PREFIX = "/api/v3/"


@lru_cache(maxsize=8)
def parse_store_ids(text: str) -> tuple[range, ...]:
    """Return the stores of a list such as ``1003,1010-1019``; raise ValueError if it is invalid."""
    if text == NO_STORES:
        return ()
    found = []
    for part in text.split(","):
        bounds = re.fullmatch(r"\s*(\d{1,18})(?:-(\d{1,18}))?\s*", part, re.ASCII)
        if bounds is None:
            raise ValueError(f"{part!r} is neither a store's id nor a range of ids")
        first = int(bounds[1])
        found.append(range(first, int(bounds[2] or first) + 1))
    return tuple(found)


class Latency:
    """Delay of each REST call according to the switches."""

    def __init__(self, switches: Switches) -> None:
        self._switches = switches

    def seconds(self, path: str) -> float:
        """Return how long a request for ``path`` waits; 0 if it isn't a REST call."""
        if not path.startswith(REST_PREFIX):
            return 0.0
        number = self._switches.number
        delay_s = number("latency_ms") / 1000
        jitter_ms = number("latency_jitter_ms")
        if jitter_ms:
            delay_s += self._switches.rng("latency").random() * jitter_ms / 1000
        hanging = self._switches.text("hanging_stores")
        if hanging != NO_STORES and _is_among(path, parse_store_ids(hanging)):
            delay_s += number("hang_s")
        return min(delay_s, LONGEST_DELAY_S)


def _is_among(path: str, stores: tuple[range, ...]) -> bool:
    text = path.removeprefix(REST_PREFIX).partition("/")[0]
    return text.isdecimal() and any(int(text) in ids for ids in stores)


class LatencyDispatcher(ThreadedTaskDispatcher):
    """Dispatcher of waitress that delays each request by ``latency_of`` its path, in seconds."""

    def __init__(self, threads: int) -> None:
        super().__init__()
        self.latency_of: Callable[[str], float] = lambda _path: 0.0
        self._numbers = itertools.count()
        self.waiting: list[tuple[float, int, Any]] = []
        self._has_changed = threading.Condition()
        self._is_stopped = False
        self.set_thread_count(threads)
        threading.Thread(target=self._release, name="sandbox-latency", daemon=True).start()

    def add_task(self, task: Any) -> None:
        """Give a channel with a request to the threads, after the request's latency."""
        delay_s = self.latency_of(task.requests[0].path)
        if delay_s <= 0:
            super().add_task(task)
            return
        with self._has_changed:
            due_s = time.monotonic() + delay_s
            heapq.heappush(self.waiting, (due_s, next(self._numbers), task))
            if self.waiting[0][2] is task:
                self._has_changed.notify()

    def shutdown(self, *arguments: Any, **named: Any) -> bool:
        """Cancel the waiting requests and stop all threads."""
        with self._has_changed:
            self._is_stopped = True
            waiting, self.waiting = self.waiting, []
            self._has_changed.notify()
        for _, _, task in waiting:
            task.cancel()
        return bool(super().shutdown(*arguments, **named))

    def _release(self) -> None:
        while True:
            with self._has_changed:
                if self._is_stopped:
                    return
                wait_s = self.waiting[0][0] - time.monotonic() if self.waiting else None
                if wait_s is None or wait_s > 0:
                    self._has_changed.wait(wait_s)
                    continue
                _, _, task = heapq.heappop(self.waiting)
            super().add_task(task)
