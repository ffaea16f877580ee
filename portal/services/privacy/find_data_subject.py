"""Identification of a request's data subject: their e-mail addresses, and whether Ecwid knows them.

Addresses come from the mirror and from Ecwid's own response. The event's address counts only if
neither knows the customer any more and no other customer has this address.
"""

from __future__ import annotations

from typing import Any

from portal.ecwid.errors import EcwidNotFoundError
from portal.errors import PortalError
from portal.models import (
    Customer,
    PrivacyRequest,
    Store,
    WebhookEvent,
)
from portal.rules.records.email_addresses import normalize_email
from portal.services.runtime import Runtime

# After this many attempts the request proceeds with known data: it must not wait forever.
MAX_LOOKUPS = 3


def find_data_subject(runtime: Runtime, request: PrivacyRequest) -> None:
    """Fill in the request's ``emails`` and ``is_at_ecwid``, unless they are known.

    Raises PortalError if Ecwid can't be called now and the request should be retried.
    """
    if request.emails is not None:
        return
    record = _fetch_customer(runtime, request)
    row = Customer.get_or_none(
        Customer.store == request.store_id, Customer.remote_id == request.customer_id
    )
    emails = {row.email if row else None, _email_of(record)}
    if request.is_at_ecwid is False and row is None:
        emails.add(_email_from_event(request))
    request.emails = sorted(email for email in emails if email)


def _fetch_customer(runtime: Runtime, request: PrivacyRequest) -> dict[str, Any] | None:
    """Return Ecwid's customer record, or None if it has none or can't be called."""
    store = Store.get_by_id(request.store_id)
    if not store.is_working or request.customer_id is None:
        return None
    try:
        record = runtime.client(request.store_id).customer(request.customer_id)
    except EcwidNotFoundError:
        request.is_at_ecwid = False
        return None
    except PortalError:
        if request.attempts < MAX_LOOKUPS:
            raise
        return None
    request.is_at_ecwid = True
    return record


def _email_of(record: dict[str, Any] | None) -> str | None:
    email = (record or {}).get("email")
    return normalize_email(email) or None if isinstance(email, str) else None


def _email_from_event(request: PrivacyRequest) -> str | None:
    event = request.event_id and WebhookEvent.get_or_none(WebhookEvent.id == request.event_id)
    data = event.payload.get("data") if event and isinstance(event.payload, dict) else None
    email = _email_of({"email": data.get("customerEmail")}) if isinstance(data, dict) else None
    belongs_to_customer = Customer.select().where(
        Customer.store == request.store_id, Customer.email == email
    )
    return None if email is None or belongs_to_customer.exists() else email
