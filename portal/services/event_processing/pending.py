"""Load a store's pending events, and group their entities into batches of one read each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from portal.ecwid.calls import PAGE_LIMIT
from portal.ecwid.conversions import INTEGER_LIMIT
from portal.models import IS_PENDING, WORKING_STATES, WebhookEvent, database, utc_now
from portal.models.bulk import chunked
from portal.models.fields import moment_text
from portal.rules.connection.store_states import TOKENLESS_STATES
from portal.rules.webhooks.event_types import EventTopic, topic_of
from portal.services.mirror.resources import SPECS_BY_TOPIC

# Loaded together, so one read serves all events of an entity. 100,000 events take 30 MB and a
# quarter of a second, once per slice.
EVENTS_PER_SLICE = 100_000
# Events about the connection name no entity except the store itself.
STORE_ENTITY_ID = 0


class PendingEvent(NamedTuple):
    """Columns of one pending event that a drain needs; see `WebhookEvent`.

    ``is_due`` is 0 for an event that has failed and waits for its next attempt.
    """

    id: int
    type: str
    entity_id: str | None
    attempts: int
    batch_limit: int | None
    is_due: int


class DrainStatus(NamedTuple):
    """State of a store's connection, its circuit breaker and its events.

    ``is_waiting`` says that the circuit breaker allows no call, not even a probe. ``has_due`` says
    that a pending event is due.
    """

    state: str
    has_circuit: int
    is_waiting: int
    has_due: int

    @property
    def is_callable(self) -> bool:
        """Return whether the store works, so that its records may be read."""
        return self.state in WORKING_STATES

    @property
    def is_askable(self) -> bool:
        """Return whether the store has a token, so that its connection may be checked."""
        return self.state not in TOKENLESS_STATES


# Prebuilt, because each drain runs it three times, and building it took longer than running it.
_STATUS_SQL = """SELECT s.state, c.store_id IS NOT NULL, COALESCE(c.resume_at > ?, FALSE), EXISTS (
  SELECT 1 FROM webhook_event AS e
  WHERE e.store_id = s.id AND e.state = 'pending' AND e.due_at <= ?
) FROM store AS s LEFT JOIN circuit_breaker AS c ON c.store_id = s.id WHERE s.id = ?"""


@dataclass(frozen=True)
class Batch:
    """Entities that are read together, each with its pending events, oldest first."""

    topic: EventTopic
    entities: dict[int, list[PendingEvent]]

    @property
    def events(self) -> list[PendingEvent]:
        """Return every event that a successful read serves, including those waiting for a retry."""
        return [event for events in self.entities.values() for event in events]

    @property
    def due(self) -> list[PendingEvent]:
        """Return the events that are due: a failed read counts as an attempt of these only."""
        return [event for event in self.events if event.is_due]

    @property
    def newest(self) -> dict[int, int]:
        """Return the id of each entity's newest event."""
        return {entity: max(e.id for e in events) for entity, events in self.entities.items()}

    def subset(self, ids: Iterable[int]) -> Batch:
        """Return the part of the batch that names these entities."""
        return Batch(self.topic, {entity_id: self.entities[entity_id] for entity_id in ids})

    def partition(self, lagging: Set[int]) -> tuple[list[PendingEvent], list[PendingEvent]]:
        """Return the events of all other entities, and the due events of the ``lagging`` ones.

        The newest event of each entity comes first: record changes refer to it, so it must be
        written in the same transaction as the changes.
        """
        others = [
            e for entity, events in self.entities.items() if entity not in lagging for e in events
        ]
        newest = set(self.newest.values())
        others.sort(key=lambda event: event.id not in newest)
        return others, [e for entity in lagging for e in self.entities[entity] if e.is_due]


