"""Time that a daemon needs to catch up after an hour without it, and the jobs and calls it takes.

The outage is simulated: the due times of 2,000 mirrored stores are those of the daemon's last
moment an hour ago, spread over each resource's pace. So every poll and every hourly connection
check is overdue when the daemon starts. In a tenth of the stores a product has changed. A lost
queue server leaves the same due times. An unreachable Ecwid leaves runs that wait for their next
attempt instead, ten minutes at most; that is not measured here.

The daemon has caught up when every resource was polled and every connection was checked since its
start, and one resource in a hundred at most is later than half its pace.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

import requests

from benchmarks.gauges import (
    Group,
    Polls,
    check_lags_s,
    done_jobs,
    enqueued_jobs,
    record_depths,
)
from benchmarks.many_stores import POSTGRESQL, SQLITE, seedable_stores
from benchmarks.mirroring import Backend, running_daemon
from benchmarks.report import figure, table
from benchmarks.seeded_stores import Shops, seed
from portal.models import Store, utc_now

AWAY_S = 3600.0
CHANGED_DIVISOR = 10
LOOK_EVERY_S = 3.0
LATE_SHARE = 0.01
TARGET_MIN = 10


@dataclass
class CatchUp:
    """Course of a catch-up; ``seconds`` is infinite if it took longer than the time limit."""

    stores: int
    overdue: int = 0
    seconds: float = float("inf")
    polls_left: int = 0
    checks_left: int = 0
    polls: int = 0
    enqueued: int = 0
    jobs: int = 0
    calls: int = 0
    worst_check_s: float = 0.0
    processor_s: float = 0.0
    depths: dict[str, int] = field(default_factory=dict)

    def row(self) -> list[object]:
        """Return the cells of the table."""
        is_over = self.seconds < float("inf")
        return [
            f"{self.stores:,}",
            f"{self.overdue:,}",
            f"{self.seconds / 60:.1f}" if is_over else "not in time",
            f"{self.polls_left:,} / {self.checks_left:,}",
            f"{self.polls:,}",
            f"{self.enqueued:,}",
            f"{self.enqueued / max(1, self.jobs):.2f}",
            f"{self.enqueued / max(1, self.polls):.2f}",
            f"{self.calls / self.stores:.1f}",
            f"{self.worst_check_s:.0f}",
            f"{self.processor_s:.0f}",
            ", ".join(f"{name} {depth:,}" for name, depth in self.depths.items() if depth),
        ]


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure one catch-up, and print the table and its figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.outage", description=__doc__)
    parser.add_argument("--stores", type=int, default=2_000)
    parser.add_argument("--latency", type=int, default=150, help="milliseconds a call")
    parser.add_argument("--database", choices=(SQLITE, POSTGRESQL), default=SQLITE)
    parser.add_argument("--limit", type=float, default=900, help="seconds to wait at most")
    given = parser.parse_args(arguments)
    found = _measure(given)
    table(
        f"An hour without a daemon, {given.latency} ms a call, {given.database}",
        [
            "stores",
            "polls overdue",
            "caught up, min",
            "polls / checks left",
            "polls done",
            "jobs enqueued",
            "per job done",
            "per poll done",
            "calls a store",
            "latest check, s",
            "processor, s",
            "longest queues",
        ],
        [found.row()],
    )
    # A catch-up that isn't over counts as if it ended with the time limit.
    minutes = min(found.seconds, given.limit) / 60
    figure(f"outage_catch_up_min_{found.stores}_stores", minutes, "min", f"<= {TARGET_MIN}")
    figure("outage_jobs_per_job_done", found.enqueued / max(1, found.jobs), "jobs", "<= 1.1")
    figure("outage_calls_per_store", found.calls / found.stores, "calls", "<= 20")


def _measure(given: argparse.Namespace) -> CatchUp:
    with (
        seedable_stores(given.stores, given.database) as (folder, made, below, _),
        ExitStack() as daemons,
    ):
        logs = folder / "daemon"
        logs.mkdir()
        seed(below, made, folder / "d", away_s=AWAY_S)
        _change_some(made)
        made.sandbox.turn(latency_ms=str(given.latency))
        made.reset_calls()
        polls = Polls()
        with below.runtime.database.connection_context():
            polls.look()
            found = CatchUp(given.stores, overdue=sum(age > 1 for age in polls.ages))
            before, since = enqueued_jobs(below.runtime.redis), utc_now()
            daemon = daemons.enter_context(running_daemon(below.environ, logs))
            _follow(found, polls, below, since, time.monotonic() + given.limit)
            found.enqueued = enqueued_jobs(below.runtime.redis) - before
        found.jobs = done_jobs([daemon.log])
        found.calls = made.calls()
        found.processor_s = Group("daemon", [daemon.process.pid]).processor_s()
        return found


def _change_some(made: Shops) -> None:
    """Change one product in a tenth of the stores, as their owners do during the outage."""
    url, rng = f"{made.sandbox.url}/_sandbox/api/stores", Random(4)
    with requests.Session() as http:
        http.trust_env = False
        for store_id in rng.sample(made.ids, len(made.ids) // CHANGED_DIVISOR):
            path = f"{url}/{store_id}/products/{rng.choice(made.product_ids)}"
            http.patch(path, json={"price": 77.5}, timeout=30).raise_for_status()


def _follow(
    found: CatchUp, polls: Polls, below: Backend, since: datetime, deadline_s: float
) -> None:
    """Watch until the daemon has caught up, or until the deadline."""
    while time.monotonic() < deadline_s:
        time.sleep(LOOK_EVERY_S)
        done = polls.done
        polls.start_window()
        polls.done = done
        polls.look()
        found.polls, found.polls_left = polls.done, polls.overdue(since)
        found.checks_left = Store.select().where(Store.probed_at < since).count()
        found.worst_check_s = max(found.worst_check_s, *check_lags_s())
        record_depths(below.runtime.redis, found.depths)
        if not found.polls_left and not found.checks_left and polls.late_share <= LATE_SHARE:
            found.seconds = (utc_now() - since).total_seconds()
            return


if __name__ == "__main__":
    main()
