"""Wake-ups of drains: those of several stores within a moment become one call to Redis.

While the queue is full, new events wait for the sweep, because it wakes the stores with older
events first. The receiver doesn't wait for Redis: the event's row is what counts, and the sweep
replaces a wake-up that is lost with its process.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock

from redis import Redis

from portal.jobs import DRAIN_EVENTS, wake_due
from portal.services.background.debounce import Debouncer

DELAY_S = 0.02
# A store's first event is drained at once, later ones together. A drain with a call to Ecwid for
# each event used up the store's quota in half a minute at twenty events a second.
MIN_INTERVAL_S = 0.5
# Short, because another store's first event may arrive in between.
RECHECK_S = 0.1


@dataclass
class DrainWaker:
    """Wakes the drains of several stores together; threads can share one waker."""

    redis: Redis
    _waiting: set[int] = field(default_factory=set)
    _paused_until_s: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _debouncer: Debouncer = field(init=False)

    def __post_init__(self) -> None:
        self._debouncer = Debouncer(DELAY_S, self._wake_ready)

    def wake(self, store_id: int) -> None:
        """Schedule a drain of the store's events; call it after the commit."""
        with self._lock:
            self._waiting.add(store_id)
        self._debouncer.trigger()

    def flush(self) -> None:
        """Wake all waiting stores now."""
        with self._lock:
            self._paused_until_s.clear()
        self._debouncer.flush()

    def _wake_ready(self) -> None:
        """Wake the stores that were not woken within `MIN_INTERVAL_S`; wake the others later."""
        now_s = time.monotonic()
        with self._lock:
            paused = {s: until for s, until in self._paused_until_s.items() if until > now_s}
            ready = self._waiting - paused.keys()
            self._waiting -= ready
            self._paused_until_s = paused | dict.fromkeys(ready, now_s + MIN_INTERVAL_S)
            has_paused = bool(self._waiting)
        if ready:
            wake_due(self.redis, DRAIN_EVENTS, [(store_id,) for store_id in sorted(ready)], share=0)
        if has_paused:
            self._debouncer.trigger(RECHECK_S)
