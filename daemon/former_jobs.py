"""Move jobs that wait under former names or in former queues. Remove after 0.1.

Redis outlives an update, so jobs may still wait in a renamed or divided queue, or name a function
that moved. A job that the former worker had started and not finished is not moved: a sweep repeats
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import structlog
from redis import Redis
from rq import Queue
from rq.job import Job as WaitingJob
from rq.serializers import JSONSerializer

from daemon.checked_job import CheckedJob
from portal import jobs
from portal.jobs import JOBS, Job, wake

log = structlog.get_logger(__name__)

# Queues that had jobs of several of today's queues.
FORMER_QUEUES = ("care", "maintenance")
FORMER_PATHS: dict[str, Job] = {
    f"daemon.jobs.{name}.{name}": job
    for name, job in {
        "drain_events": jobs.DRAIN_EVENTS,
        "run_sync": jobs.RUN_SYNC,
        "register_webhooks": jobs.REGISTER_WEBHOOKS,
        "resync_records": jobs.RESYNC_RECORDS,
        "replay_events": jobs.ADVANCE_REPLAY,
        "ask_change_times": jobs.POLL_STORE,
        "honour_requests": jobs.PROCESS_PRIVACY_REQUESTS,  # codespell:ignore honour
        "send_letters": jobs.SEND_DIGESTS,
        "erase_copy": jobs.ERASE_STORE_DATA,
        "probe_store": jobs.PROBE_STORE,
        "submit_order": jobs.SUBMIT_ORDER,
        "send_updates": jobs.SEND_ORDER_UPDATES,
        "deliver_messages": jobs.DELIVER_WEBHOOKS,
        "send_notices": jobs.SEND_ENDPOINT_ALERTS,
    }.items()
}


class FormerJob(CheckedJob):
    """Job that waits under one of today's or of the former names, in any queue."""

    known: ClassVar[Mapping[str, Job]] = {**FORMER_PATHS, **JOBS}

    def belongs_to(self, known: Job) -> bool:  # noqa: ARG002
        """Return True: a former queue had jobs of several of today's."""
        return True


def move_former_jobs(redis: Redis, queue: str) -> int:
    """Move the jobs of ``queue`` that wait elsewhere or under former names; return how many.

    A job under a former name is woken by its new name before it is deleted: after a crash between
    them the work runs twice, which is safe, and is never lost.
    """
    sources = dict.fromkeys((*FORMER_QUEUES, queue))
    moved = sum(_move(redis, source, queue) for source in sources)
    if moved:
        log.info("jobs.moved", queue=queue, count=moved)
    return moved


def _move(redis: Redis, source: str, target: str) -> int:
    moved = 0
    for waiting in _queue(redis, source).jobs:
        name = waiting.func_name or ""
        former, today = FORMER_PATHS.get(name), JOBS.get(name)
        if former is not None and former.queue == target and wake(redis, former, *waiting.args):
            waiting.delete()
            moved += 1
        elif today is not None and today.queue == target != source:
            _move_to_queue(redis, waiting, target)
            moved += 1
    return moved


def _queue(redis: Redis, name: str) -> Queue:
    return Queue(name, connection=redis, serializer=JSONSerializer, job_class=FormerJob)


def _move_to_queue(redis: Redis, waiting: WaitingJob, target: str) -> None:
    """Move a job to another queue; its id stays, so its wake-up key stays valid."""
    source, queue = _queue(redis, waiting.origin), _queue(redis, target)
    with redis.pipeline() as calls:
        calls.lrem(source.key, 1, waiting.id)
        calls.hset(waiting.key, "origin", target)
        calls.sadd(Queue.redis_queues_keys, queue.key)
        calls.rpush(queue.key, waiting.id)
        calls.execute()
