"""RQ worker that runs in one thread of a process beside others."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from redis import Redis
from redis.client import Pipeline
from rq import Queue, SimpleWorker
from rq.exceptions import StopRequested
from rq.executions import Execution
from rq.intermediate_queue import IntermediateQueue
from rq.job import Job
from rq.registry import FailedJobRegistry, StartedJobRegistry
from rq.serializers import JSONSerializer
from rq.timeouts import TimerDeathPenalty
from rq.utils import now
from rq.worker_registration import clean_worker_registry

from daemon.checked_job import CheckedJob, remove_if_no_job_id
from portal.job_counts import count_job
from portal.process import next_worker_name, should_stop

# RQ waits for a job 15 seconds less than this, and sends its heartbeat between two waits.
WORKER_TTL_S = 75
MAX_IDLE_S = 60
MAINTENANCE_EVERY_S = 60.0
# RQ sends a heartbeat before and after each step of its loop, which takes three calls to Redis.
HEARTBEAT_EVERY_S = 20
HEARTBEAT_MARGIN_S = 60


class JobTimeLimit(TimerDeathPenalty):
    """RQ's time limit for a job in a thread; its timer doesn't keep a process alive.

    Python raises the exception as soon as the thread runs Python code again, so a call that blocks
    ends at its own timeout first.
    """

    def new_timer(self) -> threading.Timer:
        """Return a timer that ends with the process."""
        timer = threading.Timer(self._timeout, self.handle_death_penalty)
        timer.daemon = True
        return timer


@dataclass
class Interval:
    """Something that all threads together do once in ``seconds``."""

    seconds: float
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _due_s: float = 0.0

    def is_due(self) -> bool:
        """Return True to one caller per interval."""
        with self._lock:
            now_s = time.monotonic()
            if now_s < self._due_s:
                return False
            self._due_s = now_s + self.seconds
            return True


class StoppableQueue(Queue):
    """Queue that gives out only checked jobs, and none after a stop was requested."""

    job_class = CheckedJob

    @classmethod
    def dequeue_any(cls, *arguments: Any, **named: Any) -> Any:
        """Wait for a job; raise StopRequested, which ends RQ's loop, if the process should stop."""
        if should_stop():
            raise StopRequested
        return super().dequeue_any(*arguments, **named)

    @classmethod
    def lmove(cls, connection: Redis, queue_key: str, timeout: int | None) -> Any:
        """Take the next id of a job; return None if there is none."""
        taken_key = IntermediateQueue.get_intermediate_queue_key(queue_key)
        while (moved := super().lmove(connection, queue_key, timeout)) is not None:
            if not remove_if_no_job_id(connection, taken_key, moved[1]):
                return moved
        return None

    @classmethod
    def _fetch_dequeued_job(
        cls, connection: Redis, queue_key: str, job_id: str, *arguments: Any, **named: Any
    ) -> tuple[Job, Queue] | None:
        fetched = super()._fetch_dequeued_job(connection, queue_key, job_id, *arguments, **named)
        if fetched is None:
            IntermediateQueue(queue_key, connection).remove(job_id)
        return fetched


