"""Every attempt is recorded with its time, worker, calls and outcome."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import Any

import pytest

from daemon.queue_worker import make_worker
from portal.jobs import DRAIN_EVENTS
from portal.models import (
    AttemptOutcome,
    EventAttempt,
    EventBatch,
    EventState,
    Order,
    Product,
    WebhookEvent,
    utc_now,
)
from portal.services.event_processing import batch as module
from portal.services.event_processing import processor as draining
from portal.services.event_processing.processor import drain
from portal.services.runtime import Runtime
from tests.factories import make_event
from tests.shop import Shop, mirrored, open_shop


def attempt_of(event: WebhookEvent) -> EventAttempt:
    """Return the only attempt of an event."""
    found: EventAttempt = EventAttempt.get(EventAttempt.event == event)
    return found


def without_times(calls: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(call["method"], call["path"], call["status"]) for call in calls]


def test_attempt_has_time_worker_calls_and_outcome(shop: Shop) -> None:
    event = shop.event(shop.product_ids()[0])
    before = utc_now()

    drain(shop.runtime, shop.store_id)

    attempt = attempt_of(event)
    batch = attempt.batch
    assert (attempt.number, attempt.outcome, attempt.error) == (1, AttemptOutcome.APPLIED, None)
    assert before <= batch.started_at <= batch.ended_at <= utc_now()
    assert batch.worker.endswith(f".{os.getpid()}")
    assert (batch.store_id, batch.topic) == (shop.store_id, "product")
    assert without_times(batch.calls) == [("GET", "/products", 200)]


def test_attempts_of_one_batch_share_a_row(shop: Shop) -> None:
    for product_id in shop.product_ids()[:100]:
        shop.event(product_id)
        shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    batch = EventBatch.get()
    assert (batch.entities, batch.events) == (100, 200)
    assert EventAttempt.select().where(EventAttempt.batch == batch).count() == 200


def test_deletion_has_an_attempt_with_the_confirming_404(shop: Shop) -> None:
    gone = shop.product_ids()[0]
    shop.delete(gone)
    event = shop.event(gone, type="product.deleted")

    drain(shop.runtime, shop.store_id)

    assert without_times(attempt_of(event).batch.calls) == [
        ("GET", "/products", 200),
        ("GET", f"/products/{gone}", 404),
    ]


def test_failed_attempt_has_the_error_and_each_call(shop: Shop) -> None:
    event = shop.event(7, type="customer.updated")
    shop.fault("/customers/7", 500)

    drain(shop.runtime, shop.store_id)

    attempt = attempt_of(event)
    assert (attempt.number, attempt.outcome) == (1, AttemptOutcome.FAILED)
    assert "HTTP 500" in attempt.error
    # Three tries, then a probe of the API.
    assert without_times(attempt.batch.calls) == [
        *[("GET", "/customers/7", 500)] * 3,
        ("GET", "/customers", 200),
    ]


def test_ignored_event_has_an_attempt_without_calls(shop: Shop) -> None:
    event = shop.event(7, type="review.created")

    drain(shop.runtime, shop.store_id)

    attempt = attempt_of(event)
    assert (attempt.outcome, attempt.error) == (
        AttemptOutcome.IGNORED,
        "nothing of this kind is mirrored",
    )
    assert attempt.batch.calls == []


def test_successful_read_serves_events_that_wait_for_a_retry(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    waiting = shop.event(product_id, attempts=3, due_at=utc_now() + timedelta(hours=6))
    shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    assert WebhookEvent.get_by_id(waiting.id).state == EventState.APPLIED
    assert attempt_of(waiting).number == 4
    assert shop.calls() == 1


def test_failed_read_counts_only_for_due_events(shop: Shop) -> None:
    later = utc_now() + timedelta(hours=6)
    waiting = shop.event(7, type="customer.updated", attempts=3, due_at=later)
    due = shop.event(7, type="customer.updated")
    shop.fault("/customers/7", 500)

    drain(shop.runtime, shop.store_id)

    assert WebhookEvent.get_by_id(waiting.id).attempts == 3
    assert WebhookEvent.get_by_id(waiting.id).due_at == later
    assert WebhookEvent.get_by_id(due.id).attempts == 1


def test_unwritable_record_fails_only_its_own_events(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    poison, *others = shop.product_ids()[:4]
    write = module.write_records

    def refuse(*arguments: Any) -> None:
        write(*arguments)
        if Product.select().where(Product.remote_id == poison).exists():
            raise ValueError("a value that nobody foresaw")

    monkeypatch.setattr(module, "write_records", refuse)
    for product_id in (poison, *others):
        shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    assert set(mirrored(shop.store_id)) == set(others)
    event = WebhookEvent.get(WebhookEvent.entity_id == str(poison))
    assert (event.state, event.attempts) == (EventState.PENDING, 1)
    assert event.error == "unexpected ValueError"


def test_thousands_of_events_of_one_entity_take_several_transactions(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVENTS_PER_TRANSACTION", 4)
    for _ in range(10):
        shop.event(shop.product_ids()[0])

    drain(shop.runtime, shop.store_id)

    assert shop.calls() == 1
    assert EventBatch.select().count() == 1
    assert EventAttempt.select().count() == 10


def test_rest_of_a_slice_waits_behind_other_stores(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "TIME_SLICE_S", 0.0)
    for product_id in shop.product_ids():
        shop.event(product_id)

    drain(shop.runtime, shop.store_id)

    assert Product.select().count() == 100
    assert shop.runtime.redis.llen("rq:queue:events") == 1


def test_oldest_event_of_any_resource_is_read_first(shop: Shop) -> None:
    other = open_shop(shop.runtime, shop.server, products=5, orders=3)
    order_ids = [
        row["id"]
        for row in other.server.parts.state.rows(
            "SELECT id FROM purchase WHERE store = ?", other.store_id
        )
    ]
    for number, (kind, entity_id) in enumerate(
        [("order", order_ids[0]), ("product", other.product_ids()[0]), ("order", order_ids[1])]
    ):
        make_event(
            event_id=f"other-{number}",
            store_id=other.store_id,
            type=f"{kind}.updated",
            entity_id=str(entity_id),
        )

    drain(shop.runtime, other.store_id)

    assert [batch.topic for batch in EventBatch.select().order_by(EventBatch.id)] == [
        "order",
        "product",
    ]
    assert Order.select().count() == 2


def test_event_storm_of_one_store_does_not_delay_another(
    shop: Shop, jobs_runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draining, "TIME_SLICE_S", 0.0)
    calm = open_shop(jobs_runtime, shop.server, products=1)
    for product_id in shop.product_ids():
        shop.event(product_id)
    calm.event(calm.product_ids()[0], event_id="calm")
    for store_id in (shop.store_id, calm.store_id):
        jobs_runtime.wake(DRAIN_EVENTS, store_id)

    make_worker("events", jobs_runtime.redis).work(burst=True, logging_level="WARNING")

    order = [batch.store_id for batch in EventBatch.select().order_by(EventBatch.id)]
    assert order == [shop.store_id, calm.store_id, shop.store_id, shop.store_id]
