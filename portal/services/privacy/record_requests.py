"""Privacy requests from Ecwid's webhook events, recorded as rows for the daemon to process.

The event's body is not signed: it only identifies the data subject. In events of ``profile.*`` the
entity is the store, so only their data may identify a customer. Source: Ecwid, "Webhook event
types" (docs.ecwid.com).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from portal.ecwid.conversions import INTEGER_LIMIT
from portal.models import (
    Customer,
    PrivacyRequest,
    PrivacyRequestKind,
    PrivacyRequestState,
    Store,
    WebhookEvent,
    utc_now,
)
from portal.models.bulk import in_values
from portal.rules.records.email_addresses import normalize_email


def record_requests(
    store_id: int, kind: PrivacyRequestKind, event_ids: Sequence[int], hold: timedelta
) -> int:
    """Record a request for each event, inside the caller's transaction; return their number.

    Erasures don't begin before ``hold`` is over. Processing an event again resets its request,
    unless the owner has stopped it. A request without a customer waits for a person to
    look at it. Events of an unknown store are ignored.
    """
    if not Store.select().where(Store.id == store_id).exists():
        return 0
    now, count = utc_now(), 0
    held_until = now + hold if kind == PrivacyRequestKind.ERASURE and hold else None
    for event in WebhookEvent.select().where(in_values(WebhookEvent.id, list(event_ids))):
        customer_id = customer_of(event)
        state = PrivacyRequestState.UNCLEAR if customer_id is None else PrivacyRequestState.WAITING
        PrivacyRequest.insert(
            store=store_id,
            event=event.id,
            kind=kind,
            customer_id=customer_id,
            state=state,
            error=None if customer_id else "the request names no customer",
            held_until=held_until,
            requested_at=event.received_at,
        ).on_conflict(
            conflict_target=[PrivacyRequest.event],
            update={
                PrivacyRequest.state: state,
                PrivacyRequest.due_at: now,
                PrivacyRequest.attempts: 0,
                PrivacyRequest.finished_at: None,
                PrivacyRequest.held_until: held_until,
            },
            where=PrivacyRequest.state != PrivacyRequestState.STOPPED,
        ).execute()
        count += 1
    return count


def customer_of(event: WebhookEvent) -> int | None:
    """Return the id of the event's customer, from its entity, its data or its e-mail address."""
    data = event.payload.get("data") if isinstance(event.payload, dict) else None
    event_data = data if isinstance(data, dict) else {}
    named = None if event.type.startswith("profile") else _number(event.entity_id)
    named = named or _number(event_data.get("customerId"))
    email = event_data.get("customerEmail")
    if named is None and isinstance(email, str):
        named = (
            Customer.select(Customer.remote_id)
            .where(Customer.store == event.store_id, Customer.email == normalize_email(email))
            .limit(1)
            .scalar()
        )
    return named


def _number(value: Any) -> int | None:
    text = "" if value is None or isinstance(value, bool) else str(value)
    number = int(text) if text.isascii() and text.isdecimal() else 0
    return number if 0 < number < INTEGER_LIMIT else None
