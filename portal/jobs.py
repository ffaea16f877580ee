"""Names of the background jobs, and the functions that enqueue them.

Redis is only an alarm clock. The work itself is in the database before a job is woken, so a lost
wake-up delays the work by up to a minute, until a sweep finds it, and never loses it. Jobs are
enqueued by dotted name, because the portal never imports the daemon.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

log = structlog.get_logger(__name__)

# Repeated wake-ups of one job with the same ids are ignored for this long. It is shorter than a
# minute, so that a sweep can repeat a lost wake-up within a minute.
WAKE_TTL_S = 30
FAILURE_TTL_S = 3600


@dataclass(frozen=True)
class Job:
    """Dotted name, queue and timeout of one background job."""

    path: str
    queue: str
    timeout_s: int = 120


# A drain's time slice is short, but its last call may be slow and may need a second call to find
# out why it failed.
DRAIN_EVENTS = Job("daemon.tasks.drain_events", "events", timeout_s=300)
RUN_SYNC = Job("daemon.tasks.run_sync", "sync")
REGISTER_WEBHOOKS = Job("daemon.tasks.register_webhooks", "maintenance")
RESYNC_RECORDS = Job("daemon.tasks.resync_records", "maintenance")
ADVANCE_REPLAY = Job("daemon.tasks.advance_replay", "maintenance")
FETCH_CHANGE_TIMES = Job("daemon.tasks.fetch_change_times", "maintenance")
PROCESS_PRIVACY_REQUESTS = Job(
    "daemon.tasks.process_privacy_requests", "maintenance", timeout_s=600
)
SEND_DIGESTS = Job("daemon.tasks.send_digests", "maintenance", timeout_s=600)
ERASE_STORE_DATA = Job("daemon.tasks.erase_store_data", "maintenance")
PROBE_STORE = Job("daemon.tasks.probe_store", "maintenance")
SUBMIT_ORDER = Job("daemon.tasks.submit_order", "orders", timeout_s=300)
SEND_ORDER_UPDATES = Job("daemon.tasks.send_order_updates", "orders", timeout_s=300)
DELIVER_WEBHOOKS = Job("daemon.tasks.deliver_webhooks", "deliveries", timeout_s=180)
SEND_ENDPOINT_ALERTS = Job("daemon.tasks.send_endpoint_alerts", "maintenance")

QUEUES = ("events", "sync", "maintenance", "orders", "deliveries")


def wake_key(path: str, ids: tuple[object, ...]) -> str:
    """Return the Redis key that marks a job as woken and not yet started."""
    return ":".join(("portal", "woken", path, *map(str, ids)))


def wake(redis: Redis, job: Job, *ids: int, at_front: bool = False) -> bool:
    """Enqueue ``job`` with ``ids``; return False if Redis is unreachable (a sweep retries).

    ``at_front`` puts the job first in its queue, because a person waits for it. Call this after
    the commit. At most one wake-up is queued per job and ids. The job deletes its key when it
    starts, so new work that arrives while it runs wakes it again.
    """
    return wake_many(redis, job, [ids], at_front=at_front)


def wake_many(
    redis: Redis, job: Job, id_tuples: Sequence[tuple[int, ...]], *, at_front: bool = False
) -> bool:
    """Do the same as `wake` for each tuple of ids, in two calls to Redis in total.

    Awaited jobs go to the front of the queue and keep their order.
    """
    if at_front:
        # Each is put in front of the previous one, so the last one comes first.
        id_tuples = id_tuples[::-1]
    try:
        with redis.pipeline(transaction=False) as calls:
            for ids in id_tuples:
                calls.set(wake_key(job.path, ids), "1", nx=True, ex=WAKE_TTL_S)
            is_new = calls.execute()
        prepared = [
            Queue.prepare_data(
                job.path,
                args=ids,
                timeout=job.timeout_s,
                result_ttl=0,
                failure_ttl=FAILURE_TTL_S,
                at_front=at_front,
            )
            for ids, first in zip(id_tuples, is_new, strict=True)
            if first
        ]
        if prepared:
            queue = Queue(job.queue, connection=redis, serializer=JSONSerializer)
            queue.enqueue_many(prepared)
    except RedisError as error:
        log.warning("wake.failed", job=job.path, ids=id_tuples, error=type(error).__name__)
        return False
    return True


def clear_wake_key(redis: Redis, path: str, ids: tuple[object, ...]) -> None:
    """Delete the job's key when it starts: new work must wake it again."""
    redis.delete(wake_key(path, ids))
