"""Gather what comes in quick succession, and do it once a moment later, on a thread of its own."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Timer


@dataclass
class Debouncer:
    """Call ``task`` once, ``delay_s`` after it was first asked for, however often that was.

    What ``task`` is to do must be noted before it is asked for. A process that ends by itself does
    it first; one that is killed doesn't.
    """

    delay_s: float
    task: Callable[[], None]
    _lock: Lock = field(default_factory=Lock)
    _running: Lock = field(default_factory=Lock)
    _timer: Timer | None = None

    def trigger(self, delay_s: float | None = None) -> None:
        """Have the task done soon; costs next to nothing if that was asked for already.

        ``delay_s`` is for this time only.
        """
        if self._timer is not None:
            return
        with self._lock:
            if self._timer is None:
                self._timer = Timer(self.delay_s if delay_s is None else delay_s, self.flush)
                self._timer.daemon = True
                self._timer.start()
                atexit.register(self.flush)

    def flush(self) -> None:
        """Do the task now instead, if it was asked for; wait if it is being done."""
        with self._running:
            with self._lock:
                timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
                atexit.unregister(self.flush)
                self.task()
