"""Delay of incoming events while 200,000 events are pruned, and the size of the file.

A thread inserts events all the time, as the receiver does. Its inserts are timed first without
pruning, then while the daemon's own functions prune payloads, prune rows and shrink the file.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from threading import Event, Thread
from uuid import uuid4

from benchmarks.report import table
from portal.config import Settings
from portal.models import WebhookEvent, database, utc_now
from portal.models.event_insert import insert_event
from portal.models.migrations import migrate
from portal.sealing import new_key
from portal.services.events.index_event_terms import index_next_batch
from portal.services.retention.prune_events import prune_events
from portal.services.retention.reclaim_space import reclaim_space
from portal.services.runtime import Runtime, open_runtime

EVENTS = 200_000
QUIET_S = 5
PAUSE_S = 0.005
ROWS = """INSERT INTO webhook_event (event_id, store_id, type, entity_id, event_created_at,
received_at, payload, state, attempts, due_at) WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL
SELECT n + 1 FROM number WHERE n < ?) SELECT 'e-' || n, 1000 + n % 5, 'order.updated',
CAST(n % 50000 AS VARCHAR), ?1, ?1, '{"entityId":' || (n % 50000) || ',"data":{"orderId":"X' || n ||
'","oldPaymentStatus":"AWAITING_PAYMENT","newPaymentStatus":"PAID","oldFulfillmentStatus":"NEW",'
|| '"newFulfillmentStatus":"SHIPPED"}}', 'applied', 1, ?1 FROM number"""


class Receiver(Thread):
    """Thread that inserts an event every few milliseconds and records each duration in ms."""

    def __init__(self, runtime: Runtime) -> None:
        super().__init__(daemon=True)
        self.runtime, self.took_ms, self.is_over = runtime, list[float](), Event()

    def run(self) -> None:
        """Insert events until the benchmark is over."""
        with self.runtime.database.connection_context():
            while not self.is_over.wait(PAUSE_S):
                began = time.perf_counter()
                with self.runtime.write_lock.held():
                    insert_event(
                        event_id=str(uuid4()),
                        store_id=1003,
                        type="product.updated",
                        entity_id="5",
                        event_created_at=utc_now(),
                        received_at=utc_now(),
                        payload={"entityId": 5},
                    )
                self.took_ms.append(1000 * (time.perf_counter() - began))


@contextmanager
def receiving(runtime: Runtime) -> Iterator[list[float]]:
    """Insert events in the background; yield their durations."""
    receiver = Receiver(runtime)
    receiver.start()
    yield receiver.took_ms
    receiver.is_over.set()
    receiver.join()


def main() -> int:
    """Print the table; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "portal.db"
        settings = Settings("x", (new_key(),), database_url=f"sqlite:///{path}")
        runtime = open_runtime(settings)
        migrate(runtime.database)
        with runtime.database.connection_context():
            _fill()
            rows = [_measured("nothing", runtime, path, lambda: time.sleep(QUIET_S))]
            old = replace(runtime, settings=replace(settings, event_retention_days=99))
            rows.append(_measured("payloads", old, path, lambda: _until_done(prune_events, old)))
            rows.append(
                _measured("rows", runtime, path, lambda: _until_done(prune_events, runtime))
            )
            rows.append(
                _measured("space", runtime, path, lambda: _until_done(reclaim_space, runtime))
            )
        runtime.database.close_all()
    head = ("pruned", "s", "file MB", "events inserted", "median ms", "p99 ms", "longest ms")
    table(f"Pruning {EVENTS:,} events on SQLite while others arrive", head, rows)
    return 0


def _fill() -> None:
    received_at = datetime.now(UTC) - timedelta(days=95)
    text = WebhookEvent.received_at.db_value(received_at)
    statement = ROWS.replace("n < ?", f"n < {EVENTS}").replace("?1", f"'{text}'")
    database.execute_sql(statement)
    while index_next_batch():
        pass


def _until_done(step: Callable[[Runtime], int], runtime: Runtime) -> None:
    while step(runtime):
        pass


def _measured(name: str, runtime: Runtime, path: Path, work: Callable[[], None]) -> list[object]:
    with receiving(runtime) as took_ms:
        began = time.monotonic()
        work()
        took_s = time.monotonic() - began
    database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    size = path.stat().st_size / 1e6
    # Few events give no percentile.
    p99 = quantiles(took_ms, n=100)[98] if len(took_ms) > 1 else max(took_ms, default=0.0)
    times = (median(took_ms or [0.0]), p99, max(took_ms, default=0.0))
    return [name, f"{took_s:.1f}", f"{size:.0f}", len(took_ms), *(f"{ms:.1f}" for ms in times)]


if __name__ == "__main__":
    sys.exit(main())
