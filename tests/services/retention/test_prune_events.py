"""Old events lose their payloads first and their rows later; young ones stay."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from portal.models import (
    AttemptOutcome,
    EventAttempt,
    EventBatch,
    EventReplay,
    EventState,
    EventTerm,
    ReplayedEvent,
    Store,
    WebhookEvent,
    utc_now,
)
from portal.services.events.index_event_terms import index_next_batch
from portal.services.retention import prune_events as module
from portal.services.retention.prune_events import prune_events
from portal.services.runtime import Runtime
from tests.factories import make_event, make_store


def event_of(days_ago: float, name: str = "MUG", **changes: Any) -> WebhookEvent:
    """Save an applied event of this age; its payload has one search term."""
    number = WebhookEvent.select().count()
    values = {
        "event_id": f"e-{number}-{days_ago}",
        "received_at": utc_now() - timedelta(days=days_ago),
        "state": EventState.APPLIED,
        "payload": {"data": {"sku": name}},
    }
    return make_event(**values | changes)


def attempt_of(event: WebhookEvent, batch: EventBatch | None = None) -> EventBatch:
    """Save an attempt, in a batch of its own unless one is given."""
    batch = batch or EventBatch.create(
        store_id=event.store_id,
        topic="product",
        worker="w",
        started_at=event.received_at,
        ended_at=event.received_at,
        entities=1,
        events=1,
        calls=[],
    )
    EventAttempt.create(event=event, batch=batch, number=1, outcome=AttemptOutcome.APPLIED)
    return batch


def payloads() -> list[Any]:
    """Return the stored payloads, in the order of the events."""
    return [event.payload for event in WebhookEvent.select().order_by(WebhookEvent.id)]


def words() -> list[tuple[str, int]]:
    """Return the search terms of all events."""
    return sorted((term.term, term.event_id) for term in EventTerm.select())


def test_payloads_and_their_search_terms_are_pruned_after_thirty_days(runtime: Runtime) -> None:
    event_of(31, "old")
    young = event_of(29, "old and young")
    index_next_batch()

    assert prune_events(runtime) == 1

    assert payloads() == [None, {"data": {"sku": "old and young"}}]
    assert words() == [("and", young.id), ("old", young.id), ("young", young.id)]
    assert prune_events(runtime) == 0


def test_rows_are_pruned_after_ninety_days_with_attempts_and_replay_entries(
    runtime: Runtime, store: Store
) -> None:
    gone, kept = event_of(91), event_of(89)
    attempt_of(gone)
    batch = attempt_of(kept)
    replay = EventReplay.create(store=store, event_filter={}, upto_id=kept.id, expected=2)
    for event in (gone, kept):
        ReplayedEvent.create(replay=replay, event=event, state_before="dead", attempts_before=8)
    index_next_batch()

    prune_events(runtime)

    assert [event.id for event in WebhookEvent.select()] == [kept.id]
    assert [row.event_id for row in EventAttempt.select()] == [kept.id]
    assert [row.id for row in EventBatch.select()] == [batch.id]
    assert [row.event_id for row in ReplayedEvent.select()] == [kept.id]
    assert words() == []


def test_batch_stays_while_one_of_its_events_does(runtime: Runtime) -> None:
    gone, kept = event_of(100), event_of(80)
    batch = attempt_of(gone)
    attempt_of(kept, batch)

    prune_events(runtime)

    assert [row.id for row in EventBatch.select()] == [batch.id]


def test_ages_are_settings(runtime: Runtime) -> None:
    for days in (20, 9, 6):
        event_of(days)
    settings = replace(runtime.settings, event_payload_retention_days=7, event_retention_days=10)

    prune_events(replace(runtime, settings=settings))

    assert [payload is None for payload in payloads()] == [True, False]


def test_rows_can_be_pruned_before_payloads(runtime: Runtime) -> None:
    event_of(20)
    index_next_batch()
    settings = replace(runtime.settings, event_payload_retention_days=365, event_retention_days=10)

    prune_events(replace(runtime, settings=settings))

    assert (payloads(), words()) == ([], [])


def test_search_terms_of_other_stores_stay(runtime: Runtime) -> None:
    event_of(31, store_id=1003)
    young = event_of(1, store_id=1004)
    index_next_batch()

    prune_events(runtime)

    assert words() == [("mug", young.id)]


def test_pruning_works_in_batches_and_stops_after_the_round(
    runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BATCH", 2)
    for days in (99, 98, 97, 60, 50, 40, 35, 1):
        event_of(days)
    monkeypatch.setattr(module, "TIME_BUDGET_S", 0)
    assert prune_events(runtime) == 0
    monkeypatch.setattr(module, "TIME_BUDGET_S", 60)

    assert prune_events(runtime) == 3 + 4

    assert [payload is None for payload in payloads()] == [True, True, True, True, False]


def test_payload_pruning_continues_after_rows_were_pruned(runtime: Runtime) -> None:
    event_of(95)
    event_of(31)
    prune_events(runtime)
    event_of(30.5)

    assert prune_events(runtime) == 1
    assert payloads() == [None, None]


def test_pruned_event_gets_no_search_terms(runtime: Runtime) -> None:
    event_of(31)
    prune_events(runtime)

    index_next_batch()

    assert words() == []


@pytest.fixture
def store(runtime: Runtime) -> Store:
    return make_store()
