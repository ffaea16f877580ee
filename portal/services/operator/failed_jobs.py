"""Failed jobs of the last hour by cause, and retry or discard of all jobs of a cause.

Redis is only an alarm clock: the work of a failed job is in the database, and its sweep repeats it.
A retry only brings it forward, and nothing is lost with a discarded job.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.job import Job as StoredJob
from rq.results import Result
from rq.serializers import JSONSerializer

from portal.jobs import JOBS, wake_many
from portal.models import AuditLogEntry, Merchant, database
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.work.failure_causes import group_key, job_failure_cause
from portal.services.operator.job_facts import JobFacts
from portal.services.operator.job_stores import stores_of
from portal.services.operator.redis_snapshot import (
    RedisSnapshot,
    open_impatient_redis,
    read_redis,
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class FailureGroup:
    """Failed jobs of one task with the same cause; ``key`` names the group in URLs."""

    key: str
    queue: str
    task: str
    cause: str
    jobs: Sequence[JobFacts]
    first_at: datetime
    last_at: datetime
    store_count: int

    @property
    def count(self) -> int:
        """Return the number of jobs."""
        return len(self.jobs)


def group_failures(snapshot: RedisSnapshot) -> list[FailureGroup]:
    """Return the failed jobs that were read by cause, the latest failure first."""
    failed = [job for queue in snapshot.queues for job in queue.failed]
    stores = stores_of(failed)
    groups: dict[tuple[str, str, str], list[JobFacts]] = defaultdict(list)
    for job in failed:
        groups[job.queue, job.task, job_failure_cause(job.traceback)].append(job)
    found = [
        FailureGroup(
            group_key(*name),
            *name,
            jobs,
            min(map(_failed_at, jobs)),
            max(map(_failed_at, jobs)),
            len({stores[job.id] for job in jobs if job.id in stores}),
        )
        for name, jobs in groups.items()
    ]
    return sorted(found, key=lambda group: group.last_at, reverse=True)


def find_group(snapshot: RedisSnapshot, key: str) -> FailureGroup | None:
    """Return the group with this key, or None if its jobs were retried or forgotten."""
    return next((group for group in group_failures(snapshot) if group.key == key), None)


def retry_group(redis_url: str, key: str, actor: Merchant) -> int | None:
    """Enqueue the jobs of the group again; return how many, or None if Redis doesn't answer.

    A job that waits already for the same work isn't enqueued twice.
    """
    return _act(redis_url, key, AuditAction.FAILED_JOBS_RETRIED, actor, enqueues=True)


def discard_group(redis_url: str, key: str, actor: Merchant) -> int | None:
    """Delete the jobs of the group; return how many, or None if Redis doesn't answer."""
    return _act(redis_url, key, AuditAction.FAILED_JOBS_DISCARDED, actor, enqueues=False)


def _act(
    redis_url: str, key: str, action: AuditAction, actor: Merchant, *, enqueues: bool
) -> int | None:
    snapshot = read_redis(redis_url)
    if snapshot is None:
        return None
    group = find_group(snapshot, key)
    if group is None:
        return 0
    try:
        with closing(open_impatient_redis(redis_url)) as redis, database.atomic():
            after = {"task": group.task, "cause": group.cause, "count": group.count}
            AuditLogEntry.record(None, action, f"queue {group.queue}", actor=actor, after=after)
            if enqueues and not _enqueue(redis, group):
                raise RedisError("the jobs could not be enqueued")  # noqa: TRY301 - rolls back
            _delete(redis, group)
    except RedisError as error:
        log.warning("operator.redis_unavailable", error=type(error).__name__)
        return None
    log.info(action, queue=group.queue, task=group.task, count=group.count, operator=actor.id)
    return group.count


def _enqueue(redis: Redis, group: FailureGroup) -> bool:
    job = JOBS.get(group.jobs[0].path)
    # A task of a former version can't run; its work is found by a sweep under its present name.
    return job is None or wake_many(redis, job, list({each.ids for each in group.jobs}))


def _delete(redis: Redis, group: FailureGroup) -> None:
    registry = Queue(group.queue, connection=redis, serializer=JSONSerializer).failed_job_registry
    ids = [job.id for job in group.jobs]
    with redis.pipeline() as calls:
        calls.zrem(registry.key, *ids)
        calls.delete(*map(StoredJob.key_for, ids), *map(Result.get_key, ids))
        calls.execute()


def _failed_at(job: JobFacts) -> datetime:
    return job.ended_at or job.started_at or job.enqueued_at
