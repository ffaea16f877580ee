"""The operators' page of queues, workers, due work and failed jobs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from redis import Redis

from daemon.queue_worker import make_worker
from portal.jobs import DRAIN_EVENTS, JOBS, POLL_STORE, wake
from portal.models import AuditLogEntry, Lease, Merchant, Store, SyncRun
from portal.rules.accounts.operator_roles import OperatorRole
from portal.services.operator.failed_jobs import group_failures
from portal.services.operator.redis_snapshot import read_redis
from portal.services.operator.work_report import SCHEDULE_LEASE
from portal.services.runtime import Runtime
from portal.web.app import create_app
from portal.web.operator.work_labels import TASKS
from tests.web.conftest import Visitor, page_text
from tests.web.operator.conftest import set_role

PAGE = "/operator/work"
NO_REDIS = "redis://127.0.0.1:1"


def fail_jobs(runtime: Runtime, *store_ids: int) -> str:
    """Let a job of each store fail; return the key of their group."""
    for store_id in store_ids:
        wake(runtime.redis, DRAIN_EVENTS, store_id)
    make_worker("events", runtime.redis).work(burst=True, logging_level="CRITICAL")
    snapshot = read_redis(runtime.settings.effective_redis_url)
    assert snapshot is not None
    return group_failures(snapshot)[0].key


@pytest.fixture
def without_redis(runtime: Runtime, merchant: Merchant) -> Visitor:
    """The browser of an admin, at a portal whose queue server isn't responding."""
    set_role(merchant, OperatorRole.ADMIN)
    settings = replace(runtime.settings, redis_url=NO_REDIS)
    app = create_app(replace(runtime, settings=settings, redis=Redis.from_url(NO_REDIS)))
    return Visitor(app).force_login(merchant)


def test_operator_finds_the_page_which_says_that_no_worker_and_no_schedule_runs(
    operator: Visitor,
) -> None:
    assert f'href="{PAGE}"' in operator.get("/operator/onboarding").text
    page = page_text(operator.get(PAGE))

    assert "No workers are running. Start the daemon" in page
    assert "The scheduler isn't running" in page
    assert "No failed jobs" in page
    assert "No jobs are running." in page
    assert "isn't responding" not in page


def test_page_shows_jobs_due_work_and_workers(
    operator: Visitor, runtime: Runtime, store: Store
) -> None:
    Lease.acquire(SCHEDULE_LEASE, "host", ttl_s=60)
    SyncRun.create(store=store, resource="orders", kind="incremental")
    wake(runtime.redis, POLL_STORE, store.id)
    worker = make_worker("polls", runtime.redis)
    worker.register_birth()

    page = page_text(operator.get(PAGE))

    assert "polls 1 just now 0 0.0 0 1" in page
    assert "Sync runs sync 1 just now" in page
    assert "polls Ready 1 0 just now" in page
    assert "No workers are running for: events , sync ," in page
    assert "The scheduler isn't running" not in page


def test_failed_jobs_are_retried_after_a_confirmation(
    operator: Visitor, runtime: Runtime, merchant: Merchant
) -> None:
    key = fail_jobs(runtime, 1003, 2004)
    assert "Apply webhook events events RuntimeError 2 2" in page_text(operator.get(PAGE))
    assert "2 jobs failed: Apply webhook events" in page_text(
        operator.get(f"{PAGE}/failed?group={key}")
    )

    response = operator.post(f"{PAGE}/failed/retry", group=key)

    assert (response.status_code, response.headers["Location"]) == (303, PAGE)
    assert "Retrying 2 jobs now." in page_text(operator.get(PAGE))
    assert runtime.redis.llen("rq:queue:events") == 2
    assert AuditLogEntry.get().actor_id == merchant.id


def test_failed_jobs_are_discarded(operator: Visitor, runtime: Runtime) -> None:
    key = fail_jobs(runtime, 1003)

    operator.post(f"{PAGE}/failed/discard", group=key)

    page = page_text(operator.get(PAGE))
    assert "1 job discarded." in page
    assert "No failed jobs" in page


def test_jobs_that_are_gone_are_reported(operator: Visitor) -> None:
    gone = "These jobs are no longer in the failed jobs list."
    operator.get(f"{PAGE}/failed?group=x")
    assert gone in page_text(operator.get(PAGE))
    operator.post(f"{PAGE}/failed/retry", group="x")
    assert gone in page_text(operator.get(PAGE))


def test_support_sees_failed_jobs_without_their_buttons(
    operator: Visitor, merchant: Merchant, runtime: Runtime
) -> None:
    fail_jobs(runtime, 1003)
    assert "Retry or discard" in page_text(operator.get(PAGE))

    set_role(merchant, OperatorRole.SUPPORT)

    page = page_text(operator.get(PAGE))
    assert "RuntimeError" in page
    assert "Retry or discard" not in page


def test_page_without_redis_shows_due_work_and_changes_nothing(
    without_redis: Visitor, store: Store
) -> None:
    SyncRun.create(store=store, resource="orders", kind="incremental")

    page = page_text(without_redis.get(PAGE))

    assert "The queue server (Redis) isn't responding." in page
    assert "Sync runs sync 1 just now" in page
    assert "Running jobs" not in page
    without_redis.get(f"{PAGE}/failed?group=x")
    assert "so nothing was changed" in page_text(without_redis.get(PAGE))
    without_redis.post(f"{PAGE}/failed/retry", group="x")
    assert "so nothing was changed" in page_text(without_redis.get(PAGE))


def test_page_is_refreshed_often_only_while_something_moves(
    operator: Visitor, store: Store
) -> None:
    Store.update(probe_due_at=None, webhook_check_due_at=None).execute()
    assert 'data-live-every="15"' in operator.get(PAGE).text

    SyncRun.create(store=store, resource="orders", kind="incremental")

    assert 'data-live-every="5"' in operator.get(PAGE).text


def test_every_job_has_a_title() -> None:
    assert {path.rpartition(".")[2] for path in JOBS} == {*TASKS}
