"""A wake-up is queued once per job and ids, and a missing queue server is only a warning."""

from __future__ import annotations

import importlib
import inspect
import json
import socket
import zlib
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from portal import jobs
from portal.jobs import (
    DRAIN_EVENTS,
    QUEUES,
    RUN_SYNC,
    Job,
    has_waiting_jobs,
    wake,
    wake_due,
    wake_many,
)
from portal.services.runtime import open_redis
from tests.redis_memory import full_redis

JOBS = [job for _, job in inspect.getmembers(jobs, lambda value: isinstance(value, Job))]


def waiting(redis: Redis, job: Job) -> list[tuple[str, tuple[int, ...]]]:
    """Return the function and ids of each job in the queue of ``job``."""
    queue = Queue(job.queue, connection=redis, serializer=JSONSerializer)
    return [(found.func_name, tuple(found.args)) for found in queue.jobs]


def test_waking_a_job_puts_it_into_its_queue(redis: Redis) -> None:
    assert wake(redis, DRAIN_EVENTS, 1003)

    assert waiting(redis, DRAIN_EVENTS) == [(DRAIN_EVENTS.path, (1003,))]
    assert waiting(redis, RUN_SYNC) == []


def test_repeated_wake_ups_are_one_job(redis: Redis) -> None:
    answers = [wake(redis, DRAIN_EVENTS, 1003) for _ in range(50)]

    assert all(answers)
    assert len(waiting(redis, DRAIN_EVENTS)) == 1


def test_concurrent_wake_ups_are_one_job(redis: Redis) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: wake(redis, DRAIN_EVENTS, 1003), range(40)))

    assert all(answers)
    assert len(waiting(redis, DRAIN_EVENTS)) == 1


def test_other_ids_and_other_jobs_are_woken_separately(redis: Redis) -> None:
    wake(redis, DRAIN_EVENTS, 1003)
    wake(redis, DRAIN_EVENTS, 2002)
    wake(redis, RUN_SYNC, 1003)

    assert [ids for _, ids in waiting(redis, DRAIN_EVENTS)] == [(1003,), (2002,)]
    assert len(waiting(redis, RUN_SYNC)) == 1


def test_awaited_job_goes_first(redis: Redis) -> None:
    wake(redis, RUN_SYNC, 1)
    wake(redis, RUN_SYNC, 2)

    wake(redis, RUN_SYNC, 3, at_front=True)

    assert [ids for _, ids in waiting(redis, RUN_SYNC)] == [(3,), (1,), (2,)]


def test_several_awaited_jobs_go_first_in_their_order(redis: Redis) -> None:
    wake(redis, RUN_SYNC, 1)

    wake_many(redis, RUN_SYNC, [(2,), (3,), (4,)], at_front=True)

    assert [ids for _, ids in waiting(redis, RUN_SYNC)] == [(2,), (3,), (4,), (1,)]


def test_waiting_jobs_are_seen_in_their_queue_only(redis: Redis) -> None:
    assert not has_waiting_jobs(redis, RUN_SYNC)

    wake(redis, RUN_SYNC, 1)

    assert has_waiting_jobs(redis, RUN_SYNC)
    assert not has_waiting_jobs(redis, DRAIN_EVENTS)


def test_jobs_may_wait_in_an_unreachable_queue() -> None:
    with Redis.from_url("redis://127.0.0.1:1") as away:
        assert has_waiting_jobs(away, RUN_SYNC)


def test_waiting_job_moves_to_the_front_when_a_person_waits_for_it(redis: Redis) -> None:
    wake_many(redis, RUN_SYNC, [(1,), (2,), (3,)])

    wake_many(redis, RUN_SYNC, [(4,), (3,)], at_front=True)

    assert [ids for _, ids in waiting(redis, RUN_SYNC)] == [(4,), (3,), (1,), (2,)]


@pytest.mark.promise(1)
def test_job_can_be_woken_again_after_redis_lost_its_data(redis: Redis) -> None:
    wake(redis, DRAIN_EVENTS, 1003)
    redis.flushall()

    wake(redis, DRAIN_EVENTS, 1003)

    assert len(waiting(redis, DRAIN_EVENTS)) == 1


