"""Move jobs that wait under former names to their new names. Remove after 0.1.

Redis outlives an update, so jobs may still wait in a renamed queue, or name a function that moved.
A job that the former worker had started and not finished is not moved: a sweep repeats it.
"""

from __future__ import annotations

import structlog
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from portal import jobs
from portal.jobs import Job, wake

log = structlog.get_logger(__name__)

# Former queue -> queue of today; all other queues have kept their names.
FORMER_QUEUES = {"care": "maintenance"}
FORMER_PATHS: dict[str, Job] = {
    f"daemon.jobs.{name}.{name}": job
    for name, job in {
        "drain_events": jobs.DRAIN_EVENTS,
        "run_sync": jobs.RUN_SYNC,
        "register_webhooks": jobs.REGISTER_WEBHOOKS,
        "resync_records": jobs.RESYNC_RECORDS,
        "replay_events": jobs.ADVANCE_REPLAY,
        "ask_change_times": jobs.FETCH_CHANGE_TIMES,
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


def move_former_jobs(redis: Redis, queue: str) -> int:
    """Wake the jobs that wait for ``queue`` under former names by their new ones; return how many.

    The new job is woken before the former one is deleted: after a crash between them the work runs
    twice, which is safe, and is never lost.
    """
    sources = [former for former, new in FORMER_QUEUES.items() if new == queue]
    moved = sum(_move(redis, name) for name in (*sources, queue))
    if moved:
        log.info("jobs.moved", queue=queue, count=moved)
    return moved


def _move(redis: Redis, name: str) -> int:
    source = Queue(name, connection=redis, serializer=JSONSerializer)
    moved = 0
    for waiting in source.jobs:
        job = FORMER_PATHS.get(waiting.func_name or "")
        if job is not None and wake(redis, job, *waiting.args):
            waiting.delete()
            moved += 1
    return moved
