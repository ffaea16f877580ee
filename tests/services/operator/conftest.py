"""Stores in every condition and workers, for the tests of the operators' services."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from redis import Redis

from daemon.queue_worker import QueueWorker, StoppableQueue, make_worker
from portal.models import SYNC_ORDER, Resource, Store, SyncState, WebhookHealth, utc_now
from portal.process import worker_prefix
from portal.services.operator.redis_snapshot import RedisSnapshot, read_redis
from portal.services.runtime import Runtime
from tests.factories import make_store

MakeStore = Callable[..., Store]


def set_compared(store: Store, at: datetime, *resources: Resource, **changes: Any) -> None:
    """Save the sync states of resources that were compared with the store at this time."""
    for resource in resources or SYNC_ORDER:
        SyncState.create(
            store=store, resource=resource, last_success_at=at, high_water_at=at, **changes
        )


@pytest.fixture
def make_synced(runtime: Runtime) -> MakeStore:
    """Factory of stores in sync; a store has the next id if none is given."""

    def make(**changes: Any) -> Store:
        values = {"id": 1003 + Store.select().count(), "webhook_health": WebhookHealth.VERIFIED}
        store = make_store(**values | changes)
        set_compared(store, utc_now())
        return store

    return make


@pytest.fixture
def worker_redis(runtime: Runtime) -> Iterator[Redis]:
    """Connection of a worker thread for the queue ``events``."""
    url = runtime.settings.effective_redis_url
    with Redis.from_url(url, client_name=worker_prefix("events")) as redis:
        yield redis


@pytest.fixture
def worker(worker_redis: Redis) -> QueueWorker:
    """A worker of the queue ``events`` that has registered."""
    worker = make_worker("events", worker_redis)
    worker.register_birth()
    return worker


def begin_job(worker: QueueWorker) -> None:
    """Let the worker take the next job and begin it."""
    (queue,) = worker.queues
    job, _ = StoppableQueue.dequeue_any(
        [queue], None, worker.connection, serializer=worker.serializer
    )
    worker.prepare_execution(job)


def run_jobs(runtime: Runtime, queue: str) -> None:
    """Run the jobs of the queue in a process that has opened no runtime: all of them fail."""
    make_worker(queue, runtime.redis).work(burst=True, logging_level="CRITICAL")


def snapshot_of(runtime: Runtime) -> RedisSnapshot:
    """Return what Redis knows now."""
    snapshot = read_redis(runtime.settings.effective_redis_url)
    assert snapshot is not None
    return snapshot
