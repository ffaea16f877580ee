"""Find what a store's waiting events name, and put it together into batches of one read each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from peewee import chunked

from portal.ecwid.page import PAGE_LIMIT
from portal.ecwid.values import WHOLE_LIMIT
from portal.models import IS_PENDING, WebhookEvent, utc_now
from portal.rules.webhooks.event_types import EventTopic, topic_of

# Looked at together, so that all events of an entity are served by one read. 100,000 take 30 MB
# and a quarter of a second, once a slice.
WINDOW = 100_000
# Events of the connection name nothing to be read but the store itself.
THE_STORE = 0


class WaitingEvent(NamedTuple):
    """Hold what a drain has to know of one pending event; see `WebhookEvent`.

    ``is_due`` is 0 for an event that has failed and waits for its next attempt.
    """

    id: int
    type: str
    entity_id: str | None
    attempts: int
    at_once: int | None
    is_due: int


@dataclass(frozen=True)
class Batch:
    """Hold the entities that are read together, each with its waiting events, oldest first."""

    topic: EventTopic
    named: dict[int, list[WaitingEvent]]

    @property
    def events(self) -> list[WaitingEvent]:
        """Return every event that a good read serves, those that wait for a retry included."""
        return [event for events in self.named.values() for event in events]

    @property
    def due(self) -> list[WaitingEvent]:
        """Return the events that this read was for: only these it may have failed."""
        return [event for event in self.events if event.is_due]

    @property
    def newest(self) -> dict[int, int]:
        """Return the newest event of each entity."""
        return {entity: max(e.id for e in events) for entity, events in self.named.items()}

    def only(self, ids: Iterable[int]) -> Batch:
        """Return the part of the batch that names these entities."""
        return Batch(self.topic, {entity_id: self.named[entity_id] for entity_id in ids})

    def without(self, behind: Set[int]) -> tuple[list[WaitingEvent], list[WaitingEvent]]:
        """Return the events of all other entities, and the due ones of these.

        The newest of each entity come first: what changed is noted with them, and all of them are
        written in the transaction that notes it.
        """
        others = [
            e for entity, events in self.named.items() if entity not in behind for e in events
        ]
        newest = set(self.newest.values())
        others.sort(key=lambda event: event.id not in newest)
        return others, [e for entity in behind for e in self.named[entity] if e.is_due]


def waiting_events(store_id: int) -> list[WaitingEvent]:
    """Return the store's pending events in the order in which they are or become due."""
    rows: Any = (
        WebhookEvent.select(
            WebhookEvent.id,
            WebhookEvent.type,
            WebhookEvent.entity_id,
            WebhookEvent.attempts,
            WebhookEvent.at_once,
            WebhookEvent.due_at <= utc_now(),
        )
        .where(WebhookEvent.store_id == store_id, IS_PENDING)
        .order_by(WebhookEvent.due_at, WebhookEvent.id)
        .limit(WINDOW)
        .tuples()
    )
    return list(map(WaitingEvent._make, rows))


def has_due_events(store_id: int) -> bool:
    """Tell whether any pending event of the store is due."""
    found: bool = (
        WebhookEvent.select()
        .where(WebhookEvent.store_id == store_id, IS_PENDING, WebhookEvent.due_at <= utc_now())
        .exists()
    )
    return found


def by_topic(events: Iterable[WaitingEvent]) -> dict[EventTopic, list[WaitingEvent]]:
    """Return the events by what has to be read again for them."""
    topics = {event_type: topic_of(event_type) for event_type in {event.type for event in events}}
    found: dict[EventTopic, list[WaitingEvent]] = {}
    for event in events:
        found.setdefault(topics[event.type], []).append(event)
    return found


def entity_number(event: WaitingEvent) -> int | None:
    """Return the entity's number, None if it is none: a body may be forged, so any text comes."""
    text = event.entity_id or ""
    number = int(text) if text.isdecimal() else 0
    return number if 0 < number < WHOLE_LIMIT else None


def batches(
    topic: EventTopic, named: dict[int, list[WaitingEvent]], at_once: int = PAGE_LIMIT
) -> list[Batch]:
    """Return batches of at most ``at_once`` entities that have a due event, as full as can be.

    Entities whose batch has failed are together only with as many as they may be.
    """
    due = [item for item in named.items() if any(event.is_due for event in item[1])]
    due.sort(key=lambda item: -_limit(item[1], at_once))
    return [
        Batch(topic, dict(part))
        for limit, alike in groupby(due, key=lambda item: _limit(item[1], at_once))
        for part in chunked(alike, limit)
    ]


def by_entity(events: Iterable[WaitingEvent]) -> dict[int, list[WaitingEvent]]:
    """Return the events by the entity that they name; those that name none are left out."""
    named: dict[int, list[WaitingEvent]] = {}
    for event in events:
        number = entity_number(event)
        if number is not None:
            named.setdefault(number, []).append(event)
    return named


def _limit(events: Sequence[WaitingEvent], at_once: int) -> int:
    return min([at_once, *(event.at_once or at_once for event in events)])
