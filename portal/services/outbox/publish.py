"""Write what channels are to be told, in the transaction of what happened.

What nobody listens to is not written. Who listens is one look along two indexes, and only where a
record has changed: while nobody has an endpoint, that is all it costs. The daemon sends what is
written here; see docs/decisions/outbound-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from peewee import chunked

from portal.models import (
    Delivery,
    OutboundEvent,
    Resource,
    StoreState,
    TimelineEntry,
    database,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, StoredRow
from portal.models.fields import load_json, moment_text
from portal.models.last_write_wins import UpsertResult
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.outbound_webhooks.endpoint_health import RETENTION_WHILE_OFF
from portal.rules.outbound_webhooks.outbound_events import OutboundEventType, event_of_transition
from portal.rules.outbound_webhooks.outbound_payload import rfc3339

# Written out, for every page may ask it. An endpoint hears of the stores that its merchant sees.
SUBSCRIBERS_SQL = """SELECT e.id, e.event_types FROM membership AS m
JOIN webhook_endpoint AS e ON e.merchant_id = m.merchant_id
WHERE m.store_id = ? AND (e.store_id IS NULL OR e.store_id = m.store_id)
AND (e.state = 'on' OR e.state_changed_at > ?)"""
# The records of a first copy are not told one by one: the API has them all.
AFTER_BACKFILL_SQL = """ AND EXISTS (SELECT 1 FROM sync_state AS s
WHERE s.store_id = m.store_id AND s.resource = ? AND s.high_water_at IS NOT NULL)"""
# Else one that is deleted meanwhile would fail the transaction that tells it.
ROW_LOCK_SQL = " FOR KEY SHARE OF e"

CONSENTS_CHECKED = 20


class RecordTopics(NamedTuple):
    """Outbound events that report a resource's created, updated and deleted records."""

    created: OutboundEventType
    updated: OutboundEventType
    deleted: OutboundEventType


@dataclass(frozen=True)
class Subscriber:
    """Hold one endpoint and what it wants to hear."""

    endpoint_id: int
    events: Collection[str]


@dataclass(frozen=True)
class EventDraft:
    """Hold one thing to be told of a store."""

    event: OutboundEventType
    record_id: int | None = None
    detail: Mapping[str, Any] | None = None


def find_subscribers(store_id: int, resource: Resource | None = None) -> Sequence[Subscriber]:
    """Return who is to be told of the store, or of one resource once its first copy is complete.

    Until the transaction ends none of them can be deleted.
    """
    statement = SUBSCRIBERS_SQL + (AFTER_BACKFILL_SQL if resource else "")
    # Known by its mark for values: what tables hold is a stand-in for either.
    if database.param == "%s":
        statement += ROW_LOCK_SQL
    values = [
        store_id,
        moment_text(utc_now() - RETENTION_WHILE_OFF),
        *([resource] if resource else []),
    ]
    rows = database.execute_sql(statement.replace("?", database.param), values).fetchall()
    return [
        Subscriber(endpoint_id, load_json(events) if isinstance(events, str) else events)
        for endpoint_id, events in rows
    ]


def publish_records(
    store_id: int,
    resource: Resource,
    topics: RecordTopics,
    done: UpsertResult,
    rows: Iterable[StoredRow],
) -> int:
    """Publish events of the records that ``done`` created or changed; return how many."""
    if not done.created and not done.changed:
        return 0
    subscribers = find_subscribers(store_id, resource)
    if not subscribers:
        return 0
    updated_at = {row["remote_id"]: row["remote_updated_at"] for row in rows}
    drafts = [
        EventDraft(event, record_id, {"updated_at": _format_time(updated_at[record_id])})
        for event, ids in ((topics.created, done.created), (topics.updated, done.changed))
        for record_id in ids
    ]
    return publish_events(store_id, drafts, subscribers)


def publish_deleted(
    store_id: int, topics: RecordTopics, ids: Iterable[int], subscribers: Sequence[Subscriber]
) -> int:
    """Publish that records were deleted; return how many events that is."""
    drafts = [EventDraft(topics.deleted, record_id) for record_id in ids]
    return publish_events(store_id, drafts, subscribers)


def publish_transition(
    store_id: int, before: StoreState, after: StoreState, happened: ConnectionEvent
) -> int:
    """Tell how a store's connection has moved, if that is news; return how many messages it is."""
    event = event_of_transition(_state_before(store_id, before), after)
    if event is None:
        return 0
    detail = {"state": after.value, "reason": happened.value}
    return publish_events(store_id, [EventDraft(event, detail=detail)], find_subscribers(store_id))


def publish_events(
    store_id: int, drafts: Iterable[EventDraft], subscribers: Sequence[Subscriber]
) -> int:
    """Write messages and their deliveries, each to those who listen for it; return how many."""
    subscribed = {event for subscriber in subscribers for event in subscriber.events}
    rows = [
        {
            "type": one.event.value,
            "store": store_id,
            "record_id": one.record_id,
            "detail": dict(one.detail or {}),
        }
        for one in drafts
        if one.event in subscribed
    ]
    for batch in chunked(rows, ROWS_PER_STATEMENT):
        written = OutboundEvent.insert_many(batch).returning(OutboundEvent.id, OutboundEvent.type)
        deliveries = [
            {"event": event.id, "endpoint": subscriber.endpoint_id}
            for event in list(written.execute())
            for subscriber in subscribers
            if event.type in subscriber.events
        ]
        for part in chunked(deliveries, ROWS_PER_STATEMENT):
            Delivery.insert_many(part).execute()
    return len(rows)


def _state_before(store_id: int, before: StoreState) -> StoreState | None:
    """Return how a store stood before it was being connected, None if it is new here."""
    if before is not StoreState.CONNECTING:
        return before
    consents = (
        TimelineEntry.select(TimelineEntry.detail)
        .where(
            TimelineEntry.store == store_id, TimelineEntry.what == ConnectionEvent.CONSENT_GRANTED
        )
        .order_by(TimelineEntry.id.desc())
        .limit(CONSENTS_CHECKED)
    )
    # A consent may follow another before the store was looked at.
    stood = (StoreState(consent.detail.get("before", before)) for consent in consents)
    return next((state for state in stood if state is not StoreState.CONNECTING), None)


def _format_time(stored: str) -> str:
    return rfc3339(datetime.fromisoformat(stored))
