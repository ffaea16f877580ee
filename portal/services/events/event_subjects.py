"""Records that a page of events is about, with their names and pictures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from typing import Any

from peewee import SQL, Value

from portal.models import Order, RecordChange, WebhookEvent
from portal.models.bulk import in_values
from portal.models.fields import load_json
from portal.rules.webhooks.event_summary import EventSummary, event_summary
from portal.rules.webhooks.event_types import EventTopic, topic_of
from portal.services.mirror.resources import SPECS_BY_TOPIC, is_number

CHANGE = "change"


@dataclass(frozen=True)
class EventSubject:
    """Record that an event is about; ``remote_id`` is its id in the mirror.

    ``name`` is empty if the record has none. Only products have a ``picture``.
    """

    remote_id: int
    name: str
    picture: str | None


@dataclass(frozen=True)
class DescribedEvent:
    """An event with its topic, what it reports, and its subject if the mirror has that."""

    event: WebhookEvent
    topic: EventTopic
    summary: EventSummary
    subject: EventSubject | None


def describe_events(store_id: int, events: Iterable[WebhookEvent]) -> list[DescribedEvent]:
    """Return the events with their subjects and summaries; one statement."""
    listed = list(events)
    found = _read(store_id, listed)
    return [
        DescribedEvent(
            event,
            topic := topic_of(event.type),
            event_summary(event.type, found.changed.get(str(event.id))),
            found.subjects.get((topic, event.entity_id)),
        )
        for event in listed
    ]


@dataclass(frozen=True)
class _Found:
    """Subjects by topic and entity, and changed fields with their new values by event."""

    subjects: dict[tuple[EventTopic, str | None], EventSubject] = field(default_factory=dict)
    changed: dict[str, dict[str, str | None]] = field(default_factory=dict)


def _read(store_id: int, events: Sequence[WebhookEvent]) -> _Found:
    """Return what is known of the events' subjects.

    Anybody who knows the client secret can name any entity, and an event may arrive before its
    record is read, so there may be no subject.
    """
    found = _Found()
    if not events:
        return found
    wanted: dict[EventTopic, set[str]] = {}
    for event in events:
        topic, entity_id = topic_of(event.type), event.entity_id or ""
        spec = SPECS_BY_TOPIC.get(topic)
        if spec is not None and spec.is_id(entity_id):
            wanted.setdefault(topic, set()).add(entity_id)
    # One statement, because a page has its limit of them.
    queries = [_changes([event.id for event in events])]
    queries += [_named(topic, store_id, ids) for topic, ids in wanted.items()]
    order_ids = {text for text in wanted.get(EventTopic.ORDER, ()) if is_number(text)}
    if order_ids:
        queries.append(_orders_by_id(store_id, order_ids))
    rows: Any = reduce(lambda first, second: first.union_all(second), queries)
    for source, key, remote_id, text, picture in rows.tuples():
        if source == CHANGE:
            changes = load_json(text)
            found.changed[key] = {change["field"]: change["after"] for change in changes}
            continue
        topic = EventTopic(source)
        known = found.subjects.get((topic, key))
        if known is None or _rank(known.remote_id, key) < _rank(remote_id, key):
            found.subjects[topic, key] = EventSubject(remote_id, text or "", picture)
    return found


def _rank(remote_id: int, entity_id: str) -> tuple[bool, int]:
    """Return the order in which records with the same entity are preferred, the best highest.

    Ecwid's events have an order's internal ID, older ones its number. Ecwid may give the number of
    a deleted order to a new one, which has a higher ID.
    """
    return str(remote_id) == entity_id, remote_id


def _named(topic: EventTopic, store_id: int, ids: set[str]) -> Any:
    table: Any = SPECS_BY_TOPIC[topic].table
    key = table.remote_id.cast("text")
    picture: Any = SQL("CAST(NULL AS TEXT)")
    if topic is EventTopic.ORDER:
        key = named = table.number
        is_wanted = table.number.in_(sorted(ids))
    else:
        named = table.code if topic is EventTopic.COUPON else table.name
        is_wanted = in_values(table.remote_id, sorted(map(int, ids)))
    if topic is EventTopic.PRODUCT:
        picture = table.thumbnail_url
    return table.select(_text(topic.value), key, table.remote_id, named, picture).where(
        table.store == store_id, is_wanted
    )


def _orders_by_id(store_id: int, ids: set[str]) -> Any:
    return Order.select(
        _text(EventTopic.ORDER.value),
        Order.remote_id.cast("text"),
        Order.remote_id,
        Order.number,
        SQL("CAST(NULL AS TEXT)"),
    ).where(Order.store == store_id, in_values(Order.remote_id, sorted(map(int, ids))))


def _changes(event_ids: Sequence[int]) -> Any:
    """Return the changed fields of each event's own read."""
    return RecordChange.select(
        _text(CHANGE),
        RecordChange.event.cast("text"),
        RecordChange.remote_id,
        RecordChange.changes.cast("text"),
        SQL("CAST(NULL AS TEXT)"),
    ).where(RecordChange.event.in_(event_ids))


def _text(value: str) -> Any:
    return Value(value, converter=False).cast("text")
