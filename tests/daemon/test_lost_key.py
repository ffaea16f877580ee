"""A token that no key opens requires a reconnect; no job and no page fails because of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from redis import Redis
from rq import Queue
from rq.serializers import JSONSerializer

from portal.jobs import PROBE_STORE
from portal.models import (
    Grant,
    PrivacyRequest,
    PrivacyRequestKind,
    Resource,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    WebhookEvent,
)
from portal.sealing import Sealer, new_key
from portal.services.connection.probe_store import probe_store
from portal.services.connection.register_webhooks import register_webhooks
from portal.services.event_processing.processor import drain
from portal.services.notifications.issues import open_issues
from portal.services.privacy.process_requests import process_privacy_requests
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from portal.services.sync.poll_store import poll_store
from portal.services.sync.resync_records import process_resyncs, resync_record
from tests.sealed import seal_secret
from tests.shop import Shop, store_of

Job = Callable[[Runtime, int], object]


def read_runs(runtime: Runtime, store_id: int) -> None:
    for run in start_all_runs(store_id):
        process_run(runtime, run.id)


def read_a_record(runtime: Runtime, store_id: int) -> None:
    resync_record(runtime, Store.get_by_id(store_id), Resource.PRODUCTS, "5")
    process_resyncs(runtime, store_id)


def process_a_request(runtime: Runtime, store_id: int) -> None:
    PrivacyRequest.create(store=store_id, kind=PrivacyRequestKind.ACCESS, customer_id=12)
    process_privacy_requests(runtime, store_id)


def poll(runtime: Runtime, store_id: int) -> None:
    SyncState.create(store=store_id, resource=Resource.ORDERS)
    poll_store(runtime, store_id)


JOBS: dict[str, Job] = {
    "probe": probe_store,
    "runs": read_runs,
    "events": drain,
    "registration": register_webhooks,
    "poll": poll,
    "a record": read_a_record,
    "a request": process_a_request,
}


@pytest.fixture
def lost(shop: Shop) -> Shop:
    """A shop whose token was sealed with a lost key."""
    grant = Grant.get()
    grant.sealed_access_token = seal_secret(
        Sealer([new_key()]), grant, "sealed_access_token", "secret_token"
    )
    grant.save()
    shop.event()
    return shop


def probes(redis: Redis) -> list[tuple[int, ...]]:
    queue = Queue(PROBE_STORE.queue, connection=redis, serializer=JSONSerializer)
    return [tuple(job.args) for job in queue.jobs if job.func_name == PROBE_STORE.path]


@pytest.mark.promise(5)
@pytest.mark.parametrize("name", JOBS)
def test_no_job_fails_and_the_store_requires_a_reconnect(
    lost: Shop, runtime: Runtime, redis: Redis, name: str
) -> None:
    JOBS[name](runtime, lost.store_id)

    if store_of(lost).state != StoreState.RECONNECT:
        assert probes(redis) == [(lost.store_id,)]
        probe_store(runtime, lost.store_id)
    assert store_of(lost).state == StoreState.RECONNECT
    assert Grant.active_for(lost.store_id) is None
    assert [issue.kind for issue in open_issues(lost.store_id)] != []
    assert lost.calls() == 0


def test_waiting_work_continues_after_the_reconnect(lost: Shop, runtime: Runtime) -> None:
    for name in ("runs", "events", "registration"):
        JOBS[name](runtime, lost.store_id)

    assert [event.state for event in WebhookEvent.select()] == ["pending"]
    assert {run.state for run in SyncRun.select()} <= {"queued", "running"}
