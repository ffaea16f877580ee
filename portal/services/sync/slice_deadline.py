"""End of a run's time slice, which moves while no other run waits for a worker."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

# The start and the end of a slice cost idle time, because pages have to arrive first and nothing is
# requested at the end. A job may take two minutes.
LONGEST_SLICE_S = 60.0


@dataclass
class SliceDeadline:
    """Deadline ``slice_s`` from now, extended by as much while ``others_wait`` returns False.

    Only the thread that writes pages uses it.
    """

    slice_s: float
    others_wait: Callable[[], bool]
    _started_s: float = field(default=0.0, init=False)
    _until_s: float = field(default=0.0, init=False)
    _is_final: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._started_s = time.monotonic()
        self._until_s = self._started_s + self.slice_s

    @property
    def is_over(self) -> bool:
        """Return whether no further page may be requested."""
        now_s = time.monotonic()
        if now_s < self._until_s:
            return False
        longest_s = self._started_s + LONGEST_SLICE_S
        if self._is_final or now_s + self.slice_s > longest_s or self.others_wait():
            self._is_final = True
            return True
        self._until_s = now_s + self.slice_s
        return False

    def is_over_by(self, seconds: float) -> bool:
        """Return whether the deadline passed at least so many seconds ago."""
        return self.is_over and time.monotonic() >= self._until_s + seconds
