"""Take one webhook delivery: verify, write it down, wake the daemon.

The answer to Ecwid depends on nothing but the row: once it is committed, the event can't be lost.
What the event says is not believed here; the daemon re-reads the entity.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from portal.ecwid.signature import SigningKey, key_used
from portal.ecwid.webhook_body import Delivery, read_delivery
from portal.errors import (
    EventAgeError,
    EventError,
    EventFormatError,
    EventSignatureError,
    EventUnsignedError,
)
from portal.models import NO_STORE, utc_now
from portal.models.event_insert import insert_event
from portal.rules.webhooks.rejection_reasons import DeliveryProblem
from portal.services.runtime import Runtime

# Ecwid repeats an event for 24 hours; older ones are replays. Clocks may differ a little.
MAX_AGE = timedelta(hours=26)
MAX_AHEAD = timedelta(minutes=10)

PROBLEMS: Mapping[type[EventError], DeliveryProblem] = {
    EventUnsignedError: DeliveryProblem.UNSIGNED,
    EventSignatureError: DeliveryProblem.WRONG_SIGNATURE,
    EventAgeError: DeliveryProblem.OUT_OF_TIME,
    EventFormatError: DeliveryProblem.NO_EVENT,
}


def accept_event(
    runtime: Runtime,
    body: bytes,
    signature: str | None,
    headers: Mapping[str, str] | None = None,
) -> bool:
    """Record one delivery and wake its store's drain; return False for a repeated event.

    ``headers`` are those worth keeping. Raises an EventError, counted, for what is refused, and
    peewee's or the driver's errors when the row can't be written: then Ecwid must be told to try
    again.
    """
    store_id = NO_STORE
    try:
        delivery = read_delivery(body)
        store_id = delivery.store_id
        key = _verify(runtime, delivery, signature)
    except EventError as error:
        runtime.problems.count(PROBLEMS[type(error)], store_id)
        raise
    received_at = utc_now()
    is_new = _record(runtime, delivery, key, headers, received_at)
    runtime.log_clearer.ask()
    if is_new:
        runtime.arrivals.note(store_id, received_at)
    runtime.drains.wake(store_id)
    return is_new


def _verify(runtime: Runtime, delivery: Delivery, signature: str | None) -> SigningKey:
    if not signature:
        raise EventUnsignedError("the signature is missing")
    key = key_used(
        signature,
        current=runtime.settings.ecwid_client_secret,
        previous=runtime.settings.ecwid_previous_client_secret,
        event_created=delivery.event_created,
        event_id=delivery.event_id,
    )
    if key is None:
        raise EventSignatureError("the signature is wrong")
    age = utc_now() - delivery.created_at
    if age > MAX_AGE or age < -MAX_AHEAD:
        raise EventAgeError("the event is outside the accepted time")
    return key


def _record(
    runtime: Runtime,
    delivery: Delivery,
    key: SigningKey,
    headers: Mapping[str, str] | None,
    received_at: datetime,
) -> bool:
    with runtime.turn.taken():
        return insert_event(
            event_id=delivery.event_id,
            store_id=delivery.store_id,
            type=delivery.type,
            entity_id=delivery.entity_id,
            event_created_at=delivery.created_at,
            received_at=received_at,
            headers=headers,
            key_used=key,
            payload=delivery.payload,
        )
