"""Lock with which processes that write events or pages wait for SQLite's write lock.

If the write lock is taken, SQLite sleeps for at least a millisecond, ten times as long as an insert
takes. Two workers that synced a store slept a quarter of the time. A file lock wakes the next
process at once. Correctness doesn't depend on it, because SQLite still excludes concurrent writers.
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
    """Queue for the write lock of one process; does nothing on PostgreSQL."""

    database: Database
    _lock: Lock = field(default_factory=Lock)
    _file: int | None = None  # opened at the first use, by each process for itself

    @contextmanager
    def held(self) -> Iterator[None]:
        """Wait for the lock, and release it at the end of the block."""
        if not isinstance(self.database, SqliteDatabase):
            yield
            return
        with self._lock:
            if self._file is None:
                path = f"{self.database.database}.turn"
                self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                # Inside, because a job's time limit may raise its exception at any point.
                fcntl.flock(self._file, fcntl.LOCK_EX)
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the lock file; the next use opens it again."""
        with self._lock:
            if self._file is not None:
                os.close(self._file)
                self._file = None
