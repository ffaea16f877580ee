"""Jobs as RQ stores them in Redis, with the traceback of a failed one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from rq.exceptions import DeserializationError
from rq.job import Job
from rq.results import Result
from rq.serializers import JSONSerializer


@dataclass(frozen=True)
class JobFacts:
    """One job; ``path`` names its function, ``ids`` are its arguments.

    ``traceback`` is that of a failed job's error.
    """

    id: str
    path: str
    ids: tuple[int, ...]
    queue: str
    enqueued_at: datetime
    started_at: datetime | None = None
    ended_at: datetime | None = None
    worker: str | None = None
    traceback: str = ""

    @property
    def task(self) -> str:
        """Return the name of the function without its module."""
        return self.path.rpartition(".")[2]


def read_jobs(redis: Redis, hashes: Mapping[str, Any]) -> dict[str, JobFacts]:
    """Return the jobs by id; those that ended between the two calls are missing."""
    jobs = {}
    for job_id, each in hashes.items():
        # A reserved or just deleted job has no data.
        if b"data" not in each:
            continue
        job = Job(job_id, connection=redis, serializer=JSONSerializer)
        job.restore(each)
        try:
            path, ids = job.func_name or "", tuple(job.args)
        except DeserializationError:
            path, ids = "", ()
        jobs[job_id] = JobFacts(
            job_id,
            path,
            ids,
            job.origin,
            job.enqueued_at or job.created_at,
            job.started_at,
            job.ended_at,
            job.worker_name,
        )
    return jobs


def read_traceback(job_id: str, entries: Sequence[Any], redis: Redis) -> str:
    """Return the traceback of a failed job from the entries of its results; "" without one."""
    for result_id, payload in entries:
        result = Result.restore(job_id, result_id.decode(), payload, connection=redis)
        return result.exc_string or ""
    return ""
