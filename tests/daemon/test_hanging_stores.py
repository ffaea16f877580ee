"""Stores whose API hangs occupy one thread of each queue, and leave the others to other stores."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator

import pytest
from redis import Redis

from daemon.worker_threads import WorkerThreads, stop_all
from portal import process
from portal.jobs import DRAIN_EVENTS, RUN_SYNC, SUBMIT_ORDER
from portal.models import IS_PENDING, OrderSubmission, SyncRun, WebhookEvent
from portal.process import request_stop
from portal.rules.orders.order_request_json import read_order_request
from portal.rules.orders.submission_states import SubmissionState
from portal.sandbox.latency import REST_PREFIX
from portal.sandbox.server import SandboxServer
from portal.services.orders.submit_order import OrderSender, submit_order
from portal.services.runs.sync_runs import start_all_runs
from portal.services.runtime import Runtime
from tests.daemon.processes import wait_until
from tests.shop import Shop, open_shop

HANGING_STORES = 8
THREADS = HANGING_STORES + 2
ORDERS_PER_STORE = 3
QUEUES = (DRAIN_EVENTS.queue, RUN_SYNC.queue, SUBMIT_ORDER.queue)


@pytest.fixture
def groups(
    jobs_runtime: Runtime,
    sandbox: SandboxServer,
    redis: Redis,
    valkey_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[list[WorkerThreads]]:
    """Threads for each queue, not started; the calls under way are cut off at the end."""
    monkeypatch.setattr(process, "_stop", threading.Event())
    threads = [WorkerThreads(queue, THREADS, valkey_url) for queue in QUEUES]
    yield threads
    request_stop()
    sandbox.stop()
    stop_all(threads, redis)


def give_work(shop: Shop, product_id: int) -> None:
    """Let work of each kind wait for a store: events, runs and orders."""
    shop.event(product_id)
    shop.runtime.wake(DRAIN_EVENTS, shop.store_id)
    shop.runtime.wake_many(RUN_SYNC, [run.id for run in start_all_runs(shop.store_id)])
    order = {"lines": [{"product_id": product_id, "quantity": 1}], "email": "ada@shopper.example"}
    for number in range(ORDERS_PER_STORE):
        key = f"{shop.store_id}-{number}"
        sender = OrderSender("api_key 7")
        submit_order(shop.runtime, shop.store_id, sender, key, read_order_request(order))


def is_served(shop: Shop) -> bool:
    """Return whether nothing waits for a store any more."""
    unfinished = SyncRun.finished_at.is_null() & (SyncRun.store == shop.store_id)
    pending = IS_PENDING & (WebhookEvent.store_id == shop.store_id)
    unsent = OrderSubmission.finished_at.is_null() & (OrderSubmission.store == shop.store_id)
    return not (
        SyncRun.select().where(unfinished).exists()
        or WebhookEvent.select().where(pending).exists()
        or OrderSubmission.select().where(unsent).exists()
    )


def hanging_calls(sandbox: SandboxServer) -> Counter[str]:
    """Return the number of calls that wait for an answer, by store."""
    paths = [task.requests[0].path for _, _, task in list(sandbox.dispatcher.waiting)]
    return Counter(path.removeprefix(REST_PREFIX).partition("/")[0] for path in paths)


def test_hanging_stores_leave_threads_to_others(
    runtime: Runtime, sandbox: SandboxServer, groups: list[WorkerThreads]
) -> None:
    hanging = [open_shop(runtime, sandbox) for _ in range(HANGING_STORES)]
    healthy = open_shop(runtime, sandbox, products=3)
    ids = ",".join(str(shop.store_id) for shop in hanging)
    sandbox.parts.switches.set("hanging_stores", ids)
    sandbox.parts.switches.set("hang_s", "600")
    for shop in hanging:
        give_work(shop, 1)
    give_work(healthy, healthy.product_ids()[0])

    for group in groups:
        group.ensure_waiting()
    wait_until(lambda: is_served(healthy), "the store that answers")

    calls = hanging_calls(sandbox)
    assert 0 < max(calls.values()) <= len(QUEUES)
    assert {
        row.state
        for row in OrderSubmission.select().where(OrderSubmission.store == healthy.store_id)
    } <= {SubmissionState.SUBMITTED, SubmissionState.REJECTED}
