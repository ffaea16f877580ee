"""Jobs as RQ stores them in Redis, with the traceback of a failed one.

The content of Redis is shown, never run: no text in it is imported, unpickled or called.
"""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from redis import Redis
from rq.job import Job
from rq.serializers import JSONSerializer

from portal.rules.work.job_data import (
    DATA_FIELD,
    MAX_TRACEBACK_BYTES,
    decompress,
    parse_job_data,
    read_fields,
)


@dataclass(frozen=True)
class JobFacts:
    """One job; ``path`` names its function, "" if it is unreadable; ``ids`` are its arguments.

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
        if DATA_FIELD not in each:
            continue
        call = parse_job_data(each[DATA_FIELD])
        job = Job(job_id, connection=redis, serializer=JSONSerializer)
        try:
            job.restore({**read_fields(each), DATA_FIELD: b""})
        except (ValueError, OverflowError):
            # Nobody's job: its times or its status can't be read.
            continue
        jobs[job_id] = JobFacts(
            job_id,
            call.path if call else "",
            call.ids if call else (),
            job.origin,
            job.enqueued_at or job.created_at,
            job.started_at,
            job.ended_at,
            job.worker_name,
        )
    return jobs


def read_traceback(entries: Sequence[Any]) -> str:
    """Return the traceback of a failed job from the entries of its results; "" without one.

    RQ's own reader also unpickles the returned value.
    """
    for _result_id, payload in entries:
        try:
            stored = b64decode(payload.get(b"exc_string", b""))
        except binascii.Error:
            return ""
        return (decompress(stored, MAX_TRACEBACK_BYTES) or b"").decode(errors="replace")
    return ""