def pending_events(store_id: int) -> list[PendingEvent]:
    """Return the store's pending events in the order in which they are or become due."""
    rows: Any = (
        WebhookEvent.select(
            WebhookEvent.id,
            WebhookEvent.type,
            WebhookEvent.entity_id,
            WebhookEvent.attempts,
            WebhookEvent.batch_limit,
            WebhookEvent.due_at <= utc_now(),
        )
        .where(WebhookEvent.store_id == store_id, IS_PENDING)
        .order_by(WebhookEvent.due_at, WebhookEvent.id)
        .limit(EVENTS_PER_SLICE)
        .tuples()
    )
    return list(map(PendingEvent._make, rows))


def drain_status(store_id: int) -> DrainStatus | None:
    """Return what decides about a store's drain now; None if the store is unknown."""
    now = moment_text(utc_now())
    row = database.execute_sql(
        _STATUS_SQL.replace("?", database.param), (now, now, store_id)
    ).fetchone()
    return None if row is None else DrainStatus(*row)


def has_pending(store_id: int, types: Sequence[str]) -> bool:
    """Return whether the store has a pending event of one of these types."""
    found: bool = (
        WebhookEvent.select()
        .where(WebhookEvent.store_id == store_id, IS_PENDING, WebhookEvent.type.in_(types))
        .exists()
    )
    return found


def waiting_by_topic(store_id: int) -> dict[EventTopic, list[PendingEvent]]:
    """Return the store's pending events by topic."""
    return group_by_topic(pending_events(store_id))


def group_by_topic(events: Iterable[PendingEvent]) -> dict[EventTopic, list[PendingEvent]]:
    """Return the events by topic."""
    topics = {event_type: topic_of(event_type) for event_type in {event.type for event in events}}
    found: dict[EventTopic, list[PendingEvent]] = {}
    for event in events:
        found.setdefault(topics[event.type], []).append(event)
    return found


def parse_entity_id(event: PendingEvent) -> int | None:
    """Return the entity's id; None if it isn't a number, as may be in a forged body."""
    text = event.entity_id or ""
    number = int(text) if text.isdecimal() else 0
    return number if 0 < number < INTEGER_LIMIT else None


def nameless(events: Iterable[PendingEvent]) -> list[PendingEvent]:
    """Return the events that name no entity."""
    return [event for event in events if parse_entity_id(event) is None]


def connection_batches(events: Sequence[PendingEvent]) -> list[Batch]:
    """Return batches of events about the store's connection."""
    return make_batches(EventTopic.CONNECTION, {STORE_ENTITY_ID: list(events)})


def record_batches(topics: Mapping[EventTopic, Sequence[PendingEvent]]) -> list[Batch]:
    """Return batches of all events about records, oldest first."""
    found = []
    for topic, events in topics.items():
        if topic in SPECS_BY_TOPIC:
            found += make_batches(
                topic, group_by_entity(events), SPECS_BY_TOPIC[topic].events.batch_limit
            )
    return sorted(found, key=lambda batch: batch.events[0].id)


def make_batches(
    topic: EventTopic, entities: dict[int, list[PendingEvent]], batch_limit: int = PAGE_LIMIT
) -> list[Batch]:
    """Return batches of entities with a due event, each as full as possible.

    A batch has at most ``batch_limit`` entities, or fewer if their last batch has failed.
    """
    due = [item for item in entities.items() if any(event.is_due for event in item[1])]
    due.sort(key=lambda item: -_limit(item[1], batch_limit))
    return [
        Batch(topic, dict(part))
        for limit, alike in groupby(due, key=lambda item: _limit(item[1], batch_limit))
        for part in chunked(alike, limit)
    ]


def group_by_entity(events: Iterable[PendingEvent]) -> dict[int, list[PendingEvent]]:
    """Return the events by entity; events without an entity are left out."""
    entities: dict[int, list[PendingEvent]] = {}
    for event in events:
        number = parse_entity_id(event)
        if number is not None:
            entities.setdefault(number, []).append(event)
    return entities


def _limit(events: Sequence[PendingEvent], batch_limit: int) -> int:
    return min([batch_limit, *(event.batch_limit or batch_limit for event in events)])
