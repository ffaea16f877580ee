"""Take one webhook delivery: verify, write it down, wake the daemon.

The answer to Ecwid depends on nothing but the row: once it is committed, the event can't be lost.
What the event says is not believed here; the daemon re-reads the entity.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import InvalidOperation
from typing import Any

import simplejson

from portal.ecwid.signature import is_genuine
from portal.errors import EventFormatError, EventSignatureError
from portal.jobs import DRAIN_EVENTS
from portal.models import Store, WebhookEvent, WebhookHealth, database, utc_now
from portal.services.runtime import Runtime

# Ecwid repeats an event for 24 hours; older ones are replays. Clocks may differ a little.
MAX_AGE = timedelta(hours=26)
MAX_AHEAD = timedelta(minutes=10)
TEXT_LIMIT = 200
DIGITS_LIMIT = 19


@dataclass(frozen=True)
class Delivery:
    """Hold the fields of an event's body that we use; the rest stays in ``payload``."""

    event_id: str
    event_created: int
    store_id: int
    type: str
    entity_id: str | None
    payload: dict[str, Any]

    @property
    def created_at(self) -> datetime:
        """Return when Ecwid says that the event happened."""
        return datetime.fromtimestamp(self.event_created, UTC)


def accept_event(runtime: Runtime, body: bytes, signature: str | None) -> bool:
    """Record one delivery and wake its store's drain; return False for a repeated event.

    Raises EventFormatError, EventSignatureError, and peewee's errors when the row can't be
    written: then Ecwid must be told to try again.
    """
    delivery = read_delivery(body)
    _verify(runtime, delivery, signature)
    is_new = _record(delivery)
    runtime.wake(DRAIN_EVENTS, delivery.store_id)
    return is_new


def read_delivery(body: bytes) -> Delivery:
    """Return the event in ``body``; raise EventFormatError with what is wrong with it."""
    try:
        payload = simplejson.loads(body, use_decimal=True)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise EventFormatError("the body is not JSON") from error
    if not isinstance(payload, dict):
        raise EventFormatError("the body is no JSON object")
    return Delivery(
        event_id=_text(payload, "eventId"),
        event_created=_number(payload, "eventCreated", below=2**33),
        store_id=_number(payload, "storeId", below=2**63),
        type=_text(payload, "eventType"),
        entity_id=_entity_id(payload.get("entityId")),
        payload=payload,
    )


def _verify(runtime: Runtime, delivery: Delivery, signature: str | None) -> None:
    settings = runtime.settings
    genuine = is_genuine(
        signature,
        secrets=(settings.ecwid_client_secret, settings.ecwid_previous_client_secret),
        event_created=delivery.event_created,
        event_id=delivery.event_id,
    )
    if not genuine:
        raise EventSignatureError("the signature is missing or wrong")
    age = utc_now() - delivery.created_at
    if age > MAX_AGE or age < -MAX_AHEAD:
        raise EventSignatureError("the signature is outside the accepted time")


def _record(delivery: Delivery) -> bool:
    with database.atomic():
        inserted = (
            WebhookEvent.insert(
                event_id=delivery.event_id,
                store_id=delivery.store_id,
                type=delivery.type,
                entity_id=delivery.entity_id,
                event_created_at=delivery.created_at,
                payload=delivery.payload,
            )
            .on_conflict_ignore()
            .as_rowcount()
            .execute()
        )
        if inserted:
            Store.update(last_event_at=utc_now(), webhook_health=WebhookHealth.VERIFIED).where(
                Store.id == delivery.store_id
            ).execute()
    return bool(inserted)


def _text(payload: dict[str, Any], name: str) -> str:
    value = payload.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= TEXT_LIMIT or not value.isprintable():
        raise EventFormatError(f"{name} is missing or is no short text")
    return value


def _number(payload: dict[str, Any], name: str, *, below: int) -> int:
    value = payload.get(name)
    if (
        isinstance(value, str)
        and value.isascii()
        and value.isdecimal()
        and len(value) <= DIGITS_LIMIT
    ):
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < below:
        raise EventFormatError(f"{name} is missing or is no whole number")
    return value


def _entity_id(value: Any) -> str | None:
    """Return the entity's id as text: Ecwid sends a number, or a text for application events."""
    if value is None:
        return None
    text = str(value)
    if isinstance(value, bool | dict | list) or len(text) > TEXT_LIMIT or not text.isprintable():
        raise EventFormatError("entityId is neither a number nor a short text")
    return text
