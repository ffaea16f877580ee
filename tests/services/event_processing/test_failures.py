"""Failures differ: a rate limit, a failing API and an event that always fails."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import requests_mock
from requests_mock import Mocker

from portal.ecwid.errors import CallFacts, EcwidTimeoutError
from portal.models import (
    AttemptOutcome,
    CircuitBreaker,
    EventAttempt,
    EventState,
    Grant,
    Store,
    StoreState,
    WebhookEvent,
    utc_now,
)
from portal.rules.webhooks.event_retry import EVENT_BACKOFF, PROBE_BACKOFF
from portal.rules.webhooks.event_types import EventTopic
from portal.rules.work.backoff import HANGING_WAIT_S
from portal.services.event_processing.circuit_breaker import open_circuit
from portal.services.event_processing.processor import drain
from tests.shop import Shop

ATTEMPTS_LIMIT = EVENT_BACKOFF.max_attempts
MIN_PROBE_INTERVAL_S = PROBE_BACKOFF.waits_s[0]


@pytest.fixture
def spoil(shop: Shop) -> Iterator[Callable[..., None]]:
    """Make every call that names this product fail, alone or among others."""

    def names(product_id: int, request: Any) -> bool:
        listed = request.qs.get("productid", [""])[0].split(",")
        return str(product_id) in listed or request.path.endswith(f"/{product_id}")

    with Mocker(real_http=True) as mocker:
        yield lambda product_id, status: mocker.get(
            requests_mock.ANY,
            additional_matcher=partial(names, product_id),
            status_code=status,
            json={"errorMessage": "odd"},
        )


def event_of(entity_id: int) -> WebhookEvent:
    """Return the event about this entity."""
    found: WebhookEvent = WebhookEvent.get(WebhookEvent.entity_id == str(entity_id))
    return found


def outcomes(entity_id: int) -> list[str]:
    """Return the outcome of each attempt of the event about this entity."""
    attempts = EventAttempt.select().where(EventAttempt.event == event_of(entity_id))
    return [attempt.outcome for attempt in attempts.order_by(EventAttempt.batch)]


def let_time_pass() -> None:
    """Make all pending events and the next probe due."""
    WebhookEvent.update(due_at=utc_now()).where(WebhookEvent.state == EventState.PENDING).execute()
    CircuitBreaker.update(resume_at=utc_now()).execute()


def test_failed_event_waits_and_is_retried(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    shop.fault("/products", 500)
    drain(shop.runtime, shop.store_id)

    waiting = event_of(product_id)

    assert (waiting.state, waiting.attempts) == (EventState.PENDING, 1)
    assert waiting.due_at > utc_now() + timedelta(seconds=0.8 * EVENT_BACKOFF.waits_s[0])
    assert "HTTP 500" in waiting.error
    drain(shop.runtime, shop.store_id)
    assert event_of(product_id).attempts == 1
    let_time_pass()
    drain(shop.runtime, shop.store_id)
    assert event_of(product_id).state == EventState.APPLIED
    assert outcomes(product_id) == [AttemptOutcome.FAILED, AttemptOutcome.APPLIED]


def test_rate_limit_is_a_wait_and_no_failure(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    shop.event(product_id)
    shop.fault("/products", 429, headers={"Retry-After": "30"})

    drain(shop.runtime, shop.store_id)

    assert event_of(product_id).attempts == 0
    assert outcomes(product_id) == [AttemptOutcome.POSTPONED]
    circuit = CircuitBreaker.get()
    assert circuit.opened_at is None
    assert circuit.resume_at > utc_now() + timedelta(seconds=29)
    drain(shop.runtime, shop.store_id)
    assert shop.calls() == 1
    assert shop.runtime.redis.llen("rq:queue:events") == 0
    # Time passes for Ecwid's wait and for ours.
    let_time_pass()
    shop.runtime.redis.flushall()
    drain(shop.runtime, shop.store_id)
    assert event_of(product_id).state == EventState.APPLIED
    assert CircuitBreaker.select().count() == 0


def test_poison_event_is_dead_after_eight_attempts_and_blocks_no_other(shop: Shop) -> None:
    shop.event(7, type="customer.updated")
    for product_id in shop.product_ids()[:3]:
        shop.event(product_id)
    shop.fault("/customers/7", 500, times=1_000)

    for _ in range(ATTEMPTS_LIMIT + 2):
        drain(shop.runtime, shop.store_id)
        let_time_pass()

    poison = event_of(7)
    assert (poison.state, poison.attempts) == (EventState.DEAD, ATTEMPTS_LIMIT)
    assert poison.processed_at is not None
    assert outcomes(7) == [AttemptOutcome.FAILED] * ATTEMPTS_LIMIT
    assert WebhookEvent.select().where(WebhookEvent.state == EventState.APPLIED).count() == 3
    assert CircuitBreaker.select().count() == 0


@pytest.mark.parametrize("status", [400, 500])
def test_failing_entity_is_found_by_splitting_its_batch(
    shop: Shop, spoil: Callable[..., None], status: int
) -> None:
    product_ids = shop.product_ids()[:100]
    poison, *others = product_ids
    spoil(poison, status)
    for product_id in product_ids:
        shop.event(product_id)

    while WebhookEvent.select().where(WebhookEvent.attempts == 0).exists():
        drain(shop.runtime, shop.store_id)
        # After a temporary failure the halves wait a little; this makes them due.
        WebhookEvent.update(due_at=utc_now()).where(WebhookEvent.attempts == 0).execute()

    assert outcomes(poison) == [AttemptOutcome.POSTPONED] * 7 + [AttemptOutcome.FAILED]
    assert event_of(poison).batch_limit == 1
    assert {event_of(product_id).state for product_id in others} == {EventState.APPLIED}
    assert {event_of(product_id).attempts for product_id in others} == {1}
    assert CircuitBreaker.select().count() == 0


def test_failing_api_is_probed_by_single_calls_and_no_attempt_counts(shop: Shop) -> None:
    for product_id in shop.product_ids():
        shop.event(product_id)
    shop.fault("/", 500, times=10_000)
    drain(shop.runtime, shop.store_id)
    broken = CircuitBreaker.get()
    shop.forget_calls()
    for _ in range(5):
        drain(shop.runtime, shop.store_id)
    calls_while_open = shop.calls()
    waits_s = []
    for _ in range(8):
        let_time_pass()
        drain(shop.runtime, shop.store_id)
        waits_s.append((CircuitBreaker.get().resume_at - utc_now()).total_seconds())

    assert broken.opened_at is not None
    assert "HTTP 500" in broken.error
    assert calls_while_open == 0
    assert CircuitBreaker.get().failed_trials == 8
    assert CircuitBreaker.get().opened_at == broken.opened_at
    assert waits_s[:6] == sorted(waits_s[:6])
    assert max(waits_s) <= 1.1 * PROBE_BACKOFF.waits_s[-1]
    assert shop.runtime.redis.llen("rq:queue:events") == 0
    assert set(WebhookEvent.select(WebhookEvent.attempts).tuples()) == {(0,)}


def test_events_continue_at_once_when_the_api_works_again(shop: Shop) -> None:
    for product_id in shop.product_ids():
        shop.event(product_id)
    shop.fault("/", 503, times=7)
    drain(shop.runtime, shop.store_id)
    is_open = CircuitBreaker.select().exists()
    let_time_pass()
    shop.server.parts.access.faults.scripted.clear()

    drain(shop.runtime, shop.store_id)

    assert is_open
    assert CircuitBreaker.select().count() == 0
    assert set(WebhookEvent.select(WebhookEvent.state).tuples()) == {(EventState.APPLIED,)}


def test_connection_failure_opens_the_circuit(shop: Shop) -> None:
    shop.event(shop.store_id, type="profile.updated")
    shop.fault("/profile", 503, times=100)

    drain(shop.runtime, shop.store_id)

    assert CircuitBreaker.get().resume_at > utc_now() + timedelta(
        seconds=0.8 * MIN_PROBE_INTERVAL_S
    )
    assert WebhookEvent.get().attempts == 0


def test_circuit_stays_open_longer_after_a_timeout(shop: Shop) -> None:
    error = EcwidTimeoutError(CallFacts(shop.store_id, "GET", "/products"))

    assert open_circuit(shop.runtime, shop.store_id, EventTopic.PRODUCT, error)

    waits = CircuitBreaker.get().resume_at - utc_now()
    assert waits > timedelta(seconds=0.8 * HANGING_WAIT_S)


def test_stopped_store_with_an_open_circuit_is_not_called(shop: Shop) -> None:
    shop.event(shop.store_id, type="profile.updated")
    Store.update(state=StoreState.SUSPENDED).execute()
    CircuitBreaker.create(
        store=shop.store_id,
        topic=EventTopic.CONNECTION,
        resume_at=utc_now() + timedelta(minutes=1),
        error="no answer",
    )

    drain(shop.runtime, shop.store_id)
    assert WebhookEvent.get().state == EventState.PENDING
    CircuitBreaker.update(resume_at=utc_now()).execute()
    drain(shop.runtime, shop.store_id)

    assert WebhookEvent.get().state == EventState.APPLIED


def test_unopenable_token_stops_the_store_and_counts_for_no_event(
    shop: Shop,
) -> None:
    shop.event(shop.product_ids()[0])
    Grant.update(sealed_access_token="sealed with a lost key").execute()

    drain(shop.runtime, shop.store_id)

    assert WebhookEvent.get().attempts == 0
    assert Store.get().state == StoreState.RECONNECT
    assert shop.calls() == 0


def test_events_of_a_disabled_feature_are_ignored(shop: Shop) -> None:
    shop.event(33, type="discount_coupon.updated")
    shop.fault("/discount_coupons", 403, '{"errorCode": "DISCOUNT_COUPONS_FEATURE_NOT_AVAILABLE"}')

    drain(shop.runtime, shop.store_id)

    assert event_of(33).state == EventState.IGNORED
