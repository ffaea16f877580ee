"""Cost and lateness of a daemon that keeps many stores in sync, at the latency of a real API.

Each case starts with mirrored stores whose webhooks are not proven, runs one or two daemons for a
while, changes products at a total rate, and measures how late polls, connection checks and events
are. The sandbox, which is elsewhere in production, shares the processors with the daemon: its part
is stated apart.

``python -m benchmarks.many_stores --stores 200 5000 --databases sqlite --seconds 300``
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.capacity import HEAD, POSTGRESQL, SQLITE, Case, Result
from benchmarks.event_feeder import Feeder, event_waits_s, p50_p99
from benchmarks.gauges import (
    Group,
    check_lags_s,
    done_jobs,
    postgresql_pids,
    record_depths,
)
from benchmarks.mirroring import Backend, backend, postgresql, running_daemon
from benchmarks.report import figure, table
from benchmarks.seeded_stores import Shops, seed, shops
from portal.models import utc_now

STORES = (200, 1_000, 2_000, 5_000)
LATENCIES_MS = (0, 150)
# Stores, latency, database and daemons of `make bench`.
DEFAULT_CASES = (
    (200, 0, SQLITE, 1),
    (200, 150, SQLITE, 1),
    (1_000, 150, SQLITE, 1),
    (2_000, 150, SQLITE, 1),
    (5_000, 150, SQLITE, 1),
    (5_000, 150, POSTGRESQL, 1),
    (5_000, 150, POSTGRESQL, 2),
)
SETTLE_S = 15.0
LOOK_EVERY_S = 5.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure the cases of the command line, or the default ones, and print the table."""
    given = _parse(arguments)
    results = []
    for case in _cases(given):
        results.append(_measure(case, given.seconds, given.events))
        print(" | ".join(map(str, results[-1].row())), flush=True)
    table(
        f"Stores without proven webhooks, {given.events:g} events a second, "
        f"{given.seconds:g} s each; late and to row: p50 / p99",
        HEAD,
        [result.row() for result in results],
    )
    print("Rows of the capacity table in docs/operating.md:\n")
    print("\n".join(result.capacity_line() for result in results))
    _print_figures(results)


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.many_stores", description=__doc__)
    parser.add_argument("--stores", type=int, nargs="+", help=f"sizes, by default of {STORES}")
    parser.add_argument("--latency", type=int, nargs="+", default=[150], help="milliseconds a call")
    parser.add_argument(
        "--databases", nargs="+", choices=(SQLITE, POSTGRESQL), default=[SQLITE, POSTGRESQL]
    )
    parser.add_argument("--daemons", type=int, nargs="+", choices=(1, 2), default=[1])
    parser.add_argument("--seconds", type=float, default=45.0, help="duration of each measurement")
    parser.add_argument("--events", type=float, default=50.0, help="events per second in all")
    parser.add_argument("--all", action="store_true", help="all sizes, latencies and databases")
    return parser.parse_args(arguments)


def _cases(given: argparse.Namespace) -> list[Case]:
    if given.all:
        given.stores, given.latency, given.daemons = STORES, LATENCIES_MS, [1, 2]
    if not given.stores:
        return [Case(*case) for case in DEFAULT_CASES]
    return [
        Case(stores, latency_ms, database, daemons)
        for stores in given.stores
        for latency_ms in given.latency
        for database in given.databases
        for daemons in given.daemons
        # Several daemons need PostgreSQL and an external queue server.
        if daemons == 1 or database == POSTGRESQL
    ]


@contextmanager
def database_of(kind: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Yield the URL of an empty database, and the ids of its server's processes."""
    if kind == SQLITE:
        yield f"sqlite:///{folder}/portal.db", []
    else:
        with postgresql(folder / "pg") as url:
            yield url, postgresql_pids(folder / "pg")


@contextmanager
def seedable_stores(
    count: int, database: str
) -> Iterator[tuple[Path, Shops, Backend, Sequence[int]]]:
    """Run all that `seed` and a daemon need: a sandbox with stores, a database, a queue server.

    Yields a folder, the stores, the database with the queue server, and the ids of the database
    server's processes.
    """
    with (
        tempfile.TemporaryDirectory(prefix="m", dir="/tmp") as name,
        shops(count) as made,
        database_of(database, Path(name)) as (url, database_pids),
        backend(made.sandbox.api_url, url, Path(name) / "d", per_minute=600) as below,
    ):
        yield Path(name), made, below, database_pids


def _measure(case: Case, seconds: float, events_per_s: float) -> Result:
    with (
        seedable_stores(case.stores, case.database) as (folder, made, below, database_pids),
        ExitStack() as daemons,
    ):
        seed(below, made, folder / "d")
        made.sandbox.turn(latency_ms=str(case.latency_ms))
        folders = [folder / f"daemon{number}" for number in range(case.daemons)]
        for each in folders:
            each.mkdir()
        running = [daemons.enter_context(running_daemon(below.environ, each)) for each in folders]
        groups = [
            Group("daemon", [daemon.process.pid for daemon in running]),
            Group("valkey", [below.valkey.process.pid]),
            Group("database", database_pids),
            Group("sandbox", [made.sandbox.pid]),
        ]
        with (
            Feeder(below.runtime, made, made.ids, events_per_s),
            below.runtime.database.connection_context(),
        ):
            return _watch(case, below, made, groups, [daemon.log for daemon in running], seconds)


def _watch(
    case: Case,
    below: Backend,
    made: Shops,
    groups: Sequence[Group],
    logs: Sequence[Path],
    seconds: float,
) -> Result:
    result = Result(case)
    result.polls.look(counts=False)
    time.sleep(SETTLE_S)
    result.polls.look(counts=False)
    result.polls.start_window()
    since, begun_s, jobs = utc_now(), time.monotonic(), done_jobs(logs)
    used = {group.name: group.processor_s() for group in groups}
    while (left_s := begun_s + seconds - time.monotonic()) > 0:
        time.sleep(min(LOOK_EVERY_S, left_s))
        result.polls.look()
        record_depths(below.runtime.redis, result.depths)
    result.polls.window_s = time.monotonic() - begun_s
    for group in groups:
        result.cores[group.name] = (group.processor_s() - used[group.name]) / result.polls.window_s
    result.jobs_per_s = (done_jobs(logs) - jobs) / result.polls.window_s
    result.check_lags_s = check_lags_s()
    result.event_waits_s = event_waits_s(since, utc_now(), made.ids)
    result.events_per_s = len(result.event_waits_s) / result.polls.window_s
    result.memory_mb = groups[0].memory_mb()
    return result


def _print_figures(results: Sequence[Result]) -> None:
    for database, suffix in ((SQLITE, ""), (POSTGRESQL, "_postgres")):
        measured = [r for r in results if (r.case.database, r.case.latency_ms) == (database, 150)]
        if measured:
            kept = [result.case.stores for result in measured if result.keeps_up]
            figure(f"stores_on_two_cores{suffix}", max(kept, default=0), "stores", ">= 5000")
    for result in results:
        if result.case == Case(200, 150, SQLITE, 1):
            p50, _ = p50_p99(result.event_waits_s)
            figure("event_to_row_p50_s_200_stores_150ms", p50, "s", "<= 0.5")


if __name__ == "__main__":
    main()
