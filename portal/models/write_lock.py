"""Let the processes that record events or pages take turns at SQLite's one place for a writer.

Who finds that place taken is sent to sleep by SQLite for a millisecond at least, ten times as long
as an insert takes; two workers that copied a store slept a quarter of the time. The kernel wakes
the next one in line at once. Correctness doesn't depend on it: whoever doesn't take part is still
kept apart by SQLite itself.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from peewee import Database, SqliteDatabase


@dataclass
class WriteLock:
    """Hold the line in which one process waits; PostgreSQL needs none."""

    database: Database
    _lock: Lock = field(default_factory=Lock)
    _file: int | None = None  # opened at the first turn, by each process for itself

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the turn, and give it on afterwards."""
        if not isinstance(self.database, SqliteDatabase):
            yield
            return
        with self._lock:
            if self._file is None:
                path = f"{self.database.database}.turn"
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Leave the line; the next turn joins it again."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None
