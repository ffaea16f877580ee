"""Threads of one process run many jobs at once, survive errors, and stop without losing a job."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer
from rq.timeouts import JobTimeoutException

from daemon import queue_worker, worker_threads
from daemon.queue_worker import Interval, make_worker
from daemon.worker_threads import WorkerThreads, stop_all
from portal import process
from portal.jobs import JOBS, Job, wake
from portal.process import request_stop, worker_name, worker_prefix
from tests.daemon.processes import wait_until

QUEUE = "polls"
names: set[str] = set()
started = threading.Semaphore(0)
may_end = threading.Event()


def hold(number: int) -> None:
    """Job that runs until the test ends it."""
    names.add(worker_name())
    started.release()
    may_end.wait(30)


def fail(number: int) -> None:
    """Job that crashes."""
    started.release()
    raise ZeroDivisionError(number)


def leave(number: int) -> None:
    """Job that tries to end its process."""
    started.release()
    raise SystemExit(number)


def spin(number: int) -> None:
    """Job that runs beyond its time limit."""
    try:
        while True:
            may_end.wait(0.01)
    except JobTimeoutException:
        started.release()
        raise


def job_of(function: Callable[[int], None], timeout_s: int = 60) -> Job:
    return Job(f"{__name__}.{function.__name__}", QUEUE, timeout_s)


@pytest.fixture
def threads(
    redis: Redis, valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[int], WorkerThreads]]:
    """Start threads for `QUEUE` in this process; end them after the test."""
    monkeypatch.setattr(process, "_stop", threading.Event())
    monkeypatch.setattr(worker_threads, "RESTART_PAUSE_S", 0.05)
    names.clear()
    may_end.clear()
    started.__init__(0)  # type: ignore[misc]
    for job in (job_of(hold), job_of(fail), job_of(leave), job_of(spin, timeout_s=1)):
        monkeypatch.setitem(JOBS, job.path, job)
    groups: list[WorkerThreads] = []

    def start(limit: int) -> WorkerThreads:
        group = WorkerThreads(QUEUE, limit, valkey_url)
        groups.append(group)
        group.ensure_waiting()
        return group

    yield start
    may_end.set()
    request_stop()
    stop_all(groups, redis)
    assert all(group.is_over for group in groups)


def wait_for_jobs(count: int) -> None:
    """Wait until this many jobs have started."""
    for _ in range(count):
        assert started.acquire(timeout=30)


def queue(redis: Redis) -> Queue:
    return Queue(QUEUE, connection=redis, serializer=JSONSerializer)


def test_as_many_jobs_run_at_once_as_there_may_be_threads(
    redis: Redis, threads: Callable[[int], WorkerThreads]
) -> None:
    group = threads(12)
    for number in range(13):
        wake(redis, job_of(hold), number)

    wait_for_jobs(12)

    assert group.busy == 12
    assert len(names) == 12
    assert all(name.startswith(worker_prefix(QUEUE)) for name in names)
    assert queue(redis).count == 1
    may_end.set()
    wait_for_jobs(1)


def test_idle_process_has_one_thread_per_queue(
    redis: Redis, threads: Callable[[int], WorkerThreads], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_threads, "MAX_IDLE_S", 1)
    group = threads(5)
    for number in range(5):
        wake(redis, job_of(hold), number)
    wait_for_jobs(5)
    may_end.set()

    wait_until(lambda: len(group._threads) == 1, "the idle threads to end")

    assert group.busy == 0


@pytest.mark.parametrize("crash", [fail, leave])
def test_crashing_job_ends_neither_its_thread_nor_others(
    redis: Redis, threads: Callable[[int], WorkerThreads], crash: Callable[[int], None]
) -> None:
    threads(2)
    wake(redis, job_of(hold), 1)
    wait_for_jobs(1)
    for number in range(5):
        wake(redis, job_of(crash), number)
    wait_for_jobs(5)

    wake(redis, job_of(hold), 2)

    wait_for_jobs(1)
    assert len(names) == 2


def test_job_beyond_its_time_limit_is_ended_and_others_go_on(
    redis: Redis, threads: Callable[[int], WorkerThreads]
) -> None:
    threads(2)
    wake(redis, job_of(hold), 1)
    wake(redis, job_of(spin, timeout_s=1), 2)

    wait_for_jobs(2)

    wait_until(lambda: queue(redis).failed_job_registry.count, "the failure")


def test_threads_continue_after_redis_was_lost(
    redis: Redis, threads: Callable[[int], WorkerThreads]
) -> None:
    threads(3)
    wake(redis, job_of(hold), 1)
    wait_for_jobs(1)
    redis.client_kill_filter(_type="normal", skipme=True)
    may_end.set()

    for number in range(2, 6):
        wake(redis, job_of(hold), number)

    wait_for_jobs(4)


def test_stop_waits_for_running_jobs_and_takes_no_other(
    redis: Redis, threads: Callable[[int], WorkerThreads]
) -> None:
    group = threads(2)
    wake(redis, job_of(hold), 1)
    wait_for_jobs(1)
    request_stop()
    stopping = threading.Thread(target=stop_all, args=([group], redis))
    stopping.start()
    wait_until(lambda: len(group._threads) == 1, "the idle thread to end")
    wake(redis, job_of(hold), 2)

    assert stopping.is_alive()
    may_end.set()
    stopping.join(30)

    assert group.is_over
    assert queue(redis).count == 1
    assert not Redis.exists(redis, f"rq:queue:{QUEUE}:intermediate")


def test_stop_without_redis_leaves_only_idle_threads(
    threads: Callable[[int], WorkerThreads],
) -> None:
    group = threads(2)
    request_stop()

    stop_all([group], Redis(unix_socket_path="/nowhere.sock"))

    assert group.busy == 0


def test_maintenance_is_shared_by_all_threads() -> None:
    interval = Interval(60.0)

    assert [interval.is_due() for _ in range(3)] == [True, False, False]


def test_heartbeats_between_steps_are_left_out(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = make_worker(QUEUE, redis)
    worker.heartbeat()
    redis.delete(worker.key)

    worker.heartbeat()
    assert not redis.exists(worker.key)
    monkeypatch.setattr(queue_worker, "HEARTBEAT_EVERY_S", 0.0)
    worker.heartbeat()

    assert redis.exists(worker.key)
