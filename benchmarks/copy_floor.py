"""Duration of a store's first copy, compared with the shortest script that copies one.

The script (`benchmarks.copy_floor_peer`) writes the same pages of the same sandbox into one table
of JSON and keeps no promise. Both start with an empty database, in alternating rounds. Their
processor seconds are measured, too, because they depend less on the load of the machine: those of
the script or the daemon, and those of the PostgreSQL server.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psutil

from benchmarks.gauges import postgresql_pids
from benchmarks.mirroring import Ecwid, Mirror, ecwid, mirror, postgresql
from benchmarks.report import figure, table
from portal.models import SyncRun

COUNTS = {"products": 10_000, "orders": 10_000, "customers": 5_000, "coupons": 500}
RECORDS = sum(COUNTS.values())
ROUNDS = 5
SCRIPT = "benchmarks/copy_floor_peer.py"


@dataclass(frozen=True)
class Copy:
    """Seconds that a copy took, and processor seconds of its process and its database server."""

    seconds: float
    cpu_s: float
    server_cpu_s: float

    @property
    def total_cpu_s(self) -> float:
        """Return the processor seconds of both."""
        return self.cpu_s + self.server_cpu_s


def main() -> None:
    """Compare the first copies on both databases."""
    with ecwid(**COUNTS) as shop:
        for database, suffix, target in (("SQLite", "", 2.0), ("PostgreSQL", "_postgres", 1.5)):
            _round(shop, database)  # fills the sandbox's caches
            rounds = [_round(shop, database) for _ in range(ROUNDS)]
            _report(database, suffix, target, rounds)


def _report(database: str, suffix: str, target: float, rounds: Sequence[tuple[Copy, Copy]]) -> None:
    floors, ours = zip(*rounds, strict=True)
    ratios = [our.seconds / floor.seconds for floor, our in rounds]
    table(
        f"First copy of {RECORDS:,} records into {database}, medians of {len(rounds)} rounds",
        ["program", "seconds", "processor s", "server's", "together", "of the rounds, s"],
        [_row("script", floors), _row("daemon", ours)],
    )
    cpu_ratio = median(our.total_cpu_s / floor.total_cpu_s for floor, our in rounds)
    figure(f"first_pass_vs_floor{suffix}", median(ratios), "times", f"<= {target}")
    figure(f"first_pass_vs_floor{suffix}_cpu", cpu_ratio, "times", "none")


def _row(title: str, copies: Sequence[Copy]) -> list[str]:
    names = ("seconds", "cpu_s", "server_cpu_s", "total_cpu_s")
    seconds, *cpu_s = ([getattr(copy, name) for copy in copies] for name in names)
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
    return [title, *(f"{median(values):.2f}" for values in (seconds, *cpu_s)), spread]


def _round(shop: Ecwid, database: str) -> tuple[Copy, Copy]:
    """Return the copies of the script and of the daemon, each into its own empty database."""
    with _empty(database) as (_, url, server):
        floor = _floor(shop, url, server)
    with _empty(database) as (folder, url, server), mirror(shop, url, folder / "d") as ours:
        return floor, _ours(ours, shop, server)


def _floor(shop: Ecwid, url: str, server: psutil.Process | None) -> Copy:
    before_s = _cpu_s(server)
    command = [sys.executable, SCRIPT, "--api-url", f"{shop.api_url}/{shop.store_id}"]
    command += ["--token", shop.token, "--database-url", url]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    took = json.loads(done.stdout)
    if took["records"] < RECORDS:
        raise RuntimeError(f"the script copied {took['records']} records, not {RECORDS}")
    return Copy(took["seconds"], took["cpu_seconds"], _cpu_s(server) - before_s)


def _ours(ours: Mirror, shop: Ecwid, server: psutil.Process | None) -> Copy:
    daemon = psutil.Process(ours.daemon.process.pid)
    before_s, server_before_s = _cpu_s(daemon), _cpu_s(server)
    seconds = ours.seconds(ours.connect(shop))
    with ours.runtime.database.connection_context():
        seen = sum(run.seen for run in SyncRun.select())
    if seen < RECORDS:
        raise RuntimeError(f"{seen} records were mirrored, not {RECORDS}")
    return Copy(seconds, _cpu_s(daemon) - before_s, _cpu_s(server) - server_before_s)


def _cpu_s(process: psutil.Process | None) -> float:
    """Return the processor seconds of a process and its children, finished ones included."""
    if process is None:
        return 0.0
    own = process.cpu_times()
    finished = own.children_user + own.children_system
    parts = [own, *(child.cpu_times() for child in process.children(recursive=True))]
    return finished + sum(part.user + part.system for part in parts)


@contextmanager
def _empty(database: str) -> Iterator[tuple[Path, str, psutil.Process | None]]:
    """Yield a folder, the URL of an empty database, and the process of its server."""
    with tempfile.TemporaryDirectory(prefix="m", dir="/tmp") as name, ExitStack() as stack:
        folder = Path(name)
        if database == "SQLite":
            yield folder, f"sqlite:///{folder}/copy.db", None
        else:
            url = stack.enter_context(postgresql(folder / "pg"))
            (pid,) = postgresql_pids(folder / "pg")
            yield folder, url, psutil.Process(pid)


if __name__ == "__main__":
    main()
