"""Queues, worker processes and running jobs as Redis reports them."""

from __future__ import annotations

import socket
from datetime import timedelta

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from daemon.queue_worker import QueueWorker
from portal.jobs import ADVANCE_REPLAY, DRAIN_EVENTS, RUN_SYNC, SEND_DIGESTS, SUBMIT_ORDER, wake
from portal.models import EventReplay, OrderSubmission, Store, SyncRun, utc_now
from portal.process import worker_prefix
from portal.services.operator.job_facts import JobFacts
from portal.services.operator.job_stores import stores_of
from portal.services.operator.queues import QueueReport, report_queues
from portal.services.operator.redis_snapshot import TIMEOUT_S, read_redis
from portal.services.operator.work_report import report_work
from portal.services.operator.workers import (
    living_threads,
    report_running_jobs,
    report_workers,
)
from portal.services.runtime import Runtime
from tests.services.operator.conftest import begin_job, snapshot_of


def queue_report(runtime: Runtime, name: str) -> QueueReport:
    snapshot = snapshot_of(runtime)
    reports = report_queues(snapshot, living_threads(report_workers(snapshot)))
    return next(report for report in reports if report.name == name)


def test_queue_has_its_depth_and_the_time_of_its_oldest_job(runtime: Runtime) -> None:
    assert queue_report(runtime, "events") == QueueReport("events", 0, None, 0, 0.0, 0, 0)
    for store_id in (1, 2, 3):
        wake(runtime.redis, DRAIN_EVENTS, store_id)
    oldest = Queue("events", connection=runtime.redis, serializer=JSONSerializer).jobs[0]
    # A person waits for this one, so it overtakes.
    wake(runtime.redis, DRAIN_EVENTS, 4, at_front=True)

    report = queue_report(runtime, "events")

    assert report.depth == 4
    assert report.waits_since == oldest.enqueued_at
    assert utc_now() - oldest.enqueued_at < timedelta(minutes=1)


def test_worker_reports_its_job_with_store_and_start(runtime: Runtime, worker: QueueWorker) -> None:
    wake(runtime.redis, DRAIN_EVENTS, 1003)
    begin_job(worker)

    snapshot = snapshot_of(runtime)
    (process,) = report_workers(snapshot)
    (running,) = report_running_jobs(snapshot, [process])

    assert f"{process.process.replace(' ', '.events.')}." == worker_prefix("events")
    assert (process.queue, process.threads, process.busy) == ("events", 1, 1)
    assert not process.is_dead
    assert process.heartbeat_at is not None
    assert (running.job.task, running.store_id) == ("drain_events", 1003)
    assert running.job.started_at is not None
    assert not running.is_abandoned
    assert queue_report(runtime, "events").running == 1
    assert queue_report(runtime, "events").workers == 1


def test_killed_worker_is_dead_as_soon_as_its_connection_is_closed(
    runtime: Runtime, worker: QueueWorker, worker_redis: Redis
) -> None:
    wake(runtime.redis, DRAIN_EVENTS, 1003)
    begin_job(worker)

    worker_redis.close()

    snapshot = snapshot_of(runtime)
    (process,) = report_workers(snapshot)
    (running,) = report_running_jobs(snapshot, [process])
    assert process.is_dead
    assert running.is_abandoned
    assert living_threads([process]) == {}


def test_worker_is_dead_when_its_heartbeats_have_ended(
    runtime: Runtime, worker: QueueWorker
) -> None:
    runtime.redis.delete(worker.key)

    (process,) = report_workers(snapshot_of(runtime))

    assert process.is_dead
    assert process.heartbeat_at is None


def test_connected_worker_is_shown_though_redis_has_lost_its_data(
    runtime: Runtime, worker: QueueWorker
) -> None:
    runtime.redis.flushall()

    (process,) = report_workers(snapshot_of(runtime))

    assert (process.queue, process.threads, process.is_dead) == ("events", 1, False)


def test_stores_of_jobs_are_found_by_the_rows_that_they_name(store: Store) -> None:
    run = SyncRun.create(store=store, resource="orders", kind="incremental")
    replay = EventReplay.create(store=store, event_filter={}, upto_id=1, expected=1)
    order = {"sender": "m", "idempotency_key": "k", "fingerprint": "f", "reference": "r"}
    submission = OrderSubmission.create(store=store, **order)
    named = {
        "run": (RUN_SYNC, run.id),
        "replay": (ADVANCE_REPLAY, replay.id),
        "submission": (SUBMIT_ORDER, submission.id),
        "drain": (DRAIN_EVENTS, 77),
        "deleted run": (RUN_SYNC, run.id + 1),
        "recipient": (SEND_DIGESTS, 5),
    }
    jobs = [
        JobFacts(name, job.path, (row_id,), job.queue, utc_now())
        for name, (job, row_id) in named.items()
    ]

    assert stores_of(jobs) == {
        "run": store.id,
        "replay": store.id,
        "submission": store.id,
        "drain": 77,
    }


def test_work_in_the_database_is_reported_without_redis(runtime: Runtime) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        # It accepts connections and never answers.
        report = report_work(f"redis://127.0.0.1:{silent.getsockname()[1]}")

    assert report.redis is None
    assert report.waiting
    assert not report.has_schedule
    assert not report.is_moving


def test_page_waits_for_redis_less_than_a_second() -> None:
    """Connecting and two calls are all that may wait."""
    assert 3 * TIMEOUT_S < 1


def test_snapshot_takes_two_calls(runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    wake(runtime.redis, DRAIN_EVENTS, 1003)
    sent = []
    send = socket.socket.sendall
    monkeypatch.setattr(
        socket.socket, "sendall", lambda each, data, *_: (sent.append(data), send(each, data))[1]
    )

    assert read_redis(runtime.settings.effective_redis_url) is not None

    assert len(sent) == 2
