"""State of all background work: what Redis reports, what waits in the database, and the schedule.

Without Redis, the part from the database remains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from portal.models import Lease
from portal.services.operator.failed_jobs import FailureGroup, group_failures
from portal.services.operator.queues import QueueReport, report_queues
from portal.services.operator.redis_snapshot import RedisSnapshot, read_redis
from portal.services.operator.waiting_work import WaitingWork, waiting_work
from portal.services.operator.workers import (
    RunningJob,
    WorkerProcess,
    living_threads,
    report_running_jobs,
    report_workers,
)

SCHEDULE_LEASE = "schedule"


@dataclass(frozen=True)
class RedisReport:
    """State that Redis reports; ``failed_count`` includes failed jobs that were not read."""

    queues: Sequence[QueueReport]
    processes: Sequence[WorkerProcess]
    running: Sequence[RunningJob]
    running_count: int
    failures: Sequence[FailureGroup]
    failed_count: int

    @property
    def queues_without_worker(self) -> list[str]:
        """Return the queues that no living worker listens to."""
        return [queue.name for queue in self.queues if not queue.workers]


@dataclass(frozen=True)
class WorkReport:
    """State of all work; ``redis`` is None if the queue server doesn't answer."""

    waiting: Sequence[WaitingWork]
    has_schedule: bool
    redis: RedisReport | None

    @property
    def is_moving(self) -> bool:
        """Return whether anything waits or runs."""
        is_waiting = any(work.count for work in self.waiting)
        return is_waiting or bool(
            self.redis and (self.redis.running or any(queue.depth for queue in self.redis.queues))
        )


def report_work(redis_url: str) -> WorkReport:
    """Return the state of all work; takes few statements and two calls to Redis."""
    snapshot = read_redis(redis_url)
    return WorkReport(
        waiting_work(),
        Lease.is_held(SCHEDULE_LEASE),
        None if snapshot is None else _redis_report(snapshot),
    )


def _redis_report(snapshot: RedisSnapshot) -> RedisReport:
    processes = report_workers(snapshot)
    return RedisReport(
        report_queues(snapshot, living_threads(processes)),
        processes,
        report_running_jobs(snapshot, processes),
        sum(queue.running_count for queue in snapshot.queues),
        group_failures(snapshot),
        sum(queue.failed_count for queue in snapshot.queues),
    )
