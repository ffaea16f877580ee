"""Request quotas: calls per minute, and a block for callers that keep using dead tokens.

Source: Ecwid REST API v3, rate limits (docs.ecwid.com/api-reference): 600 calls a minute per token;
a much longer block after 20 calls a minute with a dead token, or after 600 from one address. Ecwid
doesn't say how long the block is.

The counters are in memory. The limits library isn't used because its memory store starts a thread
for each hit.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable

WINDOW_S = 60.0


class SlidingWindow:
    """Sliding-window rate limiter with a window of one minute for each key."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._calls: dict[str, deque[float]] = {}

    def acquire(self, key: str, quota: int) -> float:
        """Count a call and return 0, or return the seconds until the next call is allowed.

        A ``quota`` of 0 allows every call.
        """
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


class DeadTokenLimiter:
    """Limits calls with dead tokens, by token and by client address.

    A token may be used ``quota`` times a minute. An address may make ``total`` calls with dead
    tokens. Beyond either limit, the token or the address is blocked for ``block_s`` seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._window = SlidingWindow(clock)
        self._lock = threading.Lock()
        self._totals: Counter[str] = Counter()
        self._blocked_until: dict[str, float] = {}

    def acquire(self, address: str, token: str, *, quota: int, total: int, block_s: float) -> float:
        """Count a call and return 0, or return the seconds until the block ends."""
        by_token = f"{address} {token}"
        with self._lock:
            now = self._clock()
            left = max(self._blocked_until.get(key, now) - now for key in (address, by_token))
            if left > 0:
                return left
            self._totals[address] += 1
            if self._window.acquire(by_token, quota) > 0:
                self._blocked_until[by_token] = now + block_s
                return block_s
            if 0 < total < self._totals[address]:
                del self._totals[address]
                self._blocked_until[address] = now + block_s
                return block_s
        return 0.0
