"""A worker takes few calls to Redis for each job, and leaves nothing of a successful job."""

from __future__ import annotations

import pytest
from redis import Redis
from rq import Queue
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from daemon.queue_worker import StoppableQueue, make_worker
from portal.job_counts import (
    KEPT_MINUTES,
    MEAN_MINUTES,
    MINUTE_S,
    full_minute_keys,
    jobs_per_minute,
)
from portal.jobs import JOBS, Job, wake

QUEUE = "polls"
COUNT = 10
# RQ alone takes 54.
COMMANDS_PER_JOB = 36


def succeed(number: int) -> None:
    """Job that does nothing."""


def fail(number: int) -> None:
    """Job that crashes."""
    raise ZeroDivisionError(number)


def work_on(redis: Redis, *jobs: Job) -> None:
    for number, job in enumerate(jobs):
        wake(redis, job, number)
    make_worker(QUEUE, redis).work(burst=True, logging_level="CRITICAL")


def job_of(name: str) -> Job:
    return Job(f"{__name__}.{name}", QUEUE)


@pytest.fixture(autouse=True)
def _known_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let workers run the jobs of this module."""
    for job in (job_of("succeed"), job_of("fail")):
        monkeypatch.setitem(JOBS, job.path, job)


@pytest.fixture
def queue(redis: Redis) -> Queue:
    return StoppableQueue(QUEUE, connection=redis, serializer=JSONSerializer)


def test_successful_job_leaves_nothing_in_redis(redis: Redis, queue: Queue) -> None:
    work_on(redis, job_of("succeed"))

    left = {key.decode().split(":")[1] for key in redis.scan_iter("rq:*")}
    assert not left & {"job", "execution", "executions", "wip", "finished", "failed", "queue"}


def test_started_job_is_registered_and_no_longer_taken(redis: Redis, queue: Queue) -> None:
    wake(redis, job_of("succeed"), 1)
    job, _ = StoppableQueue.dequeue_any([queue], None, redis, serializer=JSONSerializer)

    make_worker(QUEUE, redis).prepare_execution(job)

    assert queue.started_job_registry.get_job_ids() == [job.id]
    assert job.get_status(refresh=True) == JobStatus.STARTED
    assert redis.llen(queue.intermediate_queue_key) == 0
    assert redis.ttl(job.key) == -1


def test_failed_job_is_kept_with_its_error(redis: Redis, queue: Queue) -> None:
    work_on(redis, job_of("fail"))

    (job_id,) = queue.failed_job_registry.get_job_ids()
    job = queue.fetch_job(job_id)
    assert job is not None
    assert "ZeroDivisionError" in (job.latest_result().exc_string or "")  # type: ignore[union-attr]
    assert job.ended_at is not None
    assert queue.started_job_registry.get_job_ids(cleanup=False) == []


def test_job_takes_few_commands(redis: Redis) -> None:
    def commands(count: int) -> int:
        for number in range(count):
            wake(redis, job_of("succeed"), number)
        redis.config_resetstat()
        make_worker(QUEUE, redis).work(burst=True, logging_level="CRITICAL")
        return sum(each["calls"] for each in redis.info("commandstats").values())

    assert (commands(COUNT + 1) - commands(1)) / COUNT <= COMMANDS_PER_JOB


def test_finished_and_failed_jobs_are_counted_by_minute(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("daemon.queue_worker.time.time", lambda: 60_000.0)

    work_on(redis, job_of("succeed"), job_of("succeed"), job_of("fail"))

    keys = full_minute_keys(60_060.0)
    counts = [redis.hgetall(key) for key in keys]
    assert jobs_per_minute(counts) == {QUEUE: 3 / MEAN_MINUTES}
    assert not redis.exists(full_minute_keys(60_059.0)[-1])
    assert 0 < redis.ttl(keys[-1]) <= KEPT_MINUTES * MINUTE_S
