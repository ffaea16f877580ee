"""Outbound events, written in the transaction that causes them.

Events without subscribers are not written. Finding subscribers is one lookup on indexes, made only
when a record has changed; without consents there is no other cost. The daemon delivers the
rows; see docs/decisions/outbound-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from peewee import fn

from portal.models import (
    Channel,
    Delivery,
    EndpointState,
    KeyMode,
    OutboundEvent,
    Resource,
    Store,
    StoreState,
    WebhookEndpoint,
    database,
    utc_now,
)
from portal.models.bulk import ROWS_PER_STATEMENT, StoredRow, chunked
from portal.models.fields import load_json, moment_text
from portal.models.last_write_wins import UpsertResult
from portal.rules.channels.channel_states import ChannelStatus
from portal.rules.outbound_webhooks.endpoint_health import RETENTION_WHILE_OFF
from portal.rules.outbound_webhooks.outbound_events import (
    OutboundEventType,
    is_about_connection,
    is_visible,
)
from portal.rules.outbound_webhooks.outbound_payload import rfc3339
from portal.services.work.row_locks import locked

# Plain SQL for speed, because each page of a sync runs it. The conditions are those of
# `portal.services.channels.reach`.
SUBSCRIBERS_SQL = """SELECT e.id, e.event_types, c.scopes, h.id, h.merchant_id, s.state
FROM channel_consent AS c
JOIN channel AS h ON h.id = c.channel_id AND h.status = 'active'
JOIN store AS s ON s.id = c.store_id
JOIN webhook_endpoint AS e ON e.channel_id = c.channel_id
WHERE c.store_id = ? AND c.status = 'active' AND (e.store_id = c.store_id OR (e.store_id IS NULL
AND (e.stores_chosen_at IS NULL OR c.granted_at <= e.stores_chosen_at)))
AND (e.state = 'on' OR e.state_changed_at > ?)
AND ((h.merchant_id IS NULL AND s.is_test = (e.mode = 'test'))
OR (EXISTS (SELECT 1 FROM membership AS m
JOIN merchant AS p ON p.id = m.merchant_id AND p.locked_at IS NULL
WHERE m.merchant_id = h.merchant_id AND m.store_id = c.store_id)
AND (NOT s.requires_second_factor OR EXISTS (SELECT 1 FROM second_factor AS f
WHERE f.merchant_id = h.merchant_id AND f.confirmed_at IS NOT NULL)
OR EXISTS (SELECT 1 FROM passkey AS k WHERE k.merchant_id = h.merchant_id))))"""
# Records of a backfill are not published one by one, because the API lists them all.
AFTER_BACKFILL_SQL = """ AND EXISTS (SELECT 1 FROM sync_state AS s
WHERE s.store_id = c.store_id AND s.resource = ? AND s.high_water_at IS NOT NULL)"""
# An endpoint deleted before the commit would break the foreign key and fail the transaction.
ROW_LOCK_SQL = " FOR KEY SHARE OF e"


class RecordTopics(NamedTuple):
    """Outbound events that report a resource's created, updated and deleted records."""

    created: OutboundEventType
    updated: OutboundEventType
    deleted: OutboundEventType


@dataclass(frozen=True)
class Subscriber:
    """One endpoint and the event types it subscribes to, with its channel.

    ``scopes`` are those that the store allows the channel, ``is_own`` whether it belongs to a
    merchant.
    """

    endpoint_id: int
    events: Collection[str]
    channel_id: int = 0
    is_own: bool = False
    scopes: Collection[str] = ()


@dataclass(frozen=True)
class EventDraft:
    """One event to publish about a store."""

    event: OutboundEventType
    record_id: int | None = None
    detail: Mapping[str, Any] | None = None


def find_subscribers(store_id: int, resource: Resource | None = None) -> Sequence[Subscriber]:
    """Return the subscribers of a store, or of one resource once its backfill is complete.

    Those of a disconnected store get only the events about its connection.

    On PostgreSQL none of them can be deleted until the transaction ends.
    """
    statement = SUBSCRIBERS_SQL + (AFTER_BACKFILL_SQL if resource else "")
    # The parameter mark identifies the kind of database, because `database` is a proxy for either.
    if database.param == "%s":
        statement += ROW_LOCK_SQL
    values = [
        store_id,
        moment_text(utc_now() - RETENTION_WHILE_OFF),
        *([resource] if resource else []),
    ]
    rows = database.execute_sql(statement.replace("?", database.param), values).fetchall()
    return [_subscriber(*row) for row in rows]


def find_channel_subscribers(
    channel_id: int, store_id: int | None = None, mode: str = KeyMode.LIVE
) -> Sequence[Subscriber]:
    """Return the endpoints of one channel that get events about its access.

    With ``store_id`` these are the endpoints for this store or for all stores of its mode. Without
    it, they are those for all stores of ``mode``. A channel that isn't active has none.
    """
    active = Channel.select(Channel.id).where(
        Channel.id == channel_id, Channel.status == ChannelStatus.ACTIVE
    )
    endpoints = WebhookEndpoint.select(WebhookEndpoint.id, WebhookEndpoint.event_types).where(
        WebhookEndpoint.channel.in_(active),
        (WebhookEndpoint.state == EndpointState.ON)
        | (WebhookEndpoint.state_changed_at > utc_now() - RETENTION_WHILE_OFF),
    )
    is_for_all = WebhookEndpoint.store.is_null()
    if store_id is None:
        endpoints = endpoints.where(is_for_all, WebhookEndpoint.mode == mode)
    else:
        is_of_store = is_for_all | (WebhookEndpoint.store == store_id)
        endpoints = endpoints.where(is_of_store, _is_of_mode(store_id))
    # On PostgreSQL none of them can be deleted until the transaction ends.
    rows = locked(endpoints.order_by(WebhookEndpoint.id))
    return [Subscriber(row.id, row.event_types) for row in rows]


def _is_of_mode(store_id: int) -> Any:
    """Return the condition that an endpoint is for stores such as this one."""
    is_for_test_stores = WebhookEndpoint.mode == KeyMode.TEST
    store = Store.select(1).where(Store.id == store_id, Store.is_test == is_for_test_stores)
    return WebhookEndpoint.merchant.is_null(is_null=False) | fn.EXISTS(store)


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


def publish_events(
    store_id: int | None, drafts: Iterable[EventDraft], subscribers: Sequence[Subscriber]
) -> int:
    """Write events and their deliveries, each to its subscribers; return the number of events."""
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


def _subscriber(
    endpoint_id: int,
    event_types: Any,
    consented: Any,
    channel_id: int,
    merchant_id: int | None,
    state: str,
) -> Subscriber:
    scopes = _decoded(consented)
    events = _visible(_decoded(event_types), scopes)
    if state == StoreState.DISCONNECTED:
        events = [event for event in events if is_about_connection(event)]
    return Subscriber(endpoint_id, events, channel_id, merchant_id is not None, scopes)


def _decoded(value: Any) -> Any:
    return load_json(value) if isinstance(value, str) else value


def _visible(events: Iterable[str], scopes: Collection[str]) -> Collection[str]:
    return [event for event in events if is_visible(event, scopes)]


def _format_time(stored: str) -> str:
    return rfc3339(datetime.fromisoformat(stored))
