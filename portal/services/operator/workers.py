"""Worker processes and the jobs that they run.

A worker thread registers in Redis and expires there some time after its last heartbeat. Its process
names its connections, so a killed process is noticed at once, on any host: they are closed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from rq.utils import str_to_date

from portal.services.operator.job_facts import JobFacts
from portal.services.operator.job_stores import stores_of
from portal.services.operator.redis_snapshot import RedisSnapshot

# See `portal.process.worker_prefix`.
_PREFIX = re.compile(r"^(?P<host>.+)\.(?P<queue>[^.]+)\.(?P<pid>\d+)\.$")


@dataclass(frozen=True)
class WorkerProcess:
    """Threads of one process that work on one queue; those of a dead process are all dead.

    ``heartbeat_at`` is the latest of all threads, None if it is too long ago.
    """

    process: str
    queue: str
    threads: int
    busy: int
    heartbeat_at: datetime | None
    is_dead: bool


@dataclass(frozen=True)
class RunningJob:
    """Job that a worker has begun; ``store_id`` is None if it concerns no single store.

    ``is_abandoned`` means that its worker died.
    """

    job: JobFacts
    store_id: int | None
    process: str
    is_abandoned: bool


@dataclass(frozen=True)
class _Thread:
    prefix: str
    heartbeat_at: datetime | None
    is_dead: bool


def report_workers(snapshot: RedisSnapshot) -> Sequence[WorkerProcess]:
    """Return the worker processes, dead ones first, then by queue."""
    connections = _connections_by_prefix(snapshot)
    by_prefix: dict[str, list[_Thread]] = {}
    for name, facts in snapshot.workers.items():
        thread = _thread(name, facts, connections)
        by_prefix.setdefault(thread.prefix, []).append(thread)
    running = Counter(
        _prefix(job.worker) for queue in snapshot.queues for job in queue.running if job.worker
    )
    found = [
        WorkerProcess(
            *_process_and_queue(prefix),
            threads=len(living) or len(threads),
            busy=min(running[prefix], len(living)),
            heartbeat_at=max(beats) if (beats := _beats(threads)) else None,
            is_dead=not living,
        )
        for prefix, threads in by_prefix.items()
        for living in [[thread for thread in threads if not thread.is_dead]]
    ]
    found += [
        # Redis has lost its data, and the threads haven't registered again.
        WorkerProcess(*_process_and_queue(name), count, running[name], None, is_dead=False)
        for name, count in (connections or {}).items()
        if name not in by_prefix
    ]
    return sorted(found, key=lambda each: (not each.is_dead, each.queue, each.process))


def living_threads(processes: Sequence[WorkerProcess]) -> dict[str, int]:
    """Return the number of living worker threads by queue."""
    threads: Counter[str] = Counter()
    for process in processes:
        if not process.is_dead:
            threads[process.queue] += process.threads
    return threads


def report_running_jobs(
    snapshot: RedisSnapshot, processes: Sequence[WorkerProcess]
) -> Sequence[RunningJob]:
    """Return the jobs that have begun, the longest running first."""
    jobs = [job for queue in snapshot.queues for job in queue.running if job.started_at]
    stores = stores_of(jobs)
    living = {(each.process, each.queue) for each in processes if not each.is_dead}
    running = []
    for job in sorted(jobs, key=lambda job: str(job.started_at)):
        where = _process_and_queue(_prefix(job.worker or ""))
        running.append(RunningJob(job, stores.get(job.id), where[0], where not in living))
    return running


def _thread(name: str, facts: Mapping[str, str], connections: Mapping[str, int] | None) -> _Thread:
    prefix, heartbeat = _prefix(name), facts.get("last_heartbeat")
    has_expired = heartbeat is None or "death" in facts
    is_gone = connections is not None and prefix not in connections
    return _Thread(prefix, str_to_date(heartbeat) if heartbeat else None, has_expired or is_gone)


def _beats(threads: Sequence[_Thread]) -> list[datetime]:
    return [thread.heartbeat_at for thread in threads if thread.heartbeat_at is not None]


def _prefix(worker: str) -> str:
    """Return the name of the worker's connections, which ends with a dot."""
    return f"{worker.rpartition('.')[0]}."


def _connections_by_prefix(snapshot: RedisSnapshot) -> Counter[str] | None:
    """Return the number of the workers' connections; None if the server doesn't list them.

    RQ names a worker's first connection like the worker; others have the prefix only.
    """
    if snapshot.connections is None:
        return None
    counts: Counter[str] = Counter()
    for name, count in snapshot.connections.items():
        prefix = name if name.endswith(".") else _prefix(name)
        if _PREFIX.match(prefix):
            counts[prefix] += count
    return counts


def _process_and_queue(prefix: str) -> tuple[str, str]:
    """Return host and process id, and the queue; a strange worker has no queue."""
    found = _PREFIX.match(prefix)
    return (f"{found['host']} {found['pid']}", found["queue"]) if found else (prefix, "")
