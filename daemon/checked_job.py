"""Job from Redis that is refused unless it is one of `portal.jobs` with numbers as arguments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import structlog
from redis import Redis
from rq.exceptions import NoSuchJobError
from rq.job import JOB_ID_PATTERN, Job

from portal import jobs
from portal.rules.work.job_data import DATA_FIELD, dump_job_data, parse_job_data, read_fields

log = structlog.get_logger(__name__)

LOGGED_ID_CHARACTERS = 36


class JobRefusedError(NoSuchJobError):
    """Job that must not run; RQ treats it like a job that was deleted, which it is."""


class CheckedJob(Job):
    """RQ's job, read from Redis only if it is one of ``known`` in its queue.

    Fields that name other code, such as callbacks, are ignored, and the limits are those of
    `portal.jobs`. A refused job is deleted: its work, if it has any, is in the database.
    """

    known: ClassVar[Mapping[str, jobs.Job]] = jobs.JOBS

    def restore(self, raw_data: Mapping[bytes, bytes]) -> None:
        """Take the values from Redis; raise JobRefusedError, after the job is deleted."""
        fields = read_fields(raw_data)
        if DATA_FIELD not in fields:
            raise NoSuchJobError(f"job {self.id} is only reserved")
        call = parse_job_data(fields[DATA_FIELD])
        if call is None:
            raise self._refused("unreadable")
        known = self.known.get(call.path)
        if known is None:
            raise self._refused("unknown_function")
        try:
            super().restore({**fields, DATA_FIELD: dump_job_data(call)})
        except (ValueError, OverflowError) as error:
            raise self._refused("unreadable") from error
        if not self.belongs_to(known):
            raise self._refused("wrong_queue")
        self.timeout = known.timeout_s
        self.result_ttl = 0
        self.failure_ttl = jobs.FAILURE_TTL_S

    def belongs_to(self, known: jobs.Job) -> bool:
        """Return whether this job was enqueued in the queue of ``known``."""
        return self.origin == known.queue

    def _refused(self, reason: str) -> JobRefusedError:
        self.connection.delete(self.key)
        log_refusal(self.id, reason)
        return JobRefusedError(f"job {self.id} was refused: {reason}")


def remove_if_no_job_id(redis: Redis, taken_key: str, entry: Any) -> bool:
    """Remove an entry of a queue that can't be the id of a job; return whether it was one."""
    text = entry.decode(errors="replace")
    if JOB_ID_PATTERN.fullmatch(text):
        return False
    redis.lrem(taken_key, 1, entry)
    log_refusal(text, "no_job_id")
    return True


def log_refusal(job_id: str, reason: str) -> None:
    """Log that a job was refused; its name and arguments are somebody else's text."""
    log.warning("job.refused", job_id=ascii(job_id[:LOGGED_ID_CHARACTERS]), reason=reason)
