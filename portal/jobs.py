"""Name the background jobs and wake the daemon to do them.

Redis is an alarm clock, not a memory: what a job is to do stands in the database before it is
woken, so a lost wake-up costs a minute (a sweep finds the work) and never the work itself. Jobs go
by dotted name, so that the portal never imports the daemon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = structlog.get_logger(__name__)

# Wake-ups of one job with the same ids within this time are one; the sweep's pace is shorter, so
# a wake-up that was lost on the way is made good within a minute.
WAKE_TTL_S = 30
FAILURE_TTL_S = 3600


@dataclass(frozen=True)
class Job:
    """Name one job: where its function is, its queue, and how long it may take."""

    path: str
    queue: str
    timeout_s: int = 120


# A slice is short; but what is read last in it may be slow, and is asked about if it fails.
DRAIN_EVENTS = Job("daemon.tasks.drain_events", "events", timeout_s=300)
RUN_SYNC = Job("daemon.tasks.run_sync", "sync")
REGISTER_WEBHOOKS = Job("daemon.tasks.register_webhooks", "care")
RESYNC_RECORDS = Job("daemon.tasks.resync_records", "care")
REPLAY_EVENTS = Job("daemon.tasks.replay_events", "care")
ASK_CHANGE_TIMES = Job("daemon.tasks.ask_change_times", "care")
HONOUR_REQUESTS = Job("daemon.tasks.honour_requests", "care", timeout_s=600)
SEND_LETTERS = Job("daemon.tasks.send_letters", "care", timeout_s=600)
ERASE_COPY = Job("daemon.tasks.erase_copy", "care")
PROBE_STORE = Job("daemon.tasks.probe_store", "care")
SUBMIT_ORDER = Job("daemon.tasks.submit_order", "orders", timeout_s=300)
SEND_UPDATES = Job("daemon.tasks.send_updates", "orders", timeout_s=300)
DELIVER_MESSAGES = Job("daemon.tasks.deliver_messages", "deliveries", timeout_s=180)
SEND_NOTICES = Job("daemon.tasks.send_notices", "care")

QUEUES = ("events", "sync", "care", "orders", "deliveries")


def wake_key(path: str, ids: tuple[object, ...]) -> str:
    """Return the Redis key that says: this job has been woken and hasn't begun yet."""
    return ":".join(("portal", "woken", path, *map(str, ids)))


def wake(redis: Redis, job: Job, *ids: int, is_awaited: bool = False) -> bool:
    """Have ``job`` run soon with ``ids``; False if Redis can't be reached (a sweep will do it).

    What a person waits for (``is_awaited``) goes before all that waits.

    Call it after the commit. At most one wake-up waits per job and ids; the job forgets its key
    when it begins, so work that arrives while it runs wakes it again.
    """
    return wake_each(redis, job, [ids], is_awaited=is_awaited)


def wake_each(
    redis: Redis, job: Job, all_ids: Sequence[tuple[int, ...]], *, is_awaited: bool = False
) -> bool:
    """Do as `wake` for each tuple of ids, in two calls of the queue server for all of them.

    Awaited ones go before all that waits in their order, the first of them first.
    """
    if is_awaited:
        # Each goes before those that were put in front before it.
        all_ids = all_ids[::-1]
    try:
        with redis.pipeline(transaction=False) as calls:
            for ids in all_ids:
                calls.set(wake_key(job.path, ids), "1", nx=True, ex=WAKE_TTL_S)
            is_first = calls.execute()
        prepared = [
            Queue.prepare_data(
                job.path,
                args=ids,
                timeout=job.timeout_s,
                result_ttl=0,
                failure_ttl=FAILURE_TTL_S,
                at_front=is_awaited,
            )
            for ids, first in zip(all_ids, is_first, strict=True)
            if first
        ]
        if prepared:
            queue = Queue(job.queue, connection=redis, serializer=JSONSerializer)
            queue.enqueue_many(prepared)
    except RedisError as error:
        log.warning("wake.failed", job=job.path, ids=all_ids, error=type(error).__name__)
        return False
    return True


def begin(redis: Redis, path: str, ids: tuple[object, ...]) -> None:
    """Forget that the job was woken: from here on, new work must wake it again."""
    redis.delete(wake_key(path, ids))
