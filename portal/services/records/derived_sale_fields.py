"""Fields of orders, customers and coupons that are computed from the stored records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.ecwid.coupon_details import COUPON_DETAILS, COUPON_DISCOUNT
from portal.ecwid.customer_details import CUSTOMER_DETAILS
from portal.ecwid.lenient_record import LenientRecord
from portal.ecwid.order_amounts import read_stored_order
from portal.ecwid.order_details import ORDER_DETAILS
from portal.ecwid.record_details import DetailReader
from portal.models import Store
from portal.rules.orders.order_amounts import order_amounts
from portal.rules.orders.order_notes import noted_parcels, noted_refunds
from portal.rules.records.amount_spelling import spelled_amounts
from portal.services.records.derived_fields import StoredRecord, Values
from portal.services.records.order_notes import Notes, notes_of_orders

# All parts of an order's total; returned only on request, because they take half a millisecond.
AMOUNTS = "amounts"
ITEMS = "items"
# The store's own names of custom statuses, and the fields with the status.
STATUS_NAMES = {
    "payment_status_name": "paymentStatus",
    "fulfillment_status_name": "fulfillmentStatus",
}
# Fields that channels have reported and only the portal stores.
PARCELS, NOTED_REFUNDS = "parcels", "noted_refunds"
NOTED = (PARCELS, NOTED_REFUNDS)
ORDER_FIELDS = (*STATUS_NAMES, *ORDER_DETAILS, *NOTED, AMOUNTS)
CUSTOMER_FIELDS = tuple(CUSTOMER_DETAILS)
COUPON_FIELDS = tuple(name for name in COUPON_DETAILS if name != COUPON_DISCOUNT)


def derive_orders(
    store: Store, records: Sequence[StoredRecord], names: Sequence[str]
) -> list[Values]:
    """Return these fields of each order; all but the amounts take about 0.2 ms an order.

    Parcels and refunds that the portal keeps take one statement.
    """
    currency, found = store.money_currency, []
    has_noted = any(name in NOTED for name in names)
    notes = notes_of_orders(store.id, [each.remote_id for each in records]) if has_noted else {}
    for each in records:
        record = LenientRecord("orders", each.raw)
        noted = notes.get(each.remote_id, ())
        values = {name: _order_field(store, record, name, noted) for name in names}
        found.append(spelled_amounts(values, currency))
    return found


def derive_customers(
    store: Store, records: Sequence[StoredRecord], names: Sequence[str]
) -> list[Values]:
    """Return these fields of each customer."""
    return _details(store, "customers", CUSTOMER_DETAILS, records, names)


def derive_coupons(
    store: Store, records: Sequence[StoredRecord], names: Sequence[str]
) -> list[Values]:
    """Return these fields of each coupon."""
    return _details(store, "discount_coupons", COUPON_DETAILS, records, names)


def _order_field(store: Store, record: LenientRecord, name: str, notes: Notes) -> Any:
    if name == PARCELS:
        return noted_parcels(notes, record.text("trackingNumber"))
    if name == NOTED_REFUNDS:
        return noted_refunds(notes)
    if name in STATUS_NAMES:
        return (store.order_status_names or {}).get(record.text(STATUS_NAMES[name]) or "")
    if name == AMOUNTS:
        found = order_amounts(read_stored_order(record.payload), store.money_currency)
        return [part.document() for part in found.amounts]
    return ORDER_DETAILS[name](record)


def _details(
    store: Store,
    resource: str,
    readers: Mapping[str, DetailReader],
    records: Sequence[StoredRecord],
    names: Sequence[str],
) -> list[Values]:
    currency = store.money_currency
    lenient = [LenientRecord(resource, each.raw) for each in records]
    return [
        spelled_amounts({name: readers[name](record) for name in names}, currency)
        for record in lenient
    ]
