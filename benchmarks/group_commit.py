"""Whether group commit pays: inserts of up to eight threads with and without it, synced or not.

``shared`` is a group commit: inserts that arrive during a commit wait, and the first of them
commits all. Each insert returns only when its commit is done.
"""

from __future__ import annotations

import sqlite3
import tempfile
import threading
import time
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from statistics import median

from benchmarks.report import table
from portal.models import open_database
from portal.models.migrations import migrate

SECONDS = 2.0
ROUNDS = 3
THREADS = (1, 4, 8)
INSERT = """INSERT INTO webhook_event
(event_id, store_id, type, entity_id, event_created_at, received_at, payload, state, attempts,
due_at)
VALUES (?, 1003, 'product.updated', '5', '2026-03-01 12:00:00.000000+00:00',
'2026-03-01 12:00:00.000000+00:00', '{}', 'pending', 0, '2026-03-01 12:00:00.000000+00:00')
ON CONFLICT (event_id) DO NOTHING"""


class OwnCommit:
    """Commits each insert separately, one thread after the other."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._lock = threading.Lock()

    def insert(self, event_id: str) -> None:
        """Return when the event is committed."""
        with self._lock:
            self._database.execute(INSERT, (event_id,))


class SharedCommit:
    """Lets one thread commit the inserts of all waiting threads."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database
        self._turn = threading.Lock()
        self._waiting: list[tuple[str, threading.Event]] = []

    def insert(self, event_id: str) -> None:
        """Return when the event is committed."""
        done = threading.Event()
        self._waiting.append((event_id, done))
        with self._turn:
            if done.is_set():
                return
            batch, self._waiting = self._waiting, []
            self._database.execute("BEGIN IMMEDIATE")
            self._database.executemany(INSERT, [(waiting_id,) for waiting_id, _ in batch])
            self._database.execute("COMMIT")
            for _, waiting in batch:
                waiting.set()


def main() -> None:
    """Print all combinations; each cell is the median of three rounds."""
    rows = []
    for synchronous, threads in product(("NORMAL", "FULL"), THREADS):
        cells: list[object] = [synchronous, threads]
        for kind in (OwnCommit, SharedCommit):
            runs = [_run(kind, synchronous, threads) for _ in range(ROUNDS)]
            cells += [f"{median(r[0] for r in runs):.0f}", f"{median(r[1] for r in runs):.1f}"]
        rows.append(cells)
    head = ["synchronous", "threads", "own/s", "p99, ms", "shared/s", "p99, ms"]
    table("Events committed by the threads of one process", head, rows)


def _run(
    kind: Callable[[sqlite3.Connection], OwnCommit | SharedCommit], synchronous: str, threads: int
) -> tuple[float, float]:
    """Return commits per second and the 99th percentile of the waits in ms."""
    with tempfile.TemporaryDirectory(prefix="g", dir="/tmp") as folder:
        path = Path(folder) / "portal.db"
        migrated = open_database(f"sqlite:///{path}")
        migrate(migrated)
        migrated.close_all()
        database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        database.execute(f"PRAGMA synchronous = {synchronous}")
        database.execute("PRAGMA wal_autocheckpoint = 4000")
        inserter = kind(database)
        until_s = time.monotonic() + SECONDS
        with ThreadPoolExecutor(threads) as pool:
            jobs = [pool.submit(_insert_until, inserter, until_s) for _ in range(threads)]
            waits_ms = sorted(wait for job in jobs for wait in job.result())
        database.close()
    return len(waits_ms) / SECONDS, waits_ms[int(0.99 * (len(waits_ms) - 1))]


def _insert_until(inserter: OwnCommit | SharedCommit, until_s: float) -> list[float]:
    waits_ms = []
    while (begun_s := time.monotonic()) < until_s:
        inserter.insert(str(uuid.uuid4()))
        waits_ms.append(1000 * (time.monotonic() - begun_s))
    return waits_ms


if __name__ == "__main__":
    main()
