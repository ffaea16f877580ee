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

from portal.wake_keys import Room, reserve, wake_key

log = structlog.get_logger(__name__)

FAILURE_TTL_S = 3600
# A queue isn't filled beyond this number of jobs. The other work stays in the database, and the
# next sweeps continue with it, the most overdue first.
QUEUE_DEPTH = 1_000
# Each kind of job may always have so many in its queue, even while other kinds fill it.
KIND_SHARE = 100
LOGGED_IDS = 10


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
POLL_STORE = Job("daemon.tasks.poll_store", "polls")
REGISTER_WEBHOOKS = Job("daemon.tasks.register_webhooks", "registrations")
RESYNC_RECORDS = Job("daemon.tasks.resync_records", "maintenance")
APPLY_SELECTION = Job("daemon.tasks.apply_selection", "maintenance")
ADVANCE_REPLAY = Job("daemon.tasks.advance_replay", "maintenance")
# Its time slice is short, but the last store may answer slowly while it is disconnected.
ADVANCE_BULK_ACTION = Job("daemon.tasks.advance_bulk_action", "maintenance", timeout_s=300)
PROCESS_PRIVACY_REQUESTS = Job("daemon.tasks.process_privacy_requests", "privacy", timeout_s=600)
SEND_DIGESTS = Job("daemon.tasks.send_digests", "mail", timeout_s=600)
ERASE_STORE_DATA = Job("daemon.tasks.erase_store_data", "privacy")
PROBE_STORE = Job("daemon.tasks.probe_store", "checks")
# Its time slice is short, but a page of large records may take long on a slow disk.
WRITE_EXPORT = Job("daemon.tasks.write_export", "exports", timeout_s=300)
SUBMIT_ORDER = Job("daemon.tasks.submit_order", "orders", timeout_s=300)
SEND_ORDER_UPDATES = Job("daemon.tasks.send_order_updates", "orders", timeout_s=300)
DELIVER_WEBHOOKS = Job("daemon.tasks.deliver_webhooks", "deliveries", timeout_s=180)
SEND_ENDPOINT_ALERTS = Job("daemon.tasks.send_endpoint_alerts", "mail")
SEND_CHANNEL_ALERTS = Job("daemon.tasks.send_channel_alerts", "mail")
SEND_CONNECT_LINK_EMAILS = Job("daemon.tasks.send_connect_link_emails", "mail")
SEND_QUEUED_EMAIL = Job("daemon.tasks.send_queued_email", "mail")
# Its time slice is short, but the last e-mail may take the mail server long.
SEND_BULK_ACTION_EMAILS = Job("daemon.tasks.send_bulk_action_emails", "mail", timeout_s=300)
SEND_ALERTS = Job("daemon.tasks.send_alerts", "mail", timeout_s=600)

# All jobs by name. Workers run no others, whatever Redis asks for.
JOBS: dict[str, Job] = {
    value.path: value for value in tuple(globals().values()) if isinstance(value, Job)
}

# One queue per kind of work, so that one kind never waits behind another.
QUEUES = (
    "events",
    "polls",
    "sync",
    "checks",
    "registrations",
    "privacy",
    "mail",
    "maintenance",
    "orders",
    "deliveries",
    "exports",
)


def wake(redis: Redis, job: Job, *ids: int, at_front: bool = False) -> bool:
    """Enqueue ``job`` with ``ids``; return False if Redis is unreachable (a sweep retries).

    ``at_front`` puts the job first in its queue, because a person waits for it. Call this after
    the commit. At most one job waits for the same ids, however long it waits. New work that arrives
    after the job has started wakes another one.
    """
    return _enqueue(redis, job, [ids], at_front=at_front) is not None


def wake_many(
    redis: Redis, job: Job, id_tuples: Sequence[tuple[int, ...]], *, at_front: bool = False
) -> bool:
    """Do the same as `wake` for each tuple of ids, in two calls to Redis in total.

    Awaited jobs go to the front of the queue and keep their order. Work for which the queue has no
    room is left to the sweeps.
    """
    if at_front:
        return _enqueue(redis, job, id_tuples[:QUEUE_DEPTH], at_front=True) is not None
    return _enqueue(redis, job, id_tuples, room=Room(QUEUE_DEPTH, KIND_SHARE)) is not None


def wake_due(
    redis: Redis, job: Job, id_tuples: Sequence[tuple[int, ...]], *, share: int = KIND_SHARE
) -> int:
    """Wake the first tuples of ids for which the queue has room; return how many were enqueued.

    The caller gives the most overdue first, `QUEUE_DEPTH` of them at most, and calls this again
    soon. Return 0 if Redis is unreachable.
    """
    return _enqueue(redis, job, id_tuples, room=Room(QUEUE_DEPTH, share)) or 0


def _enqueue(
    redis: Redis,
    job: Job,
    id_tuples: Sequence[tuple[int, ...]],
    *,
    at_front: bool = False,
    room: Room | None = None,
) -> int | None:
    """Enqueue a job for each tuple of ids that no job waits for; return how many.

    Return None if Redis is unreachable.
    """
    if not id_tuples:
        return 0
    if at_front:
        # Each is put in front of the previous one, so the last one comes first.
        id_tuples = id_tuples[::-1]
    queue = Queue(job.queue, connection=redis, serializer=JSONSerializer)
    try:
        reserved = reserve(
            redis,
            (queue.key, queue.intermediate_queue_key),
            [wake_key(job.path, ids) for ids in id_tuples],
            replaces_waiting=at_front,
            room=room,
        )
        if reserved:
            with redis.pipeline() as calls:
                prepared = [
                    Queue.prepare_data(
                        job.path,
                        args=id_tuples[position],
                        timeout=job.timeout_s,
                        result_ttl=0,
                        failure_ttl=FAILURE_TTL_S,
                        at_front=at_front,
                        job_id=job_id,
                    )
                    for position, job_id in reserved
                ]
                for enqueued in queue.enqueue_many(prepared, pipeline=calls):
                    # The reservation expires, the job doesn't.
                    calls.persist(enqueued.key)
                calls.execute()
    except RedisError as error:
        log.warning(
            "wake.failed",
            job=job.path,
            ids=list(id_tuples[:LOGGED_IDS]),
            count=len(id_tuples),
            error=type(error).__name__,
        )
        return None
    return len(reserved)


def has_waiting_jobs(redis: Redis, job: Job) -> bool:
    """Return whether jobs wait in the queue of ``job``; True if Redis is unreachable."""
    try:
        queue = Queue(job.queue, connection=redis, serializer=JSONSerializer)
        return not queue.is_empty()
    except RedisError as error:
        log.warning("wake.queue_unknown", job=job.path, error=type(error).__name__)
        return True
