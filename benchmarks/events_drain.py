"""Throughput and API calls of draining many events, compared with one job per event.

100,000 events of ten stores are pending (10,000 with latency). Each names another product or order,
so no two can be merged, and only the effect of batches is measured. One worker applies them. The
comparison in the same run, with the same sandbox, reads and writes, is the pattern of RQ's manual:
one job per event.
The sandbox is its own process and enforces Ecwid's limit of 600 requests a minute.
"""

from __future__ import annotations

import logging
import multiprocessing
import random
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import structlog
from redis import Redis, RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from benchmarks.report import figure, latency_suffix, table
from daemon.job import job, use_runtime
from daemon.queue_worker import make_worker
from daemon.valkey import server_command
from portal.config import Settings
from portal.jobs import DRAIN_EVENTS
from portal.models import EventBatch, EventState, Grant, Store, WebhookEvent, database, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, chunked, insert_rows
from portal.models.migrations import migrate
from portal.sandbox.admin_operations import add_store
from portal.sandbox.config import DEFAULT_SCOPES, SandboxConfig
from portal.sandbox.server import SandboxServer
from portal.sealing import new_key
from portal.services.mirror import resources
from portal.services.runtime import Runtime, open_runtime

STORES = 10
FIRST_STORE = 1003
HTTP_TOO_MANY = 429


@dataclass(frozen=True)
class Size:
    """Records of each store, events that get a job each, and latency.

    Half of the jobs run before the batches and half after, because the speed of a shared machine
    varies.
    """

    products: int
    orders: int
    jobs: int
    latency_ms: int


SIZES = (Size(9_000, 1_000, 1_000, 0), Size(900, 100, 100, 150))
# Token, product ids and order ids of a store.
Shop = tuple[str, list[int], list[int]]


def main() -> None:
    """Measure without latency, and fewer events with that of a real API."""
    for size in SIZES:
        _measure(size)


