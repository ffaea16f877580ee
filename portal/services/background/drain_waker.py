"""Wake the drains of stores whose events came within a moment by one call of the queue server.

Whoever records an event need not wait for Redis: the row is what counts, and a wake-up that dies
with its process is made good by the sweep.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock

from redis import Redis

from portal.jobs import DRAIN_EVENTS, wake_many
from portal.services.background.debounce import Debouncer

DELAY_S = 0.02
# A store's first event is drained at once, those that follow together: with a drain for each, and a
# call of Ecwid for each drain, twenty events a second used the store's quota up in half a minute.
MIN_INTERVAL_S = 0.5
# Short, for meanwhile another store may have its first event.
RECHECK_S = 0.1


@dataclass
class DrainWaker:
    """Wake the drains of several stores together; threads may share one waker."""

    redis: Redis
    _waiting: set[int] = field(default_factory=set)
    _paused_until_s: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _debouncer: Debouncer = field(init=False)

    def __post_init__(self) -> None:
        self._debouncer = Debouncer(DELAY_S, self._wake_ready)

    def wake(self, store_id: int) -> None:
        """Have the store's events drained soon; call it after the commit."""
        with self._lock:
            self._waiting.add(store_id)
        self._debouncer.trigger()

    def flush(self) -> None:
        """Wake at once all that wait."""
        with self._lock:
            self._paused_until_s.clear()
        self._debouncer.flush()

    def _wake_ready(self) -> None:
        """Wake the stores that were not woken just before; the others have their turn later."""
        now_s = time.monotonic()
        with self._lock:
            paused = {s: until for s, until in self._paused_until_s.items() if until > now_s}
            ready = self._waiting - paused.keys()
            self._waiting -= ready
            self._paused_until_s = paused | dict.fromkeys(ready, now_s + MIN_INTERVAL_S)
            has_paused = bool(self._waiting)
        if ready:
            wake_many(self.redis, DRAIN_EVENTS, [(store_id,) for store_id in sorted(ready)])
        if has_paused:
            self._debouncer.trigger(RECHECK_S)
