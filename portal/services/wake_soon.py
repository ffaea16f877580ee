"""Wake the drains of stores whose events came within a moment by one call of the queue server.

Whoever records an event need not wait for Redis: the row is what counts, and a wake-up that dies
with its process is made good by the sweep.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from redis import Redis

from portal.jobs import DRAIN_EVENTS, wake_each
from portal.services.soon import Soon

DELAY_S = 0.02


@dataclass
class DrainWaker:
    """Wake the drains of several stores together; threads may share one waker."""

    redis: Redis
    _stores: set[int] = field(default_factory=set)
    _soon: Soon = field(init=False)

    def __post_init__(self) -> None:
        self._soon = Soon(DELAY_S, self._wake)

    def wake(self, store_id: int) -> None:
        """Have the store's events drained soon; call it after the commit."""
        self._stores.add(store_id)
        self._soon.ask()

    def do_now(self) -> None:
        """Send what waits at once."""
        self._soon.do_now()

    def _wake(self) -> None:
        stores, self._stores = self._stores, set()
        wake_each(self.redis, DRAIN_EVENTS, [(store_id,) for store_id in stores])
