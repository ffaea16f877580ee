"""Wake the drains of stores whose events came within a moment by one call of the queue server.

Whoever records an event need not wait for Redis: the row is what counts, and a wake-up that dies
with its process is made good by the sweep.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from threading import Lock

from redis import Redis

from portal.jobs import DRAIN_EVENTS, wake_each
from portal.services.background.debounce import Soon

DELAY_S = 0.02
# A store's first event is drained at once, those that follow together: with a drain for each, and a
# call of Ecwid for each drain, twenty events a second used the store's quota up in half a minute.
PAUSE_S = 0.5
# Short, for meanwhile another store may have its first event.
LOOK_AGAIN_S = 0.1


@dataclass
class DrainWaker:
    """Wake the drains of several stores together; threads may share one waker."""

    redis: Redis
    _waiting: set[int] = field(default_factory=set)
    _rests_until_s: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _soon: Soon = field(init=False)

    def __post_init__(self) -> None:
        self._soon = Soon(DELAY_S, self._wake_rested)

    def wake(self, store_id: int) -> None:
        """Have the store's events drained soon; call it after the commit."""
        with self._lock:
            self._waiting.add(store_id)
        self._soon.ask()

    def do_now(self) -> None:
        """Wake at once all that wait."""
        with self._lock:
            self._rests_until_s.clear()
        self._soon.do_now()

    def _wake_rested(self) -> None:
        """Wake the stores that were not woken just before; the others have their turn later."""
        now_s = time.monotonic()
        with self._lock:
            resting = {s: until for s, until in self._rests_until_s.items() if until > now_s}
            rested = self._waiting - resting.keys()
            self._waiting -= rested
            self._rests_until_s = resting | dict.fromkeys(rested, now_s + PAUSE_S)
            has_resting = bool(self._waiting)
        if rested:
            wake_each(self.redis, DRAIN_EVENTS, [(store_id,) for store_id in sorted(rested)])
        if has_resting:
            self._soon.ask(LOOK_AGAIN_S)
