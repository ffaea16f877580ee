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
    """Return the Redis key that says: this job has been woken and hasn't begun yet."""
    return ":".join(("portal", "woken", path, *map(str, ids)))


def wake(redis: Redis, job: Job, *ids: int, at_front: bool = False) -> bool:
    """Have ``job`` run soon with ``ids``; False if Redis can't be reached (a sweep will do it).

    What a person waits for (``at_front``) goes before all that waits.

    Call it after the commit. At most one wake-up waits per job and ids; the job forgets its key
    when it begins, so work that arrives while it runs wakes it again.
    """
    return wake_many(redis, job, [ids], at_front=at_front)


def wake_many(
    redis: Redis, job: Job, id_tuples: Sequence[tuple[int, ...]], *, at_front: bool = False
) -> bool:
    """Do as `wake` for each tuple of ids, in two calls of the queue server for all of them.

    Awaited ones go before all that waits in their order, the first of them first.
    """
    if at_front:
        # Each goes before those that were put in front before it.
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
    """Forget that the job was woken: from here on, new work must wake it again."""
    redis.delete(wake_key(path, ids))
