"""Jobs are read from Redis as RQ stores them, whatever their state."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from portal.jobs import POLL_STORE, wake
from portal.services.operator.job_facts import read_jobs, read_traceback
from portal.services.runtime import Runtime


def stored_job(runtime: Runtime) -> dict[bytes, Any]:
    """Return the hash of a waiting job as Redis has it."""
    wake(runtime.redis, POLL_STORE, 1003)
    [key] = runtime.redis.keys("rq:job:*")
    found: dict[bytes, Any] = runtime.redis.hgetall(key)
    return found


def test_waiting_job_has_its_function_store_and_time(runtime: Runtime) -> None:
    jobs = read_jobs(runtime.redis, {"a": stored_job(runtime)})

    job = jobs["a"]
    assert (job.task, job.ids, job.queue) == ("poll_store", (1003,), "polls")
    assert (datetime.now(UTC) - job.enqueued_at).total_seconds() < 60


def test_job_that_ended_or_is_only_reserved_is_missing(runtime: Runtime) -> None:
    assert read_jobs(runtime.redis, {"a": {}, "b": {b"origin": b"polls"}}) == {}


def test_job_whose_data_is_unreadable_is_listed_without_its_function(runtime: Runtime) -> None:
    broken = stored_job(runtime) | {b"data": b"\x00 no JSON"}

    job = read_jobs(runtime.redis, {"a": broken})["a"]

    assert (job.path, job.task, job.ids, job.queue) == ("", "", (), "polls")


def test_job_without_results_has_no_traceback(runtime: Runtime) -> None:
    assert read_traceback([]) == ""
