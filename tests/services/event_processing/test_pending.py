"""Pending events become full batches: each entity once, and never more than the limit."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

from portal.models import CircuitBreaker, EventState, StoreState, utc_now
from portal.rules.webhooks.event_types import EventTopic
from portal.services.event_processing.pending import (
    PendingEvent,
    drain_status,
    group_by_entity,
    group_by_topic,
    make_batches,
    pending_events,
)
from portal.services.runtime import Runtime
from tests.factories import make_event, make_store

EVENTS = st.lists(
    st.builds(
        PendingEvent,
        id=st.integers(1, 10**6),
        type=st.sampled_from(["product.updated", "product.created", "product.deleted"]),
        entity_id=st.integers(1, 60).map(str),
        attempts=st.integers(0, 7),
        batch_limit=st.none() | st.integers(1, 20),
        is_due=st.integers(0, 1),
    ),
    unique_by=lambda event: event.id,
)


@given(events=EVENTS, batch_limit=st.integers(1, 100))
def test_each_entity_with_a_due_event_is_in_one_batch_with_all_its_events(
    events: list[PendingEvent], batch_limit: int
) -> None:
    found = make_batches(EventTopic.PRODUCT, group_by_entity(events), batch_limit)

    entities = [entity_id for batch in found for entity_id in batch.entities]
    assert len(entities) == len(set(entities))
    assert set(entities) == {int(event.entity_id or 0) for event in events if event.is_due}
    assert sorted(event for batch in found for event in batch.events) == sorted(
        event for event in events if int(event.entity_id or 0) in entities
    )


@given(events=EVENTS, batch_limit=st.integers(1, 100))
def test_no_batch_exceeds_the_batch_limit_of_its_entities(
    events: list[PendingEvent], batch_limit: int
) -> None:
    for batch in make_batches(EventTopic.PRODUCT, group_by_entity(events), batch_limit):
        assert len(batch.entities) <= batch_limit
        assert all(
            len(batch.entities) <= (event.batch_limit or batch_limit) for event in batch.events
        )


@given(count=st.integers(1, 350), batch_limit=st.integers(1, 100))
def test_batches_are_as_full_as_possible(count: int, batch_limit: int) -> None:
    events = [PendingEvent(n, "product.updated", str(n), 0, None, 1) for n in range(1, count + 1)]

    sizes = [
        len(batch.entities)
        for batch in make_batches(EventTopic.PRODUCT, group_by_entity(events), batch_limit)
    ]

    assert sizes[:-1] == [batch_limit] * (len(sizes) - 1)
    assert sum(sizes) == count


def test_events_are_grouped_by_topic() -> None:
    types = ["product.updated", "order.created", "product.deleted", "review.created"]
    events = [PendingEvent(n, kind, "5", 0, None, 1) for n, kind in enumerate(types, 1)]

    found = group_by_topic(events)

    assert [event.id for event in found[EventTopic.PRODUCT]] == [1, 3]
    assert [event.id for event in found[EventTopic.ORDER]] == [2]
    assert [event.id for event in found[EventTopic.OTHER]] == [4]


def test_pending_events_are_returned_in_the_order_of_their_due_time(runtime: Runtime) -> None:
    now = utc_now()
    for name, changes in {
        "later": {"due_at": now + timedelta(hours=1), "attempts": 3, "batch_limit": 2},
        "second": {"due_at": now - timedelta(seconds=1)},
        "first": {"due_at": now - timedelta(seconds=2), "entity_id": None},
        "done": {"state": EventState.APPLIED},
        "elsewhere": {"store_id": 1004},
    }.items():
        make_event(event_id=name, **changes)

    found = [event[1:] for event in pending_events(1003)]

    assert found == [
        ("product.updated", None, 0, None, 1),
        ("product.updated", "5", 0, None, 1),
        ("product.updated", "5", 3, 2, 0),
    ]


def test_status_of_an_unknown_store_is_none(database: Database) -> None:
    assert drain_status(1003) is None


def test_status_shows_due_events_and_the_circuit_breaker(database: Database) -> None:
    store = make_store()
    make_event(store_id=store.id, due_at=utc_now() + timedelta(minutes=1))
    quiet = drain_status(store.id)
    make_event(event_id="due", store_id=store.id)
    CircuitBreaker.replace_with(
        store.id, topic=EventTopic.PRODUCT, resume_at=utc_now() + timedelta(minutes=1), error="x"
    )
    failing = drain_status(store.id)
    CircuitBreaker.update(resume_at=utc_now()).execute()
    probed = drain_status(store.id)

    assert quiet == (StoreState.CONNECTED, False, False, False)
    assert failing == (StoreState.CONNECTED, True, True, True)
    assert probed == (StoreState.CONNECTED, True, False, True)
