"""Count calls over the last minute, and shut out those who go on with a dead token.

In memory, and by hand: the memory store of the limits library starts a thread for each hit.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable

WINDOW_S = 60.0


class Windows:
    """Hold the calls of the last minute by key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[str, deque[float]] = {}

    def take(self, key: str, quota: int) -> float:
        """Count one call and return 0, or return the seconds until one is free; 0 lifts a quota."""
        if quota <= 0:
            return 0.0
        now = self._clock()
        with self._lock:
            calls = self._calls.setdefault(key, deque())
            while calls and calls[0] <= now - WINDOW_S:
                calls.popleft()
            if len(calls) >= quota:
                return calls[-quota] + WINDOW_S - now
            calls.append(now)
            return 0.0


class DeadTokens:
    """Remember who calls with tokens that don't work.

    One token may be tried ``quota`` times a minute, and ``total`` calls with any dead token may
    come from one address; beyond either, the token or the address is shut out for ``block_s``.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._windows = Windows(clock)
        self._lock = threading.Lock()
        self._totals: Counter[str] = Counter()
        self._blocked_until: dict[str, float] = {}

    def take(self, address: str, token: str, *, quota: int, total: int, block_s: float) -> float:
        """Return 0, or the seconds for which this call and those like it are refused."""
        by_token = f"{address} {token}"
        with self._lock:
            now = self._clock()
            left = max(self._blocked_until.get(key, now) - now for key in (address, by_token))
            if left > 0:
                return left
            self._totals[address] += 1
            if self._windows.take(by_token, quota) > 0:
                self._blocked_until[by_token] = now + block_s
                return block_s
            if 0 < total < self._totals[address]:
                del self._totals[address]
                self._blocked_until[address] = now + block_s
                return block_s
        return 0.0
