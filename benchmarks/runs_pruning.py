"""Rows per second at which old sync runs are pruned, on both databases.

The daemon prunes for a quarter of a second every five seconds. The figure is the rate over those
five seconds, so it can be compared with the rate at which stores create runs.
"""

from __future__ import annotations

import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.mirroring import postgresql
from benchmarks.report import figure, table
from portal.config import Settings
from portal.models import SYNC_ORDER, RunKind, RunState, Store, SyncRun, database, utc_now
from portal.models.bulk import chunked
from portal.models.migrations import migrate
from portal.sealing import new_key
from portal.services.retention.prune_runs import TIME_BUDGET_S, prune_runs
from portal.services.runtime import open_runtime

STORES = 200
RUNS = 60_000
EVERY_S = 5
# 5,000 stores with 5 reconciliations and 100 runs that found something each a day.
NEEDED_PER_S = 6.1


def main() -> None:
    """Print the table and the figure of the slower database."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = [_measured("SQLite", f"sqlite:///{folder / 'portal.db'}")]
        with postgresql(folder / "pg") as url:
            rows.append(_measured("PostgreSQL", url))
    head = ("database", "rows", "rounds", "rows/s of work", "rows/s of the daemon")
    table(f"Pruning {RUNS:,} runs of {STORES} stores", head, rows)
    figure("runs_pruned_per_s", min(float(row[4]) for row in rows), "/s", f"{NEEDED_PER_S}")


def _measured(name: str, url: str) -> list[str]:
    runtime = open_runtime(Settings("x", (new_key(),), database_url=url))
    migrate(runtime.database)
    with runtime.database.connection_context():
        _fill()
        rounds, pruned, began = 0, 0, time.perf_counter()
        while count := prune_runs(runtime):
            rounds, pruned = rounds + 1, pruned + count
        took_s = time.perf_counter() - began
    runtime.database.close_all()
    per_round = pruned / max(rounds, took_s / TIME_BUDGET_S)
    return [
        name,
        str(pruned),
        str(rounds),
        f"{pruned / took_s:.0f}",
        f"{per_round / EVERY_S:.0f}",
    ]


def _fill() -> None:
    then = utc_now() - timedelta(days=95)
    stores = [{"id": number, "name": f"Store {number}"} for number in range(1, STORES + 1)]
    runs = (
        {
            "store": number % STORES + 1,
            "resource": SYNC_ORDER[number // STORES % len(SYNC_ORDER)],
            "kind": RunKind.INCREMENTAL,
            "state": RunState.DONE,
            "created_at": then,
            "started_at": then,
            "finished_at": then,
        }
        for number in range(RUNS)
    )
    with database.atomic():
        Store.insert_many(stores).execute()
        for batch in chunked(runs, 500):
            SyncRun.insert_many(batch).execute()


if __name__ == "__main__":
    main()
