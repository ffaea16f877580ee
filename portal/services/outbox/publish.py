"""Write what channels are to be told, in the transaction of what happened.

What nobody listens to is not written. Who listens is one look along two indexes, and only where a
record has changed: while nobody has an endpoint, that is all it costs. The daemon sends what is
written here; see docs/decisions/outbound-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import chunked

from portal.models import Delivery, OutboxMessage, Resource, StoreState, Timeline, database, utc_now
from portal.models.bulk import ROWS_PER_STATEMENT, StoredRow
from portal.models.fields import load_json, moment_text
from portal.models.last_write_wins import Written
from portal.rules.connection.connection_events import ConnectionEvent
from portal.rules.outbound_webhooks.endpoint_health import KEPT_WHILE_OFF
from portal.rules.outbound_webhooks.outbound_events import OutboundEvent, event_of_move
from portal.rules.outbound_webhooks.outbound_payload import rfc3339

# Written out, for every page may ask it. An endpoint hears of the stores that its merchant sees.
LISTENERS = """SELECT e.id, e.event_types FROM membership AS m
JOIN channel_endpoint AS e ON e.merchant_id = m.merchant_id
WHERE m.store_id = ? AND (e.store_id IS NULL OR e.store_id = m.store_id)
AND (e.state = 'on' OR e.state_since_at > ?)"""
# The records of a first copy are not told one by one: the API has them all.
AFTER_FIRST_COPY = """ AND EXISTS (SELECT 1 FROM sync_state AS s
WHERE s.store_id = m.store_id AND s.resource = ? AND s.high_water_at IS NOT NULL)"""
# Else one that is deleted meanwhile would fail the transaction that tells it.
HELD_UNTIL_COMMIT = " FOR KEY SHARE OF e"

_KINDS = {
    Resource.PRODUCTS: (
        OutboundEvent.PRODUCT_CREATED,
        OutboundEvent.PRODUCT_UPDATED,
        OutboundEvent.PRODUCT_DELETED,
    ),
    Resource.ORDERS: (
        OutboundEvent.ORDER_CREATED,
        OutboundEvent.ORDER_UPDATED,
        OutboundEvent.ORDER_DELETED,
    ),
}
CONSENTS_LOOKED_AT = 20


@dataclass(frozen=True)
class Listener:
    """Hold one endpoint and what it wants to hear."""

    endpoint_id: int
    events: Collection[str]


@dataclass(frozen=True)
class News:
    """Hold one thing to be told of a store."""

    event: OutboundEvent
    record_id: int | None = None
    detail: Mapping[str, Any] | None = None


def listeners(store_id: int, resource: Resource | None = None) -> Sequence[Listener]:
    """Return who is to be told of the store, or of one resource once its first copy is complete.

    Until the transaction ends none of them can be deleted.
    """
    statement = LISTENERS + (AFTER_FIRST_COPY if resource else "")
    # Known by its mark for values: what tables hold is a stand-in for either.
    if database.param == "%s":
        statement += HELD_UNTIL_COMMIT
    values = [store_id, moment_text(utc_now() - KEPT_WHILE_OFF), *([resource] if resource else [])]
    rows = database.execute_sql(statement.replace("?", database.param), values).fetchall()
    return [
        Listener(endpoint_id, load_json(events) if isinstance(events, str) else events)
        for endpoint_id, events in rows
    ]


def tell_of_records(
    store_id: int, resource: Resource, done: Written, rows: Iterable[StoredRow]
) -> int:
    """Tell of records that were just written, as ``done`` says; return how many messages it is."""
    if not done.created and not done.changed:
        return 0
    told = listeners(store_id, resource)
    if not told:
        return 0
    as_created, as_changed, _ = _KINDS[resource]
    updated_at = {row["remote_id"]: row["remote_updated_at"] for row in rows}
    news = [
        News(event, record_id, {"updated_at": _as_moment(updated_at[record_id])})
        for event, ids in ((as_created, done.created), (as_changed, done.changed))
        for record_id in ids
    ]
    return write_news(store_id, news, told)


def tell_of_deleted(
    store_id: int, resource: Resource, ids: Iterable[int], told: Sequence[Listener]
) -> int:
    """Tell those who listen that records are gone; return how many messages that is."""
    event = _KINDS[resource][2]
    return write_news(store_id, [News(event, record_id) for record_id in ids], told)


def tell_of_move(
    store_id: int, before: StoreState, after: StoreState, happened: ConnectionEvent
) -> int:
    """Tell how a store's connection has moved, if that is news; return how many messages it is."""
    event = event_of_move(_stood_before(store_id, before), after)
    if event is None:
        return 0
    detail = {"state": after.value, "reason": happened.value}
    return write_news(store_id, [News(event, detail=detail)], listeners(store_id))


def write_news(store_id: int, news: Iterable[News], told: Sequence[Listener]) -> int:
    """Write messages and their deliveries, each to those who listen for it; return how many."""
    heard = {event for listener in told for event in listener.events}
    rows = [
        {
            "type": one.event.value,
            "store": store_id,
            "record_id": one.record_id,
            "detail": dict(one.detail or {}),
        }
        for one in news
        if one.event in heard
    ]
    for batch in chunked(rows, ROWS_PER_STATEMENT):
        written = OutboxMessage.insert_many(batch).returning(OutboxMessage.id, OutboxMessage.type)
        deliveries = [
            {"message": message.id, "endpoint": listener.endpoint_id}
            for message in list(written.execute())
            for listener in told
            if message.type in listener.events
        ]
        for part in chunked(deliveries, ROWS_PER_STATEMENT):
            Delivery.insert_many(part).execute()
    return len(rows)


def _stood_before(store_id: int, before: StoreState) -> StoreState | None:
    """Return how a store stood before it was being connected, None if it is new here."""
    if before is not StoreState.CONNECTING:
        return before
    consents = (
        Timeline.select(Timeline.detail)
        .where(Timeline.store == store_id, Timeline.what == ConnectionEvent.CONSENT_GRANTED)
        .order_by(Timeline.id.desc())
        .limit(CONSENTS_LOOKED_AT)
    )
    # A consent may follow another before the store was looked at.
    stood = (StoreState(consent.detail.get("before", before)) for consent in consents)
    return next((state for state in stood if state is not StoreState.CONNECTING), None)


def _as_moment(stored: str) -> str:
    return rfc3339(datetime.fromisoformat(stored))
