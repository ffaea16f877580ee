"""Threads that work on one queue, each with an RQ worker.

One thread always waits for jobs. Another one starts when all are busy, up to a limit, and ends when
it has been idle for a while, so unused threads cost neither memory nor connections.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog
from redis import Redis, RedisError

from daemon.queue_worker import MAINTENANCE_EVERY_S, MAX_IDLE_S, Interval, make_worker
from portal.process import set_worker_name, should_stop, wait_for_stop, worker_prefix

log = structlog.get_logger(__name__)

RESTART_PAUSE_S = 1.0
STOP_POLL_S = 0.05


@dataclass
class WorkerThreads:
    """Up to ``limit`` worker threads of one queue."""

    queue: str
    limit: int
    redis_url: str
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _threads: set[threading.Thread] = field(default_factory=set)
    _idle: int = 0
    _maintenance: Interval = field(default_factory=lambda: Interval(MAINTENANCE_EVERY_S))

    @property
    def busy(self) -> int:
        """Return how many threads run a job."""
        with self._lock:
            return len(self._threads) - self._idle

    @property
    def is_over(self) -> bool:
        """Return whether every thread has ended."""
        with self._lock:
            return not self._threads

    def ensure_waiting(self) -> None:
        """Start a thread if none is left."""
        with self._lock:
            if not self._threads and not should_stop():
                self._start_thread()

    def _start_thread(self) -> None:
        thread = threading.Thread(target=self._run, name=f"worker-{self.queue}", daemon=True)
        self._threads.add(thread)
        self._idle += 1
        thread.start()

    def _run(self) -> None:
        try:
            while self._work() and not self._retire():
                pass
        finally:
            with self._lock:
                self._end_thread()

    def _work(self) -> bool:
        """Work until the thread is idle or Redis fails; return False if a stop was requested."""
        started_s = time.monotonic()
        try:
            # RQ sets a timeout that is longer than its wait for a job.
            with Redis.from_url(self.redis_url, client_name=worker_prefix(self.queue)) as redis:
                worker = make_worker(self.queue, redis, self._maintenance)
                set_worker_name(worker.name)
                worker.before_job, worker.after_job = self._begin_job, self._end_job
                worker.work(logging_level="WARNING", max_idle_time=MAX_IDLE_S)
        except RedisError as error:
            log.warning("worker.redis_unavailable", queue=self.queue, error=type(error).__name__)
        except Exception:
            log.exception("worker.crashed", queue=self.queue)
        if time.monotonic() - started_s < MAX_IDLE_S:
            # It did not end because it was idle.
            wait_for_stop(RESTART_PAUSE_S)
        return not should_stop()

    def _retire(self) -> bool:
        """End this thread if another one waits for jobs."""
        with self._lock:
            if self._idle > 1:
                self._end_thread()
                return True
            return False

    def _end_thread(self) -> None:
        if threading.current_thread() in self._threads:
            self._threads.discard(threading.current_thread())
            self._idle -= 1

    def _begin_job(self) -> None:
        with self._lock:
            self._idle -= 1
            if self._idle == 0 and len(self._threads) < self.limit and not should_stop():
                self._start_thread()

    def _end_job(self) -> None:
        with self._lock:
            self._idle += 1


def stop_all(groups: Sequence[WorkerThreads], redis: Redis) -> None:
    """Return when all threads have ended, or only threads without a job are left without Redis."""
    while not all(group.is_over for group in groups):
        try:
            wake_idle_workers(redis, [worker_prefix(group.queue) for group in groups])
        except RedisError:
            if not any(group.busy for group in groups):
                return
        time.sleep(STOP_POLL_S)


def wake_idle_workers(redis: Redis, names: Sequence[str]) -> None:
    """End the waits for a job of the named connections, as if no job had come.

    Closing a connection instead could lose a job that Redis has just given out.
    """
    for client in redis.client_list():
        if client["name"].startswith(tuple(names)) and "b" in client["flags"]:
            redis.client_unblock(int(client["id"]))
