"""Run these tests on SQLite and on PostgreSQL, with a connected store."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.models import (
    CircuitBreaker,
    EventAttempt,
    EventBatch,
    EventState,
    Store,
    WebhookEvent,
    utc_now,
)
from tests.factories import make_event


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


def make_dead(count: int = 1, **changes: Any) -> list[WebhookEvent]:
    """Save dead events with their last error."""
    values = {"state": EventState.DEAD, "attempts": 8, "error": "HTTP 500 for /products"}
    return [make_event(event_id=f"dead-{n}", **values | changes) for n in range(count)]


def make_attempt(event: WebhookEvent, **changes: Any) -> EventAttempt:
    """Save an attempt that read the event's product with one call."""
    now = utc_now()
    batch = EventBatch.create(
        store_id=event.store_id,
        topic="product",
        worker="host.events.4711",
        started_at=now - timedelta(seconds=1),
        ended_at=now,
        entities=3,
        events=7,
        calls=[{"method": "GET", "path": "/products", "status": 200, "ms": 35}],
    )
    values = {"event": event, "batch": batch, "number": 1, "outcome": "applied", "error": None}
    return EventAttempt.create(**values | changes)


def break_circuit(store: Store, **changes: Any) -> CircuitBreaker:
    """Save an open circuit breaker of the store's API."""
    now = utc_now()
    values = {
        "store": store,
        "topic": "product",
        "opened_at": now - timedelta(minutes=5),
        "resume_at": now + timedelta(minutes=2),
        "error": "store 1003: GET /products: HTTP 503",
    }
    return CircuitBreaker.create(**values | changes)
