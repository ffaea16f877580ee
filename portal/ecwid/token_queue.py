"""Queue of the calls of one process that wait for the same token.

Only the first of them asks Redis, so the cost of waiting doesn't grow with the number of calls, and
pages are requested in the order of a list.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock


class TokenQueue:
    """First-in, first-out queue of this process's threads for each key."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[str, deque[Event]] = {}

    @contextmanager
    def first_in_line(self, key: str, timeout_s: float) -> Iterator[bool]:
        """Wait until all earlier calls have left; yield False if that takes too long."""
        turn = Event()
        try:
            # Inside, because a job's time limit may raise its exception at any point, and a turn
            # that nobody ends would block the token.
            self._enter(key, turn)
            yield turn.wait(timeout_s)
        finally:
            self._leave(key, turn)

    def _enter(self, key: str, turn: Event) -> None:
        with self._lock:
            waiting = self._waiting.setdefault(key, deque())
            waiting.append(turn)
            if waiting[0] is turn:
                turn.set()

    def _leave(self, key: str, turn: Event) -> None:
        with self._lock:
            waiting = self._waiting.get(key, deque())
            if turn in waiting:
                waiting.remove(turn)
            if waiting:
                waiting[0].set()
            else:
                self._waiting.pop(key, None)
