"""Jobs enqueued by a former version are done by the workers of today."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from daemon.former_jobs import FORMER_PATHS, move_former_jobs
from daemon.queue_worker import make_worker
from portal.config import Settings
from portal.jobs import JOBS, PROBE_STORE, QUEUES, REGISTER_WEBHOOKS, RESYNC_RECORDS, RUN_SYNC, wake
from portal.models import EventState, WebhookEvent
from portal.services.runtime import Runtime
from tests.daemon.processes import PATIENCE_S, environ_of, wait_until
from tests.shop import Shop, store_of

REGISTER_PATH = "daemon.jobs.register_webhooks.register_webhooks"
DRAIN_PATH = "daemon.jobs.drain_events.drain_events"
RUN_PATH = "daemon.jobs.run_sync.run_sync"


def queue_named(redis: Redis, name: str) -> Queue:
    """Return the queue as both versions open it."""
    return Queue(name, connection=redis, serializer=JSONSerializer)


def enqueue(redis: Redis, queue: str, path: str, *ids: int) -> None:
    """Enqueue a job exactly as the former version did."""
    prepared = Queue.prepare_data(path, args=ids, timeout=120, result_ttl=0, failure_ttl=3600)
    queue_named(redis, queue).enqueue_many([prepared])


def waiting(redis: Redis, queue: str) -> list[tuple[str | None, list[int]]]:
    """Return the path and ids of each waiting job."""
    return [(job.func_name, list(job.args)) for job in queue_named(redis, queue).jobs]


@pytest.mark.parametrize(
    ("former_queue", "queue", "path"),
    [
        ("care", "registrations", REGISTER_PATH),
        ("maintenance", "registrations", REGISTER_WEBHOOKS.path),
        ("events", "events", DRAIN_PATH),
    ],
)
def test_waiting_job_of_the_former_version_is_done(
    shop: Shop, jobs_runtime: Runtime, former_queue: str, queue: str, path: str
) -> None:
    redis = jobs_runtime.redis
    shop.event(shop.product_ids()[0])
    enqueue(redis, former_queue, path, shop.store_id)

    assert move_former_jobs(redis, queue) == 1
    make_worker(queue, redis).work(burst=True, logging_level="WARNING")

    done = {
        "events": WebhookEvent.get().state == EventState.APPLIED,
        "registrations": store_of(shop).webhook_mode == "api",
    }
    assert done[queue]
    assert waiting(redis, former_queue) == []


def test_jobs_move_in_their_order_and_new_jobs_stay(redis: Redis) -> None:
    wake(redis, RUN_SYNC, 1)
    enqueue(redis, "sync", RUN_PATH, 2)
    enqueue(redis, "sync", RUN_PATH, 3)

    assert move_former_jobs(redis, "sync") == 2

    assert waiting(redis, "sync") == [(RUN_SYNC.path, [number]) for number in (1, 2, 3)]
    assert len(redis.keys("rq:job:*")) == 3


def test_job_that_waits_under_both_names_runs_once(redis: Redis) -> None:
    wake(redis, PROBE_STORE, 1003)
    enqueue(redis, "care", "daemon.jobs.probe_store.probe_store", 1003)

    move_former_jobs(redis, "checks")

    assert waiting(redis, "checks") == [(PROBE_STORE.path, [1003])]
    assert waiting(redis, "care") == []


def test_worker_of_another_queue_leaves_the_former_queue_alone(redis: Redis) -> None:
    enqueue(redis, "care", REGISTER_PATH, 1003)

    assert move_former_jobs(redis, "events") == 0
    assert waiting(redis, "care") == [(REGISTER_PATH, [1003])]


def test_job_moved_to_another_queue_keeps_its_wake_up(redis: Redis) -> None:
    probe = replace(PROBE_STORE, queue="maintenance")
    wake(redis, probe, 1003)
    wake(redis, RESYNC_RECORDS, 1003)

    assert move_former_jobs(redis, "checks") == 1
    wake(redis, PROBE_STORE, 1003)

    assert waiting(redis, "checks") == [(PROBE_STORE.path, [1003])]
    assert queue_named(redis, "checks").jobs[0].origin == "checks"
    assert waiting(redis, "maintenance") == [(RESYNC_RECORDS.path, [1003])]


def test_every_former_name_leads_to_a_job_of_today() -> None:
    assert {job.queue for job in FORMER_PATHS.values()} <= set(QUEUES)
    assert {job.queue for job in JOBS.values()} <= set(QUEUES)
    assert len(set(FORMER_PATHS.values())) == len(FORMER_PATHS) == 14
    assert all(re.fullmatch(r"daemon\.jobs\.(\w+)\.\1", path) for path in FORMER_PATHS)


def test_worker_moves_the_former_jobs_when_it_starts(
    shop: Shop, settings: Settings, jobs_runtime: Runtime
) -> None:
    enqueue(jobs_runtime.redis, "care", REGISTER_PATH, shop.store_id)

    # Without a schedule, so that no sweep can wake the work.
    worker = subprocess.Popen(
        [sys.executable, "-m", "daemon.worker", "registrations"],
        env=environ_of(settings, is_measured=True, REDIS_URL=settings.redis_url),
    )
    try:
        wait_until(lambda: store_of(shop).webhook_mode == "api", "the webhooks' registration")
    finally:
        worker.terminate()

    assert worker.wait(PATIENCE_S) == 0
    assert waiting(jobs_runtime.redis, "care") == []
