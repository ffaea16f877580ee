"""Debounce: many requests for a task become one run a moment later, on a thread of its own."""

from __future__ import annotations

import atexit
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock, Timer


@dataclass
class Debouncer:
    """Runs ``task`` once, ``delay_s`` after the first of any number of requests.

    The caller records the work before it requests the run. A process that exits runs the task
    first; a killed one doesn't.
    """

    delay_s: float
    task: Callable[[], None]
    _lock: Lock = field(default_factory=Lock)
    _running: Lock = field(default_factory=Lock)
    _timer: Timer | None = None

    def trigger(self, delay_s: float | None = None) -> None:
        """Request a run; nearly free if one is already scheduled.

        ``delay_s`` replaces the default delay for this run.
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
        """Run a requested task now; wait if it is running."""
        with self._running:
            with self._lock:
                timer, self._timer = self._timer, None
            if timer is not None:
                timer.cancel()
                atexit.unregister(self.flush)
                self.task()
