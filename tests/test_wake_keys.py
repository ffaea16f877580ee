"""Work has one waiting job, and gets another one as soon as that job is started or lost."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis
from rq import Queue
from rq.job import Job as RqJob
from rq.job import JobStatus
from rq.serializers import JSONSerializer

from daemon.queue_worker import make_worker
from portal.jobs import DRAIN_EVENTS, RUN_SYNC, wake, wake_due, wake_many
from portal.wake_keys import KEY_TTL_S, RESERVATION_TTL_S, clear_wake_key, reserve, wake_key

KEY = wake_key(DRAIN_EVENTS.path, (1003,))


def queue_of(redis: Redis) -> Queue:
    return Queue(DRAIN_EVENTS.queue, connection=redis, serializer=JSONSerializer)


def waiting_job(redis: Redis) -> RqJob:
    (job,) = queue_of(redis).jobs
    return job


def take(redis: Redis) -> RqJob:
    """Take the next job as a worker does: it is in no queue, and not yet started."""
    found = Queue.dequeue_any([queue_of(redis)], None, redis, serializer=JSONSerializer)
    assert found is not None
    return found[0]


def start(redis: Redis) -> RqJob:
    """Take and start the next job as a worker does."""
    job = take(redis)
    make_worker(DRAIN_EVENTS.queue, redis).prepare_execution(job)
    return job


def test_job_is_not_enqueued_again_however_long_it_waits(redis: Redis) -> None:
    wake(redis, DRAIN_EVENTS, 1003)
    job = waiting_job(redis)

    assert [wake_due(redis, DRAIN_EVENTS, [(1003,)]) for _ in range(10)] == [0] * 10
    assert queue_of(redis).job_ids == [job.id]
    assert redis.ttl(job.key) == -1
    assert RESERVATION_TTL_S < redis.ttl(KEY) <= KEY_TTL_S


def test_started_job_is_no_longer_waiting(redis: Redis) -> None:
    wake(redis, DRAIN_EVENTS, 1003)
    start(redis)

    assert wake_due(redis, DRAIN_EVENTS, [(1003,)]) == 1


def take_and_lose(redis: Redis) -> None:
    """A worker is killed between taking a job and starting it."""
    take(redis)


def fail(redis: Redis) -> None:
    """The job fails as a whole."""
    job = start(redis)
    make_worker(DRAIN_EVENTS.queue, redis).handle_job_failure(job, queue_of(redis), exc_string="x")
    assert job.get_status() == JobStatus.FAILED


def lose_queue(redis: Redis) -> None:
    """The list of the queue is gone, but its jobs still exist."""
    redis.delete(queue_of(redis).key)


def lose_job(redis: Redis) -> None:
    """The job is gone, but its id is still in the queue."""
    redis.delete(waiting_job(redis).key)


def restore_former_key(redis: Redis) -> None:
    """Redis was restored from a file in which the job had been woken, but wasn't queued."""
    redis.flushall()
    redis.set(KEY, "0f1a2b3c-0000-4000-8000-000000000000")


def write_key_of_an_older_version(redis: Redis) -> None:
    redis.flushall()
    redis.set(KEY, "1")


@pytest.mark.promise(1)
@pytest.mark.parametrize(
    "loss",
    [
        *(take_and_lose, fail, lose_queue, lose_job, Redis.flushall),
        *(restore_former_key, write_key_of_an_older_version),
    ],
    ids=lambda loss: loss.__name__,
)
def test_lost_job_is_repeated_by_the_next_sweep(
    redis: Redis, loss: Callable[[Redis], object]
) -> None:
    wake(redis, DRAIN_EVENTS, 1003)
    loss(redis)

    assert [wake_due(redis, DRAIN_EVENTS, [(1003,)]) for _ in range(3)] == [1, 0, 0]


def test_only_the_lost_one_of_several_jobs_is_repeated(redis: Redis) -> None:
    wake_many(redis, DRAIN_EVENTS, [(1,), (2,), (3,)])
    take(redis)

    assert wake_due(redis, DRAIN_EVENTS, [(1,), (2,), (3,)]) == 1
    assert [job.args for job in queue_of(redis).jobs] == [[2], [3], [1]]


def test_concurrent_sweeps_enqueue_each_job_once(redis: Redis) -> None:
    ids = [(number,) for number in range(50)]
    with ThreadPoolExecutor(6) as pool:
        woken = list(pool.map(lambda _: wake_due(redis, DRAIN_EVENTS, ids), range(12)))

    assert sum(woken) == 50
    assert queue_of(redis).count == 50


def test_sweep_skips_a_job_that_another_process_is_enqueuing(redis: Redis) -> None:
    keys = (queue_of(redis).key, queue_of(redis).intermediate_queue_key)
    ((_, job_id),) = reserve(redis, keys, [KEY], replaces_waiting=False, room=None)

    assert wake_due(redis, DRAIN_EVENTS, [(1003,)]) == 0
    assert wake(redis, DRAIN_EVENTS, 1003, at_front=True)
    assert queue_of(redis).count == 0
    assert 0 < redis.ttl(f"rq:job:{job_id}") <= RESERVATION_TTL_S


@pytest.mark.promise(1)
def test_reservation_of_a_killed_process_expires(redis: Redis) -> None:
    keys = (queue_of(redis).key, queue_of(redis).intermediate_queue_key)
    ((_, job_id),) = reserve(redis, keys, [KEY], replaces_waiting=False, room=None)
    redis.pexpire(f"rq:job:{job_id}", 0)

    assert wake_due(redis, DRAIN_EVENTS, [(1003,)]) == 1


def test_person_gets_a_new_job_while_the_former_one_is_starting(redis: Redis) -> None:
    wake(redis, DRAIN_EVENTS, 1003)
    taken = take(redis)

    wake(redis, DRAIN_EVENTS, 1003, at_front=True)

    assert taken.get_status() == JobStatus.QUEUED
    assert waiting_job(redis).id != taken.id


def test_starting_job_deletes_its_own_key_only(redis: Redis) -> None:
    wake(redis, DRAIN_EVENTS, 1003)
    first = take(redis)
    wake(redis, DRAIN_EVENTS, 1003)

    clear_wake_key(redis, KEY, first.id)
    assert redis.get(KEY) == waiting_job(redis).id.encode()
    clear_wake_key(redis, KEY, waiting_job(redis).id)
    assert redis.get(KEY) is None


def test_other_queues_are_independent(redis: Redis) -> None:
    wake(redis, DRAIN_EVENTS, 1003)

    assert wake_due(redis, RUN_SYNC, [(1003,)]) == 1
