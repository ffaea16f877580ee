"""Workers run the jobs of `portal.jobs` only, whatever somebody has written to Redis."""

from __future__ import annotations

import json
import pickle
import uuid
import zlib
from base64 import b64encode
from pathlib import Path

import pytest
import structlog
from redis import Redis

from daemon.checked_job import CheckedJob
from daemon.former_jobs import move_former_jobs
from daemon.queue_worker import make_worker
from portal.jobs import JOBS, POLL_STORE, QUEUES, Job, wake
from portal.services.operator.redis_snapshot import read_redis
from portal.services.runtime import Runtime

ran: list[int] = []


def succeed(number: int) -> None:
    """Job that notes that it ran."""
    ran.append(number)


class Exploit:
    """Object whose unpickling runs code."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[object, tuple[Path]]:
        return Path.touch, (self.mark,)


def as_json(path: str, *ids: object) -> bytes:
    return zlib.compress(json.dumps([path, None, ids, {}]).encode())


def put(redis: Redis, queue: str, data: bytes, **fields: str | bytes) -> str:
    """Write a job by raw commands, as an attacker can; return its id."""
    job_id = str(uuid.uuid4())
    values = {"data": data, "origin": queue, "status": "queued", **fields}
    redis.hset(f"rq:job:{job_id}", mapping=values)
    redis.rpush(f"rq:queue:{queue}", job_id)
    return job_id


def work_on(redis: Redis, queue: str) -> list[structlog.typing.EventDict]:
    """Do the jobs of the queue; return what was logged about refusals."""
    with structlog.testing.capture_logs() as logged:
        make_worker(queue, redis).work(burst=True, logging_level="CRITICAL")
    return [line for line in logged if line["event"] == "job.refused"]


@pytest.fixture(params=QUEUES)
def known(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Job:
    """A job of this module that workers may run, in each queue."""
    job = Job(f"{__name__}.succeed", request.param)
    monkeypatch.setitem(JOBS, job.path, job)
    ran.clear()
    return job


def test_foreign_jobs_of_a_queue_are_refused_and_its_own_run(
    redis: Redis, known: Job, tmp_path: Path
) -> None:
    mark, queue = tmp_path / "mark", known.queue
    pickled = pickle.dumps(Exploit(mark))
    put(redis, queue, pickled)
    put(redis, queue, zlib.compress(pickled))
    put(redis, queue, as_json("os.system", f"touch {mark}"))
    put(redis, queue, as_json("pathlib.os.mkdir", 1))
    put(redis, queue, as_json(known.path, {"object": 1}))
    put(redis, queue, as_json(known.path, 1), enqueued_at="yesterday")
    put(redis, queue, as_json(known.path, 1), origin="elsewhere")
    redis.rpush(f"rq:queue:{queue}", b"\xff id")
    wake(redis, known, 7)

    refusals = work_on(redis, queue)

    assert ran == [7]
    assert not mark.exists()
    assert [line["reason"] for line in refusals] == [
        "unreadable",
        "unreadable",
        "unreadable",
        "unknown_function",
        "unreadable",
        "unreadable",
        "wrong_queue",
        "no_job_id",
    ]
    assert redis.keys("rq:job:*") == []
    assert not redis.exists(f"rq:failed:{queue}", f"rq:queue:{queue}:intermediate")


@pytest.mark.parametrize("known", [POLL_STORE.queue], indirect=True)
def test_known_job_runs_without_the_code_that_its_fields_name(
    redis: Redis, known: Job, tmp_path: Path
) -> None:
    mark = tmp_path / "mark"
    job_id = put(
        redis,
        known.queue,
        as_json(known.path, 7),
        timeout="-1",
        success_callback_name="tests.daemon.test_checked_job.succeed",
        failure_callback_name="tests.daemon.test_checked_job.succeed",
        meta=pickle.dumps(Exploit(mark)),
        result=pickle.dumps(Exploit(mark)),
        webhooks='[{"url": "http://127.0.0.1:1/"}]',
        repeats_left="9",
        dependency_ids='["other"]',
    )
    job = CheckedJob.fetch(job_id, connection=redis)

    assert work_on(redis, known.queue) == []

    assert ran == [7]
    assert not mark.exists()
    assert (job.timeout, job.result_ttl, job.repeats_left) == (known.timeout_s, 0, None)
    assert (job.success_callback, job.failure_callback, job.webhooks) == (None, None, [])


def test_abandoned_foreign_job_runs_no_callback_in_maintenance(redis: Redis) -> None:
    ran.clear()
    job_id = put(
        redis,
        "polls",
        as_json("os.getpid"),
        status="started",
        failure_callback_name="tests.daemon.test_checked_job.succeed",
    )
    redis.delete("rq:queue:polls")
    redis.zadd("rq:wip:polls", {f"{job_id}:1": 1})

    (refusal,) = work_on(redis, "polls")

    assert refusal["reason"] == "unknown_function"
    assert ran == []
    assert not redis.exists("rq:wip:polls", f"rq:job:{job_id}")


def test_foreign_job_in_a_former_queue_ends_no_worker(redis: Redis) -> None:
    put(redis, "care", pickle.dumps(None))
    put(redis, "care", as_json("daemon.jobs.probe_store.probe_store", 1003))

    assert move_former_jobs(redis, "checks") == 1
    assert redis.llen("rq:queue:care") == 0


def test_operators_page_unpickles_no_result_of_a_failed_job(
    runtime: Runtime, valkey_url: str, tmp_path: Path
) -> None:
    mark, redis = tmp_path / "mark", runtime.redis
    job_id = put(redis, "polls", as_json(POLL_STORE.path, 7))
    foreign_id = put(redis, "polls", pickle.dumps(Exploit(mark)), created_at="never")
    redis.zadd("rq:failed:polls", {job_id: 10**10, foreign_id: 10**10})
    error = zlib.compress(b"ZeroDivisionError: 7")
    results = {"type": "2", "return_value": b64encode(pickle.dumps(Exploit(mark)))}
    redis.xadd(f"rq:results:{job_id}", {**results, "exc_string": b64encode(error)})

    snapshot = read_redis(valkey_url)

    assert snapshot is not None
    (failed,) = next(queue.failed for queue in snapshot.queues if queue.name == "polls")
    assert failed.traceback == "ZeroDivisionError: 7"
    assert not mark.exists()