def _measure(size: Size) -> None:
    """Drain all events, and apply a sample of them by one job each."""
    with (
        tempfile.TemporaryDirectory(prefix="e", dir="/tmp") as name,
        _valkey(Path(name)) as redis_url,
        _sandbox(Path(name), size) as (api_url, shops, count_calls),
        _portal(Path(name), redis_url, api_url) as runtime,
    ):
        events = random.Random(7).sample(_accept(runtime, shops), size.jobs)
        one_by_one_s = _run_jobs(runtime, events[: size.jobs // 2])
        waiting = WebhookEvent.select().where(WebhookEvent.state == EventState.PENDING).count()
        calls_before = count_calls()
        drained_s = _drain(runtime)
        made = count_calls() - calls_before
        left = WebhookEvent.select().where(WebhookEvent.state == EventState.PENDING).count()
        answers = Counter(call["status"] for batch in EventBatch.select() for call in batch.calls)
        one_by_one_s += _run_jobs(runtime, events[size.jobs // 2 :])
    job_rate, rate = size.jobs / one_by_one_s, (waiting - left) / drained_s
    table(
        f"Events of {STORES} stores, {size.products:,} products and {size.orders:,} orders each, "
        f"{size.latency_ms} ms a call",
        ["way", "events", "left", "API calls", "429", "seconds", "events/s"],
        [
            [
                "a job for each",
                size.jobs,
                0,
                size.jobs,
                0,
                f"{one_by_one_s:.1f}",
                f"{job_rate:,.0f}",
            ],
            [
                "batches",
                waiting,
                left,
                made,
                answers[HTTP_TOO_MANY],
                f"{drained_s:.1f}",
                f"{rate:,.0f}",
            ],
        ],
    )
    suffix = latency_suffix(size.latency_ms)
    figure(f"drain_vs_job_per_event{suffix}", rate / job_rate, "times", ">= 20")
    calls = made / (waiting - left) * 100_000
    figure(f"api_calls_per_100k{suffix}", calls, "calls", "<= 1500")


@job
def apply_event(runtime: Runtime, event_id: int) -> None:
    """Apply one event in its own job."""
    event = WebhookEvent.get_by_id(event_id)
    client, read_at = runtime.client(event.store_id), utc_now()
    entity_id = int(event.entity_id)
    if event.type.startswith("order"):
        spec = resources.ORDERS
        found, _ = spec.fetch_by_ids(client, [entity_id])
    else:
        spec = resources.PRODUCTS
        found = [client.product(entity_id)]
    with database.atomic():
        spec.save(event.store_id, found, read_at)
        WebhookEvent.update(state=EventState.APPLIED, attempts=1, processed_at=utc_now()).where(
            WebhookEvent.id == event_id
        ).execute()


def _run_jobs(runtime: Runtime, events: list[int]) -> float:
    """Return how many seconds a worker takes for these events with one job each."""
    queue = Queue("events", connection=runtime.redis, serializer=JSONSerializer)
    for event_id in events:
        queue.enqueue("benchmarks.events_drain.apply_event", args=(event_id,), result_ttl=0)
    return _work(runtime)


def _drain(runtime: Runtime) -> float:
    """Return how many seconds a worker takes to drain all pending events."""
    for number in range(STORES):
        runtime.wake(DRAIN_EVENTS, FIRST_STORE + number)
    return _work(runtime)


def _work(runtime: Runtime) -> float:
    started_s = time.monotonic()
    make_worker("events", runtime.redis).work(burst=True, logging_level="WARNING")
    return time.monotonic() - started_s


def _accept(runtime: Runtime, shops: list[Shop]) -> list[int]:
    """Connect the stores and save one event for each of their records, in random order."""
    rows = []
    for number, (token, products, orders) in enumerate(shops):
        store = Store.create(id=FIRST_STORE + number, name=f"Store {number}")
        sealed = runtime.sealer.seal(token, "grant.sealed_access_token", store.id)
        Grant.create(store=store, sealed_access_token=sealed, scopes=list(DEFAULT_SCOPES))
        rows += [_event(store.id, "product.updated", entity_id) for entity_id in products]
        rows += [_event(store.id, "order.updated", entity_id) for entity_id in orders]
    random.Random(7).shuffle(rows)
    with database.atomic():
        for part in chunked(rows, ROWS_PER_STATEMENT):
            insert_rows(WebhookEvent, part)
    return [event.id for event in WebhookEvent.select(WebhookEvent.id)]


def _event(store_id: int, event_type: str, entity_id: int) -> dict[str, object]:
    return {
        "event_id": f"{store_id}-{event_type}-{entity_id}",
        "store_id": store_id,
        "type": event_type,
        "entity_id": str(entity_id),
        "event_created_at": utc_now() - timedelta(minutes=5),
        "received_at": utc_now() - timedelta(minutes=5),
        "due_at": utc_now(),
        "payload": {"entityId": entity_id, "eventType": event_type},
        "state": EventState.PENDING,
        "attempts": 0,
    }


@contextmanager
def _portal(folder: Path, redis_url: str, api_url: str) -> Iterator[Runtime]:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    settings = Settings(
        secret_keys=("benchmark",),
        encryption_keys=(new_key(),),
        database_url=f"sqlite:///{folder}/portal.db",
        redis_url=redis_url,
        data_dir=folder,
        ecwid_api_url=api_url,
    )
    runtime = open_runtime(settings)
    migrate(runtime.database)
    use_runtime(runtime)
    with runtime.database.connection_context():
        yield runtime
    use_runtime(None)


@contextmanager
def _valkey(folder: Path) -> Iterator[str]:
    socket = folder / "v.sock"
    server = subprocess.Popen(server_command(socket), stdout=subprocess.DEVNULL)
    try:
        wait_for_answer(f"unix://{socket}")
        yield f"unix://{socket}"
    finally:
        server.terminate()
        server.wait()


def wait_for_answer(url: str) -> None:
    """Return when the queue server responds."""
    while True:
        try:
            Redis.from_url(url).ping()
        except RedisError:
            time.sleep(0.02)
        else:
            return


@contextmanager
def _sandbox(folder: Path, size: Size) -> Iterator[tuple[str, list[Shop], Callable[[], int]]]:
    """Yield the API's URL, the stores, and a function that returns the number of calls received."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(folder, size, theirs))
    process.start()

    def count_calls() -> int:
        ours.send("count")
        return ours.recv()

    try:
        yield *ours.recv(), count_calls
    finally:
        ours.send("stop")
        process.join()


def _serve(folder: Path, size: Size, pipe: Connection) -> None:
    config = SandboxConfig(
        state=folder / "sandbox.db",
        client_id="bench",
        client_secret="bench-secret",
        redirect_uri="http://127.0.0.1:8000/connect/callback",
        switches={"latency_ms": str(size.latency_ms)},
    )
    with SandboxServer(config) as server:
        shops = []
        for number in range(STORES):
            fields = {
                "store_id": FIRST_STORE + number,
                "products": size.products,
                "orders": size.orders,
            }
            store_id = add_store(server.parts, fields)
            token = server.parts.stores.install(
                store_id, " ".join(DEFAULT_SCOPES), revoke_previous=True
            )
            shops.append(
                (token, *(_ids(server, kind, store_id) for kind in ("product", "purchase")))
            )
        pipe.send((f"{server.url}/api/v3", shops))
        while pipe.recv() == "count":
            pipe.send(sum(server.parts.access.request_counts.values()))


def _ids(server: SandboxServer, kind: str, store_id: int) -> list[int]:
    rows = server.parts.state.rows(f"SELECT id FROM {kind} WHERE store = ?", store_id)
    return [row["id"] for row in rows]


if __name__ == "__main__":
    main()
