"""Delay until another daemon takes over the work of a killed one, with shared database and queue.

Two daemons sync two stores into one PostgreSQL database; during the backfill, all processes of one
are killed at once. The delay lasts until every unfinished run has progressed. Afterwards the
benchmark checks that every run is done once and every product exists once.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import psutil

from benchmarks.mirroring import (
    Ecwid,
    Mirror,
    another_daemon,
    another_store,
    ecwid,
    mirror,
    postgresql,
)
from benchmarks.report import figure, table
from portal.models import Lease, Product, Resource, RunKind, RunState, SyncRun
from portal.services.sync.engine import lease_name

PRODUCTS = 20_000
ROUNDS = 3
LATENCY_MS = 150
TARGET_S = 90
TIMEOUT_S = 300
# By then, the database has processed what the killed processes had sent.
SETTLED_S = 0.2


def main() -> None:
    """Kill a daemon in three rounds and print how long its runs were idle."""
    rows, lain = [], []
    for number in range(1, ROUNDS + 1):
        row = _round()
        rows.append([number, *row])
        lain.append(float(row[1]))
    table(
        f"Two daemons, two stores of {PRODUCTS:,} products, one daemon killed during the backfill",
        ["round", "runs interrupted", "idle, s", "until all were done, s", "runs doubled"],
        rows,
    )
    figure("takeover_seconds", median(lain), "s", f"< {TARGET_S}")


def _round() -> list[object]:
    with (
        tempfile.TemporaryDirectory(prefix="m", dir="/tmp") as name,
        ecwid(products=PRODUCTS) as one,
        postgresql(Path(name) / "pg") as url,
        mirror(one, url, Path(name) / "d") as shared,
    ):
        shops = [one, another_store(one, products=PRODUCTS)]
        one.turn(latency_ms=str(LATENCY_MS))
        with shared.runtime.database.connection_context():
            for shop in shops:
                shared.connect(shop)
            _wait(lambda: all(run.seen > 0 for run in _runs()))
            # The other daemon starts before the first time slices end, so the kill interrupts all
            # work.
            with another_daemon(shared, Path(name) / "o"):
                return _kill(shared, shops)


def _kill(shared: Mirror, shops: list[Ecwid]) -> list[object]:
    supervisor = psutil.Process(shared.daemon.process.pid)
    for process in (supervisor, *supervisor.children(recursive=True)):
        process.kill()
    killed_s = time.monotonic()
    time.sleep(SETTLED_S)
    before = {run.id: run.seen for run in _runs() if Lease.is_held(lease_name(run.id))}
    _wait(lambda: all(run.seen > before.get(run.id, -1) for run in _runs()))
    lay_s = time.monotonic() - killed_s
    _wait(lambda: all(run.state == RunState.DONE for run in SyncRun.select()))
    done_s = time.monotonic() - killed_s
    if Product.select().count() != PRODUCTS * len(shops):
        raise RuntimeError("the mirror does not have every product exactly once")
    copies = SyncRun.select().where(SyncRun.kind == RunKind.BACKFILL).count()
    doubled = copies - len(Resource) * len(shops)
    return [len(before), f"{lay_s:.1f}", f"{done_s:.1f}", doubled]


def _runs() -> list[SyncRun]:
    return list(SyncRun.select().where(SyncRun.resource == Resource.PRODUCTS))


def _wait(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + TIMEOUT_S
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {TIMEOUT_S} s")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
