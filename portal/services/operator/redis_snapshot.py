"""State of queues, workers and failed jobs in Redis, read in two calls with short timeouts.

A page must not wait for a queue server that hangs, so connecting and each of the two calls give up
after a third of a second.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

import structlog
from redis import Redis, RedisError, ResponseError
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.retry import Retry
from rq import Queue
from rq.job import Job
from rq.results import Result
from rq.serializers import JSONSerializer
from rq.worker_registration import REDIS_WORKER_KEYS

from portal.job_counts import full_minute_keys, jobs_per_minute
from portal.jobs import QUEUES
from portal.services.operator.job_facts import JobFacts, read_jobs, read_traceback

log = structlog.get_logger(__name__)

TIMEOUT_S = 0.33
# Jobs of each queue that are read. The oldest waiting job is among them, unless so many jobs that
# a person waits for have overtaken it.
WAITING_READ = 50
RUNNING_READ = 200
FAILED_READ = 100
WORKERS_READ = 500


@dataclass(frozen=True)
class QueueSnapshot:
    """Jobs of one queue; the lists are limited, the counts are not."""

    name: str
    depth: int
    waiting: Sequence[JobFacts]
    running_count: int
    running: Sequence[JobFacts]
    failed_count: int
    failed: Sequence[JobFacts]
    per_minute: float


@dataclass(frozen=True)
class RedisSnapshot:
    """State of all queues and workers.

    ``workers`` are RQ's hashes by name, empty for a worker whose heartbeats ended long ago.
    ``connections`` counts the connected clients by name, None if this server doesn't list them.
    """

    queues: Sequence[QueueSnapshot]
    workers: Mapping[str, Mapping[str, str]]
    worker_count: int
    connections: Mapping[str, int] | None


@dataclass(frozen=True)
class _Ids:
    """Result of the first call for one queue."""

    depth: int
    waiting: Sequence[str]
    running_count: int
    running: Sequence[str]
    failed_count: int
    failed: Sequence[str]


def read_redis(url: str) -> RedisSnapshot | None:
    """Return the state of the queue server at ``url``, or None if it doesn't answer at once."""
    try:
        with closing(open_impatient_redis(url)) as redis:
            return _read(redis)
    except RedisError as error:
        log.warning("operator.redis_unavailable", error=type(error).__name__)
        return None


def open_impatient_redis(url: str) -> Redis:
    """Return a client that gives up soon and never tries again."""
    return Redis.from_url(
        url,
        socket_connect_timeout=TIMEOUT_S,
        socket_timeout=TIMEOUT_S,
        retry=Retry(NoBackoff(), 0),
        # Without a greeting, which would be one more call.
        protocol=2,
        driver_info=None,
    )


def _read(redis: Redis) -> RedisSnapshot:
    now_s = time.time()
    queues = [Queue(name, connection=redis, serializer=JSONSerializer) for name in QUEUES]
    with redis.pipeline(transaction=False) as calls:
        calls.client_list()
        calls.smembers(REDIS_WORKER_KEYS)
        for key in full_minute_keys(now_s):
            calls.hgetall(key)
        for queue in queues:
            _ask_for_ids(calls, queue, now_s)
        clients, worker_keys, *answers = calls.execute(raise_on_error=False)
    minutes = len(full_minute_keys(now_s))
    checked = [_checked(answer) for answer in (worker_keys, *answers)]
    counts = jobs_per_minute(checked[1 : minutes + 1])
    ids = [_ids(checked[start : start + 6]) for start in range(minutes + 1, len(checked), 6)]
    keys = sorted(_text(key) for key in checked[0])
    return _with_details(redis, ids, counts, keys, clients)


def _ask_for_ids(calls: Pipeline, queue: Queue, now_s: float) -> None:
    running, failed = queue.started_job_registry.key, queue.failed_job_registry.key
    calls.llen(queue.key)
    calls.lrange(queue.key, 0, WAITING_READ - 1)
    calls.zcard(running)
    calls.zrange(running, 0, RUNNING_READ - 1)
    # The score is the time at which RQ forgets the job.
    calls.zcount(failed, now_s, "+inf")
    calls.zrevrangebyscore(failed, "+inf", now_s, start=0, num=FAILED_READ)


def _ids(answers: Sequence[Any]) -> _Ids:
    depth, waiting, running_count, running, failed_count, failed = answers
    return _Ids(
        depth,
        [_text(each) for each in waiting],
        running_count,
        # An entry names the job and its execution.
        [_text(each).split(":")[0] for each in running],
        failed_count,
        [_text(each) for each in failed],
    )


def _with_details(
    redis: Redis,
    ids: Sequence[_Ids],
    counts: Mapping[str, float],
    worker_keys: Sequence[str],
    clients: Any,
) -> RedisSnapshot:
    """Read the jobs, results and workers that the first call found."""
    read_keys = worker_keys[:WORKERS_READ]
    job_ids = [each for found in ids for each in (*found.waiting, *found.running, *found.failed)]
    failed_ids = [each for found in ids for each in found.failed]
    with redis.pipeline(transaction=False) as calls:
        for key in read_keys:
            calls.hgetall(key)
        for job_id in job_ids:
            calls.hgetall(Job.key_for(job_id))
        for job_id in failed_ids:
            calls.xrevrange(Result.get_key(job_id), "+", "-", 1)
        answers = [_checked(answer) for answer in calls.execute(raise_on_error=False)]
    hashes = answers[len(read_keys) : len(read_keys) + len(job_ids)]
    jobs = read_jobs(redis, dict(zip(job_ids, hashes, strict=True)))
    results = dict(zip(failed_ids, answers[len(read_keys) + len(job_ids) :], strict=True))
    return RedisSnapshot(
        queues=[
            QueueSnapshot(
                name,
                found.depth,
                [jobs[each] for each in found.waiting if each in jobs],
                found.running_count,
                [jobs[each] for each in found.running if each in jobs],
                found.failed_count,
                [
                    replace(jobs[each], traceback=read_traceback(results[each]))
                    for each in found.failed
                    if each in jobs
                ],
                counts.get(name, 0.0),
            )
            for name, found in zip(QUEUES, ids, strict=True)
        ],
        workers={
            key.rpartition(":")[2]: {_text(name): _text(value) for name, value in each.items()}
            for key, each in zip(read_keys, answers, strict=False)
        },
        worker_count=len(worker_keys),
        connections=None
        if isinstance(clients, ResponseError)
        else Counter(client["name"] for client in clients),
    )


def _text(value: bytes) -> str:
    return value.decode(errors="replace")


def _checked(answer: Any) -> Any:
    if isinstance(answer, Exception):
        raise answer
    return answer
