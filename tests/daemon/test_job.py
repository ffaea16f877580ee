"""A job gets ids from the queue and the runtime from its process."""

from __future__ import annotations

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from daemon.job import job
from daemon.queue_worker import make_worker
from daemon.tasks import drain_events, probe_store, register_webhooks, run_sync
from portal.ecwid.errors import EcwidError
from portal.errors import SealedSecretError
from portal.jobs import DRAIN_EVENTS, PROBE_STORE, REGISTER_WEBHOOKS, RUN_SYNC, wake
from portal.models import EventState, Product, Resource, StoreState, SyncRun, WebhookEvent
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime
from portal.wake_keys import wake_key
from tests.shop import Shop, store_of


def test_job_without_a_runtime_reports_what_is_missing() -> None:
    with pytest.raises(RuntimeError, match="use_runtime"):
        drain_events(1)


def test_job_deletes_its_wake_up_before_it_reads(jobs_runtime: Runtime) -> None:
    wake(jobs_runtime.redis, DRAIN_EVENTS, 1003)
    assert jobs_runtime.redis.exists(wake_key(DRAIN_EVENTS.path, (1003,)))

    drain_events(1003)

    assert not jobs_runtime.redis.exists(wake_key(DRAIN_EVENTS.path, (1003,)))


def test_job_works_while_redis_is_unavailable(jobs_runtime: Runtime) -> None:
    jobs_runtime.redis.connection_pool.disconnect()
    jobs_runtime.redis.connection_pool.connection_kwargs["path"] = "/nowhere.sock"

    drain_events(1003)


@pytest.mark.parametrize("error", [SealedSecretError("no key"), ZeroDivisionError()])
def test_error_of_a_job_is_logged_and_raised(
    jobs_runtime: Runtime, error: Exception, capsys: pytest.CaptureFixture[str]
) -> None:
    @job
    def fail(runtime: Runtime, number: int) -> None:
        raise error

    with pytest.raises(type(error)):
        fail(7)

    assert "job.failed" in (log := capsys.readouterr().out) or "job.crashed" in log
    assert "[7]" in log


@pytest.mark.parametrize("queue", ["events", "sync", "registrations"])
def test_worker_runs_the_jobs_of_its_queue(shop: Shop, jobs_runtime: Runtime, queue: str) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    run = start_run(shop.store_id, Resource.PRODUCTS)
    jobs = [
        (DRAIN_EVENTS, shop.store_id),
        (RUN_SYNC, run.id),
        (REGISTER_WEBHOOKS, shop.store_id),
        (PROBE_STORE, shop.store_id),
    ]
    for spec, number in jobs:
        wake(jobs_runtime.redis, spec, number)

    make_worker(queue, jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    assert Queue(queue, connection=jobs_runtime.redis, serializer=JSONSerializer).count == 0
    done = {
        "events": WebhookEvent.get().state == EventState.APPLIED,
        "sync": SyncRun.get_by_id(run.id).is_finished,
        "registrations": store_of(shop).webhook_mode == "api",
    }
    assert done[queue]


def test_each_job_is_safe_to_run_twice(shop: Shop, jobs_runtime: Runtime) -> None:
    shop.event(shop.product_ids()[0])
    run = start_run(shop.store_id, Resource.PRODUCTS)

    for _ in range(2):
        drain_events(shop.store_id)
        run_sync(run.id)
        register_webhooks(shop.store_id)
        probe_store(shop.store_id)

    assert Product.select().count() == 250
    assert store_of(shop).state == StoreState.CONNECTED
    registered = shop.server.parts.state.number("SELECT count(*) FROM registration")
    assert registered == 1


def test_connection_check_raises_errors_that_a_retry_may_solve(
    shop: Shop, jobs_runtime: Runtime
) -> None:
    shop.fault("/profile", 503)

    with pytest.raises(EcwidError):
        probe_store(shop.store_id)