def test_sweep_fills_a_queue_up_to_its_depth(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.jobs.QUEUE_DEPTH", 5)
    wake(redis, RUN_SYNC, 9)

    woken = [wake_due(redis, RUN_SYNC, [(n,) for n in range(5)], share=0) for _ in range(3)]

    assert woken == [4, 0, 0]
    assert [ids for _, ids in waiting(redis, RUN_SYNC)] == [(9,), (0,), (1,), (2,), (3,)]


def test_each_kind_of_job_has_a_share_of_a_full_queue(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Job("daemon.tasks.other", RUN_SYNC.queue)
    wake_many(redis, other, [(n,) for n in range(20)])
    monkeypatch.setattr("portal.jobs.QUEUE_DEPTH", 5)

    woken = [wake_due(redis, RUN_SYNC, [(n,) for n in range(5)], share=2) for _ in range(3)]

    assert woken == [2, 0, 0]


def test_awaited_job_ignores_the_depth_of_its_queue(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.jobs.QUEUE_DEPTH", 2)
    wake_many(redis, RUN_SYNC, [(1,), (2,)])

    assert wake_many(redis, RUN_SYNC, [(3,), (4,), (5,)], at_front=True)
    assert wake(redis, RUN_SYNC, 6, at_front=True)

    assert [ids for _, ids in waiting(redis, RUN_SYNC)] == [(6,), (3,), (4,), (1,), (2,)]


def test_many_wake_ups_fill_a_queue_up_to_its_depth_and_share(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.jobs.QUEUE_DEPTH", 2)
    monkeypatch.setattr("portal.jobs.KIND_SHARE", 3)

    assert wake_many(redis, RUN_SYNC, [(n,) for n in range(9)])

    assert [ids for _, ids in waiting(redis, RUN_SYNC)] == [(0,), (1,), (2,)]


def test_nothing_due_needs_no_queue_server() -> None:
    with open_redis("redis://127.0.0.1:1/0") as away:
        assert wake_due(away, RUN_SYNC, []) == 0


def test_job_is_json_with_plain_ids(redis: Redis) -> None:
    wake(redis, RUN_SYNC, 7, 8)

    (key,) = redis.keys("rq:job:*")
    stored = redis.hgetall(key)
    name, _, args, options = json.loads(zlib.decompress(stored[b"data"]))
    assert (name, args, options) == (RUN_SYNC.path, [7, 8], {})
    assert stored[b"timeout"] == str(RUN_SYNC.timeout_s).encode()
    assert stored[b"result_ttl"] == b"0"


@pytest.mark.promise(1)
@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "unix:///nowhere/valkey.sock"])
def test_unreachable_queue_server_is_a_warning_and_no_error(address: str) -> None:
    with (
        open_redis(address) as away,
        structlog.testing.capture_logs() as logs,
    ):
        woken = wake(away, DRAIN_EVENTS, 1003)

    assert woken is False
    assert [(line["event"], line["log_level"]) for line in logs] == [("wake.failed", "warning")]
    assert (logs[0]["job"], logs[0]["ids"]) == (DRAIN_EVENTS.path, [(1003,)])


def test_full_queue_server_is_a_warning_and_the_sweep_wakes_the_job_later(redis: Redis) -> None:
    with full_redis(redis), structlog.testing.capture_logs() as lines:
        assert not wake(redis, RUN_SYNC, 7)
    assert [line["event"] for line in lines] == ["wake.failed"]

    assert wake_due(redis, RUN_SYNC, [(7,)]) == 1
    assert waiting(redis, RUN_SYNC) == [(RUN_SYNC.path, (7,))]


def test_hanging_queue_server_delays_a_wake_up_only_briefly(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("portal.services.runtime.REDIS_TIMEOUT_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

        with open_redis(address) as hanging, structlog.testing.capture_logs() as logs:
            woken = wake(hanging, DRAIN_EVENTS, 1003)

    assert woken is False
    assert logs[0]["error"] == "TimeoutError"


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.path)
def test_every_job_is_an_importable_function(job: Job) -> None:
    module, _, name = job.path.rpartition(".")

    function = getattr(importlib.import_module(module), name)

    assert callable(function)
    assert function.__doc__


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.path)
def test_every_job_has_a_queue_with_workers(job: Job) -> None:
    assert job.queue in QUEUES


def test_every_queue_has_a_job() -> None:
    assert {job.queue for job in JOBS} == set(QUEUES)
