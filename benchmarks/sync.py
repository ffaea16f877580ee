"""Speed of syncing a store, compared with dlt, a library that loads REST lists into a database.

Both read the same store of the same sandbox into the same kind of database: a backfill, a second
pass without changes, and a backfill with 50 and 150 ms of latency per call. dlt runs in its own
virtual environment, created at the first run. Neither importing dlt nor starting the daemon is
counted. Another measurement concerns the daemon alone: whether a large store needs more memory than
a small one.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
import time
import venv
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.mirroring import Ecwid, Mirror, ecwid, mirror, peak_mb, postgresql
from benchmarks.report import figure, table
from portal.models import SYNC_ORDER, SyncRun
from portal.rules.sync.poll_decision import OVERLAP

COUNTS = {"products": 10_000, "orders": 10_000, "customers": 5_000, "coupons": 500}
RECORDS = sum(COUNTS.values())
ROUNDS = 3
LATENCY_MS = 50
# Once only, because dlt makes its calls one after another.
LONG_LATENCY_MS = 150
PEER = Path("var/bench/dlt")
PEER_PACKAGES = ("dlt[sqlalchemy]>=1.31,<2", "psycopg[binary]>=3.3")
SMALL, LARGE = 10_000, 200_000


@dataclass(frozen=True)
class Passes:
    """Seconds of a backfill and of the pass after it."""

    first_s: float
    second_s: float


def main() -> None:
    """Compare with dlt on both databases, then measure memory."""
    python = _peer_python()
    with ecwid(**COUNTS) as shop:
        # An incremental run reads the changes of the last two minutes again, because a store's
        # search may lag behind.
        time.sleep(OVERLAP.total_seconds() + 10)
        for database, suffix in (("SQLite", ""), ("PostgreSQL", "_postgres")):
            _compare(shop, database, suffix, python)
    _measure_memory()


def _compare(shop: Ecwid, database: str, suffix: str, python: Path) -> None:
    quick = [_round(shop, database, python) for _ in range(ROUNDS)]
    shop.turn(latency_ms=str(LATENCY_MS))
    slow = [_round(shop, database, python) for _ in range(ROUNDS)]
    shop.turn(latency_ms=str(LONG_LATENCY_MS))
    slower = [_round(shop, database, python)]
    shop.turn(latency_ms="0")
    rows = []
    figures = {}
    for title, name, pairs, target in (
        ("first copy", "first_pass", [(t.first_s, o.first_s) for t, o in quick], 3),
        ("second pass", "second_pass", [(t.second_s, o.second_s) for t, o in quick], 10),
        ("first copy, 50 ms", "latency_50ms", [(t.first_s, o.first_s) for t, o in slow], 3),
        ("first copy, 150 ms", "latency_150ms", [(t.first_s, o.first_s) for t, o in slower], 3),
    ):
        ratios = [theirs / ours for theirs, ours in pairs]
        figures[f"{name}_vs_dlt{suffix}"] = median(ratios), target
        theirs, ours = (median(column) for column in zip(*pairs, strict=True))
        spread = f"{min(ratios):.1f} to {max(ratios):.1f}"
        cells = (f"{theirs:.2f}", f"{RECORDS / theirs:,.0f}", f"{ours:.2f}")
        rows.append([title, *cells, f"{RECORDS / ours:,.0f}", f"{median(ratios):.1f}", spread])
    table(
        f"{RECORDS:,} records into {database}, medians of {ROUNDS} rounds",
        ["pass", "dlt, s", "records/s", "ours, s", "records/s", "times dlt", "of the rounds"],
        rows,
    )
    for name, (value, target) in figures.items():
        figure(name, value, "times", f">= {target}")


def _round(shop: Ecwid, database: str, python: Path) -> tuple[Passes, Passes]:
    """Return the passes of both, each on its own empty database."""
    with _empty(database) as (folder, url):
        theirs = _dlt(shop, url, folder, python)
    with _empty(database) as (folder, url), mirror(shop, url, folder / "d") as ours:
        return theirs, _ours(ours, shop)


def _ours(ours: Mirror, shop: Ecwid) -> Passes:
    first_s = ours.seconds(ours.connect(shop))
    with ours.runtime.database.connection_context():
        seen = sum(run.seen for run in SyncRun.select())
    if seen < RECORDS:
        raise RuntimeError(f"{seen} records were mirrored, not {RECORDS}")
    return Passes(first_s, ours.seconds(ours.look_again(shop, SYNC_ORDER)))


def _dlt(shop: Ecwid, url: str, folder: Path, python: Path) -> Passes:
    if url.startswith("postgresql"):
        # dlt requires a host, although the socket's directory is used.
        url = url.replace("postgresql://postgres:@/", "postgresql+psycopg://postgres@localhost/")
    command = [
        str(python),
        "benchmarks/dlt_peer.py",
        "--api-url",
        f"{shop.api_url}/{shop.store_id}",
    ]
    command += ["--token", shop.token, "--database-url", url, "--folder", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    first, second = json.loads(done.stdout)
    if first["rows"] != COUNTS:
        raise RuntimeError(f"dlt loaded {first['rows']}, not {COUNTS}")
    return Passes(first["seconds"], second["seconds"])


@contextmanager
def _empty(database: str) -> Iterator[tuple[Path, str]]:
    with tempfile.TemporaryDirectory(prefix="m", dir="/tmp") as name, ExitStack() as stack:
        folder = Path(name)
        if database == "SQLite":
            yield folder, f"sqlite:///{folder}/mirror.db"
        else:
            yield folder, stack.enter_context(postgresql(folder / "pg"))


def _peer_python() -> Path:
    """Return the interpreter that has dlt, which is kept apart from our dependencies."""
    python = PEER / "bin" / "python"
    if not python.exists():
        venv.create(PEER, with_pip=True)
        install = [str(python), "-m", "pip", "install", "--quiet", *PEER_PACKAGES]
        subprocess.run(install, check=True)
    return python


def _measure_memory() -> None:
    peaks = {count: _peak(count) for count in (SMALL, LARGE)}
    table(
        "Memory of the worker that mirrors a store of so many products",
        ["products", "peak, MB"],
        [[f"{count:,}", f"{peak:.1f}"] for count, peak in peaks.items()],
    )
    figure("memory_growth_mb", peaks[LARGE] - peaks[SMALL], "MB", "<= 20")


def _peak(products: int) -> float:
    with (
        ecwid(products=products) as shop,
        _empty("SQLite") as (folder, url),
        mirror(shop, url, folder / "d") as ours,
    ):
        ours.seconds(ours.connect(shop))
        return max(map(peak_mb, ours.workers()))


if __name__ == "__main__":
    main()
