"""Failed jobs are grouped by cause, and retried or discarded together."""

from __future__ import annotations

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from portal.jobs import DRAIN_EVENTS, JOBS, POLL_STORE, Job, wake
from portal.models import AuditLogEntry, Merchant
from portal.services.operator.failed_jobs import (
    FailureGroup,
    discard_group,
    find_group,
    group_failures,
    retry_group,
)
from portal.services.runtime import Runtime
from tests.services.operator.conftest import run_jobs, snapshot_of

NOWHERE = "redis://127.0.0.1:1"


def fail_jobs(runtime: Runtime, job: Job, *ids: int) -> None:
    for each in ids:
        wake(runtime.redis, job, each)
    run_jobs(runtime, job.queue)


def groups_of(runtime: Runtime) -> list[FailureGroup]:
    return group_failures(snapshot_of(runtime))


def queued_ids(redis: Redis, queue: str) -> list[list[int]]:
    return [job.args for job in Queue(queue, connection=redis, serializer=JSONSerializer).jobs]


@pytest.fixture
def failed(runtime: Runtime) -> FailureGroup:
    """Three failed jobs of two stores with the same cause."""
    fail_jobs(runtime, DRAIN_EVENTS, 1003, 2004)
    fail_jobs(runtime, DRAIN_EVENTS, 1003)
    (group,) = groups_of(runtime)
    return group


def test_failed_jobs_form_a_group_with_times_and_stores(
    runtime: Runtime, failed: FailureGroup
) -> None:
    assert (failed.queue, failed.task, failed.cause) == ("events", "drain_events", "RuntimeError")
    assert (failed.count, failed.store_count) == (3, 2)
    assert failed.first_at < failed.last_at
    fail_jobs(runtime, POLL_STORE, 1003)

    assert [group.task for group in groups_of(runtime)] == ["poll_store", "drain_events"]
    assert [queue.failed_count for queue in snapshot_of(runtime).queues[:2]] == [3, 1]


def test_retry_enqueues_each_work_once_and_is_in_the_audit_log(
    runtime: Runtime, merchant: Merchant, failed: FailureGroup
) -> None:
    url = runtime.settings.effective_redis_url

    assert retry_group(url, failed.key, merchant) == 3

    assert sorted(queued_ids(runtime.redis, "events")) == [[1003], [2004]]
    assert groups_of(runtime) == []
    entry = AuditLogEntry.get()
    assert (entry.action, entry.target, entry.store_id) == (
        "failed_jobs.retried",
        "queue events",
        None,
    )
    assert entry.after == {"task": "drain_events", "cause": "RuntimeError", "count": 3}
    assert retry_group(url, failed.key, merchant) == 0


def test_discarded_jobs_leave_nothing(
    runtime: Runtime, merchant: Merchant, failed: FailureGroup
) -> None:
    assert discard_group(runtime.settings.effective_redis_url, failed.key, merchant) == 3

    assert AuditLogEntry.get().action == "failed_jobs.discarded"
    assert queued_ids(runtime.redis, "events") == []
    left = {key.decode().split(":")[1] for key in runtime.redis.scan_iter("rq:*")}
    assert not left & {"job", "results", "failed"}


def test_job_of_a_former_version_is_only_removed(
    runtime: Runtime, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = Job("daemon.jobs.gone", "events")
    with monkeypatch.context() as former_version:
        former_version.setitem(JOBS, gone.path, gone)
        fail_jobs(runtime, gone, 5)
    (group,) = groups_of(runtime)

    assert retry_group(runtime.settings.effective_redis_url, group.key, merchant) == 1

    assert queued_ids(runtime.redis, "events") == []
    assert groups_of(runtime) == []


def test_nothing_is_done_without_redis(merchant: Merchant, failed: FailureGroup) -> None:
    assert retry_group(NOWHERE, failed.key, merchant) is None
    assert discard_group(NOWHERE, failed.key, merchant) is None

    assert not AuditLogEntry.select().exists()


def test_unknown_group_is_not_found(runtime: Runtime, failed: FailureGroup) -> None:
    assert find_group(snapshot_of(runtime), failed.key) == failed
    assert find_group(snapshot_of(runtime), "x") is None