class QueueWorker(SimpleWorker):
    """Worker of one queue that needs no signal handler and no thread beside its own.

    ``before_job`` and ``after_job`` are called in the worker's thread.
    """

    death_penalty_class = JobTimeLimit
    queue_class = StoppableQueue
    job_class = CheckedJob
    max_connection_wait_time = 5.0
    before_job: Callable[[], None] | None = None
    after_job: Callable[[], None] | None = None
    maintenance: Interval
    _heartbeat_s = 0.0

    def execute_job(self, job: Job, queue: Queue) -> None:
        """Run the job in this thread."""
        if self.before_job is not None:
            self.before_job()
        try:
            super().execute_job(job, queue)
        finally:
            if self.after_job is not None:
                self.after_job()

    def prepare_execution(self, job: Job) -> Execution:
        """Register the execution and mark the job as started, in one call to Redis."""
        ttl_s = self.get_heartbeat_ttl(job)
        (queue,) = self.queues
        with self.connection.pipeline() as calls:
            execution = Execution.create(job, ttl_s, calls, worker_name=self.name)
            self.heartbeat(ttl_s, calls)
            job.prepare_for_execution(self.name, calls)
            calls.persist(job.key)
            calls.lrem(queue.intermediate_queue_key, 1, job.id)
            calls.execute()
        self.executions[execution.id] = execution
        return execution

    def prepare_job_execution(self, *_arguments: object) -> None:
        """Do nothing: `prepare_execution` has done it."""

    def handle_execution_ended(self, job: Job, *_arguments: object) -> None:
        """Record the end of the job here only: RQ deletes or saves the job right after it."""
        job.ended_at = now()

    def handle_job_success(
        self,
        job: Job,
        queue: Queue,
        started_job_registry: StartedJobRegistry,  # noqa: ARG002
        execution: Execution,
    ) -> None:
        """Delete the job and its execution, and count the job, in one call to Redis.

        RQ looks for what our jobs don't have: dependents, results, repeats and rate limits.
        """
        with self.connection.pipeline() as calls:
            self.cleanup_execution(job, calls, execution)
            calls.delete(job.key, job.execution_registry.key)
            count_job(calls, queue.name, time.time())
            calls.execute()

    def increment_failed_job_count(self, pipeline: Pipeline | None = None) -> None:
        """Count a failed job among the jobs of its minute; RQ counts by worker, which nobody reads.

        RQ calls this with the pipeline that records the failure.
        """
        (queue,) = self.queues
        if pipeline is not None:
            count_job(pipeline, queue.name, time.time())

    @property
    def should_run_maintenance_tasks(self) -> bool:
        """Whether this worker cleans RQ's registries of its queue now."""
        return self.maintenance.is_due()

    def clean_registries(self) -> None:
        """Clean what our jobs use: RQ would also start jobs of others, by rate limit or parent."""
        (queue,) = self.queues
        if queue.acquire_maintenance_lock():
            for registry in (StartedJobRegistry, FailedJobRegistry):
                registry(queue=queue, job_class=self.job_class).cleanup()
            clean_worker_registry(queue)
            queue.intermediate_queue.cleanup(self, queue)
            queue.release_maintenance_lock()

    def clean_group_registries(self) -> None:
        """Clean none: our jobs have no groups."""

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Send a heartbeat, unless one was sent a moment ago."""
        lifetime_s = max(timeout or 0, WORKER_TTL_S + HEARTBEAT_MARGIN_S)
        if pipeline is not None:
            super().heartbeat(lifetime_s, pipeline)
        elif time.monotonic() - self._heartbeat_s >= HEARTBEAT_EVERY_S:
            super().heartbeat(lifetime_s)
            self._heartbeat_s = time.monotonic()

    def set_state(self, state: str, pipeline: Pipeline | None = None) -> None:  # noqa: ARG002
        """Keep the state in this process: nobody reads it in Redis, and each job changes it."""
        self._state = state

    def _install_signal_handlers(self) -> None:
        """Install none: the process's main thread handles signals."""

    def subscribe(self) -> None:
        """Listen to no RQ commands: that would take a thread and a connection per worker."""


def make_worker(queue: str, connection: Redis, maintenance: Interval | None = None) -> QueueWorker:
    """Return a worker of one queue, not started.

    A worker listens on one queue only. RQ then keeps a fetched job in an intermediate queue until
    it is done, and maintenance removes it if the worker dies.
    """
    worker = QueueWorker(
        [StoppableQueue(queue, connection=connection, serializer=JSONSerializer)],
        name=next_worker_name(queue),
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=WORKER_TTL_S,
        log_job_description=False,
    )
    worker.maintenance = maintenance or Interval(MAINTENANCE_EVERY_S)
    return worker
