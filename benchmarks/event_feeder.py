"""Steady stream of changes in random stores, each with its event, as the receiver records it."""

from __future__ import annotations

import itertools
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from statistics import median, quantiles

import requests

from benchmarks.seeded_stores import Shops
from portal.models import EventState, WebhookEvent, utc_now
from portal.models.event_insert import insert_event
from portal.services.runtime import Runtime

EVENT_TYPE = "product.updated"
WAITS_NEEDED = 2
# One thread would fall behind while the daemon uses all processors.
THREADS = 4


@dataclass
class Feeder:
    """Threads that change a product of a random store and record the event, at a rate in total.

    Arrivals are not recorded, so that the webhooks of no store become proven.
    """

    runtime: Runtime
    shops: Shops
    store_ids: Sequence[int]
    per_second: float
    _is_over: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> Feeder:
        """Start to change products."""
        for number in range(THREADS if self.per_second else 0):
            thread = threading.Thread(target=self._run, args=(number,), name="feeder", daemon=True)
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop changing products."""
        self._is_over.set()
        for thread in self._threads:
            thread.join()

    def _run(self, thread: int) -> None:
        rng, begun_s = Random(thread), time.monotonic()
        numbers = itertools.count(thread, THREADS)
        with requests.Session() as http, self.runtime.database.connection_context():
            http.trust_env = False
            for number in numbers:
                wait_s = begun_s + number / self.per_second - time.monotonic()
                if self._is_over.wait(max(0.0, wait_s)):
                    return
                store_id = rng.choice(self.store_ids)
                self._change(http, store_id, rng.choice(self.shops.product_ids), number)

    def _change(self, http: requests.Session, store_id: int, product_id: int, number: int) -> None:
        url = f"{self.shops.sandbox.url}/_sandbox/api/stores/{store_id}/products/{product_id}"
        price = 10 + number % 9_000 / 100
        http.patch(url, json={"price": price}, timeout=30).raise_for_status()
        record_event(self.runtime, store_id, product_id)


def record_event(runtime: Runtime, store_id: int, product_id: int) -> None:
    """Insert one event and wake the store's drain, as the receiver does."""
    now = utc_now()
    with runtime.write_lock.held():
        insert_event(
            event_id=str(uuid.uuid4()),
            store_id=store_id,
            type=EVENT_TYPE,
            entity_id=str(product_id),
            event_created_at=now,
            received_at=now,
            headers={},
            signing_key="current",
            payload={"entityId": product_id, "eventType": EVENT_TYPE},
        )
    runtime.drain_waker.wake(store_id)


def event_waits_s(since: datetime, until: datetime, store_ids: Sequence[int]) -> list[float]:
    """Return the seconds from receipt to row of the events received in a period.

    An event that is still pending counts with its wait so far.
    """
    now, wanted = utc_now(), set(store_ids)
    events = WebhookEvent.select(
        WebhookEvent.store_id,
        WebhookEvent.received_at,
        WebhookEvent.processed_at,
        WebhookEvent.state,
    ).where(WebhookEvent.received_at >= since, WebhookEvent.received_at < until)
    return [
        (
            (event.processed_at if event.state == EventState.APPLIED else now) - event.received_at
        ).total_seconds()
        for event in events
        if event.store_id in wanted
    ]


def p50_p99(values: Sequence[float]) -> tuple[float, float]:
    """Return median and 99th percentile; NaN without enough values."""
    if len(values) < WAITS_NEEDED:
        return float("nan"), float("nan")
    return median(values), quantiles(values, n=100, method="inclusive")[-1]
