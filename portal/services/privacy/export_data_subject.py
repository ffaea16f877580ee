"""Export of a customer's data as one JSON document that people can read.

The store's merchant can download it for 30 days; then it is deleted.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

from portal.models import (
    AuditLogEntry,
    Coupon,
    Customer,
    Order,
    PrivacyRequest,
    PrivacyRequestState,
    WebhookEvent,
    database,
    utc_now,
)
from portal.models.bulk import in_values
from portal.models.fields import dump_json
from portal.rules.accounts.audit_actions import AuditAction
from portal.rules.orders.coupon_terms import coupon_code_key
from portal.rules.privacy.data_subject_keys import customer_key, data_subject_keys, email_key
from portal.services.events.erase_events import events_about, events_with, mentions
from portal.services.mirror.suppression_list import CUSTOMER_DATA, ORDER_DATA, quarantine_entries
from portal.services.privacy.data_subject_orders import submissions_of
from portal.services.runtime import Runtime
from portal.services.work.time_budget import repeat_for

EXPORT_TTL = timedelta(days=30)
BATCH = 200
DOCUMENTS_PER_STATEMENT = 50
# Other entries of the schedule wait during this time.
TIME_BUDGET_S = 0.25


def export_data_subject(request: PrivacyRequest) -> None:
    """Store the document with the request, and mark the request as done."""
    document = _document(request)
    now = utc_now()
    request.counts = {
        "customers": int(document["customer"] is not None),
        **{
            name: len(document[name])
            for name in ("orders", "submissions", "coupons_used", "events", "unreadable_records")
        },
    }
    request.document = dump_json(document)
    request.expires_at = now + EXPORT_TTL
    request.state, request.finished_at = PrivacyRequestState.DONE, now
    request.emails = request.error = None
    with database.atomic():
        request.save()
        AuditLogEntry.record(
            request.store_id,
            AuditAction.PRIVACY_EXPORTED,
            f"customer {request.customer_id}",
            after={"request": request.id, "counts": request.counts},
        )


def prune_exports(runtime: Runtime) -> int:
    """Delete expired documents within a limited time; return their number."""
    return repeat_for(TIME_BUDGET_S, partial(_delete_next_documents, runtime))


def _delete_next_documents(runtime: Runtime) -> int:
    expired = PrivacyRequest.select(PrivacyRequest.id).where(
        PrivacyRequest.expires_at <= utc_now(),
        PrivacyRequest.document.is_null(is_null=False),
    )
    with runtime.write_lock.held():
        deleted: int = (
            PrivacyRequest.update(document=None)
            .where(PrivacyRequest.id.in_(expired.limit(DOCUMENTS_PER_STATEMENT)))
            .execute()
        )
    return deleted


def _document(request: PrivacyRequest) -> dict[str, Any]:
    store_id, customer_id = request.store_id, request.customer_id or 0
    emails = request.emails or []
    keys = {customer_key(customer_id)} | {email_key(store_id, email) for email in emails}
    row = Customer.get_or_none(Customer.store == store_id, Customer.remote_id == customer_id)
    orders = list(_orders(store_id, customer_id, emails))
    return {
        "about": {
            "what": "All that is kept here about this customer of the store",
            "store_id": store_id,
            "customer_id": customer_id,
            "made_at": utc_now().isoformat(timespec="seconds"),
        },
        "customer": row and row.raw,
        "orders": orders,
        "submissions": submissions_of(store_id, customer_id, emails),
        "coupons_used": _coupons(store_id, orders),
        "events": list(_events(store_id, customer_id, emails, keys)),
        "unreadable_records": [
            {"resource": data.resource, "id": entry.entity_id, "record": entry.payload}
            for data in (CUSTOMER_DATA, ORDER_DATA)
            for entry in quarantine_entries(store_id, data.resource)
            if keys & data_subject_keys(store_id, entry.payload, data.id_name)
        ],
    }


def _orders(store_id: int, customer_id: int, emails: list[str]) -> Iterator[Any]:
    is_theirs = (Order.customer_id == customer_id) | Order.email.in_(emails or [""])
    rows = Order.select(Order.remote_id, Order.raw).where(Order.store == store_id, is_theirs)
    after_id = 0
    while part := list(
        rows.where(Order.remote_id > after_id).order_by(Order.remote_id).limit(BATCH)
    ):
        yield from (row.raw for row in part)
        after_id = part[-1].remote_id


def _coupons(store_id: int, orders: list[Any]) -> list[dict[str, Any]]:
    used: dict[str, list[Any]] = {}
    for order in orders:
        coupon = order.get("discountCoupon")
        code = coupon.get("code") if isinstance(coupon, dict) else None
        if isinstance(code, str):
            used.setdefault(code, []).append(order.get("id"))
    known = Coupon.select(Coupon.code_key, Coupon.raw).where(
        Coupon.store == store_id, Coupon.code_key.in_([coupon_code_key(code) for code in used])
    )
    raw = {row.code_key: row.raw for row in known} if used else {}
    return [
        {"code": code, "orders": numbers, "coupon": raw.get(coupon_code_key(code))}
        for code, numbers in used.items()
    ]


def _events(
    store_id: int, customer_id: int, emails: list[str], keys: set[str]
) -> Iterator[dict[str, Any]]:
    newest = 2**31 - 1
    ids = {
        event_id
        for parts in (
            events_about(store_id, customer_id, newest),
            *(events_with(store_id, email) for email in emails),
        )
        for part in parts
        for event_id in part
    }
    for start in range(0, len(ordered := sorted(ids)), BATCH):
        some = ordered[start : start + BATCH]
        for event in WebhookEvent.select().where(in_values(WebhookEvent.id, some)):
            if mentions(event, keys):
                yield {
                    "event_id": event.event_id,
                    "type": event.type,
                    "received_at": event.received_at.isoformat(timespec="seconds"),
                    "payload": event.payload,
                }
