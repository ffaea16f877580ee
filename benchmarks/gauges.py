"""Gauges of running daemons that read only rows, logs, queues and process tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psutil
from redis import Redis

from benchmarks.event_feeder import p50_p99
from portal.models import Store, SyncState, utc_now

MIB = 1024 * 1024
QUEUE_PREFIX = "rq:queue:"
# The schedule looks for due polls every ten seconds.
GRACE_S = 15.0
# RQ adds jobs to the end of a queue by this command. Jobs that a person waits for are added to the
# front, by a command that the rate limiter uses for each call, too; benchmarks have no such jobs.
ENQUEUE_COMMAND = "rpush"


@dataclass(frozen=True)
class Group:
    """Processes that are measured together, with all their children."""

    name: str
    roots: Sequence[int]

    def processes(self) -> list[psutil.Process]:
        """Return the processes that are alive."""
        found = {}
        for pid in self.roots:
            try:
                root = psutil.Process(pid)
                found |= {each.pid: each for each in (root, *root.children(recursive=True))}
            except psutil.NoSuchProcess:
                continue
        return list(found.values())

    def processor_s(self) -> float:
        """Return the processor seconds used so far by the processes that are alive."""
        used = 0.0
        for process in self.processes():
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used += times.user + times.system
        return used

    def memory_mb(self) -> float:
        """Return the proportional set size in MB."""
        pss = 0
        for process in self.processes():
            try:
                pss += process.memory_full_info().pss
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue
        return pss / MIB


def postgresql_pids(folder: Path) -> list[int]:
    """Return the id of the server process whose data is in ``folder``."""
    return [int((folder / "postmaster.pid").read_text().split()[0])]


@dataclass
class Polls:
    """Tracker of each resource's polls: successes, and lateness against its own pace.

    The pace of a resource is the time from a success to the due time that was set with it.
    ``store_ids`` limits it to these stores.
    """

    store_ids: frozenset[int] | None = None
    window_s: float = 0.0
    done: int = 0
    waiting: int = 0
    lags_s: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    _pace_s: dict[int, float] = field(default_factory=dict)
    _success_at: dict[int, datetime] = field(default_factory=dict)

    def look(self, *, counts: bool = True) -> None:
        """Read all sync states; ``counts`` adds the lateness of this moment to the results."""
        now, self.waiting = utc_now(), 0
        rows = SyncState.select(
            SyncState.store_id, SyncState.id, SyncState.last_success_at, SyncState.next_due_at
        ).tuples()
        for store_id, state_id, success_at, due_at in rows:
            if self.store_ids is not None and store_id not in self.store_ids:
                continue
            known = self._success_at.get(state_id)
            if success_at is None:
                continue
            if success_at != known:
                self.done += known is not None
                self._success_at[state_id] = success_at
                if due_at is not None:
                    self._pace_s[state_id] = (due_at - success_at).total_seconds()
            pace_s = self._pace_s.get(state_id, 0.0)
            if counts and pace_s > 0:
                age_s = (now - success_at).total_seconds()
                self.lags_s.append(max(0.0, age_s - pace_s))
                self.ages.append(age_s / pace_s)
                self.waiting += age_s > pace_s + GRACE_S

    @property
    def done_share(self) -> float:
        """Polls that succeeded, as a share of those that were due: the others are late."""
        due = self.done + self.waiting
        return self.done / due if due else 1.0

    def overdue(self, since: datetime) -> int:
        """Return how many resources have not been polled since a time."""
        return sum(at < since for at in self._success_at.values())

    @property
    def late_share(self) -> float:
        """Share of resources that were later than half their pace, in the last look."""
        return sum(age > 1.5 for age in self.ages) / len(self.ages) if self.ages else 0.0

    def start_window(self) -> None:
        """Forget the results so far, and keep the paces."""
        self.done, self.lags_s, self.ages = 0, [], []


def check_lags_s() -> list[float]:
    """Return for each store by how many seconds its connection check is late."""
    now = utc_now()
    due = Store.select(Store.probe_due_at).where(Store.probe_due_at.is_null(is_null=False))
    return [max(0.0, (now - store.probe_due_at).total_seconds()) for store in due]


def record_depths(redis: Redis, longest: dict[str, int]) -> None:
    """Raise the number of jobs of each queue in ``longest`` if more are waiting now."""
    names = [key.decode().removeprefix(QUEUE_PREFIX) for key in redis.smembers("rq:queues")]
    for name in sorted(names):
        waiting = int(redis.llen(f"{QUEUE_PREFIX}{name}"))
        longest[name] = max(waiting, longest.get(name, 0))


def enqueued_jobs(redis: Redis) -> int:
    """Return how many jobs were enqueued since the queue server started."""
    stats = redis.info("commandstats")
    return int(stats.get(f"cmdstat_{ENQUEUE_COMMAND}", {}).get("calls", 0))


def done_jobs(logs: Iterable[Path]) -> int:
    """Return how many jobs the daemons have finished, according to their logs."""
    return sum(log.read_text(errors="replace").count("job.done") for log in logs)


def deepest(depths: Mapping[str, int]) -> str:
    """Return the longest queue and its length."""
    name = max(depths, key=lambda each: depths[each], default="")
    return f"{name} {depths[name]:,}" if name else "none"


def spread(values: Sequence[float], digits: int = 0) -> str:
    """Return median and 99th percentile as text."""
    p50, p99 = p50_p99(values)
    return f"{p50:.{digits}f} / {p99:.{digits}f}"
