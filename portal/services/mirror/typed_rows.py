"""Rows of typed records, in the database's format: the same rows as the mapping field by field.

Each function raises one of `NOT_TYPED` if a value is odd; the record is then mapped field by field.
A test compares both for damaged records.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from msgspec import DecodeError

from portal.ecwid.typed_records import (
    ESCAPED_NUL,
    TypedCustomer,
    TypedItem,
    TypedOrder,
    TypedPerson,
    TypedProduct,
    TypedVariation,
    typed_decoder,
)
from portal.errors import RecordError
from portal.models.bulk import StoredRow
from portal.rules.orders.coupon_terms import coupon_code_key
from portal.rules.records.email_addresses import normalize_email
from portal.services.mirror.mapped_records import MappedRecord
from portal.services.mirror.stored_values import list_text, moment, name_of, units, unix_second
from portal.services.mirror.variation_prices import variation_prices

# OverflowError and OSError come from times that the computer can't represent.
NOT_TYPED = (DecodeError, RecordError, ValueError, OverflowError, OSError)


class Reading(NamedTuple):
    """JSON text of one record of a page, and the time of the read as text."""

    store_id: int
    text: str
    read_at: str


TypedMapper = Callable[[Reading], MappedRecord]

_decode_product = typed_decoder(TypedProduct)
_decode_variation = typed_decoder(TypedVariation)
_decode_order = typed_decoder(TypedOrder)
_decode_customer = typed_decoder(TypedCustomer)


def map_typed(mapper: TypedMapper, reading: Reading) -> MappedRecord | None:
    """Return the rows of a record, or None if it must be mapped field by field."""
    # Few texts have a backslash, and a single character is found at once.
    if "\\" in reading.text and ESCAPED_NUL in reading.text:
        return None
    try:
        return mapper(reading)
    except NOT_TYPED:
        return None


def product(reading: Reading) -> MappedRecord:
    """Return the rows of a product and its variations."""
    found = _decode_product(reading.text)
    row = StoredRow(
        {
            **_shared(reading, found.id, moment(found.update_timestamp, found.updated)),
            "raw": reading.text,
            "name": found.name or "",
            "sku": found.sku,
            "price": units(found.price),
            "compare_to_price": units(found.compare_to_price),
            "quantity": found.quantity,
            "is_in_stock": found.in_stock is not False,
            "is_enabled": found.enabled is not False,
            "url": found.url,
            "thumbnail_url": found.thumbnail_url,
            "category_ids": list_text(found.category_ids),
            "remote_created_at": moment(found.create_timestamp, found.created),
        }
    )
    listed_at = unix_second(found.update_timestamp, found.updated)
    if not found.combinations:
        return MappedRecord(row, [], listed_at)
    texts = [bytes(part).decode() for part in found.combinations]
    variations = [_decode_variation(text) for text in texts]
    prices = variation_prices(found, variations, reading.text)
    parts = zip(texts, variations, prices, strict=True)
    return MappedRecord(row, [_variation(reading, row, *part) for part in parts], listed_at)


def _variation(
    reading: Reading, of_product: StoredRow, text: str, found: TypedVariation, price: int
) -> StoredRow:
    return StoredRow(
        {
            **_shared(reading, found.id, of_product["remote_updated_at"]),
            "raw": text,
            "product_id": of_product["remote_id"],
            "number": found.combination_number,
            "sku": found.sku,
            "options": list_text(found.options),
            "price": price,
            "own_price": units(found.price),
            "quantity": found.quantity,
            "is_in_stock": found.in_stock is not False,
        }
    )


def order(reading: Reading) -> MappedRecord:
    """Return the rows of an order and its items."""
    found = _decode_order(reading.text)
    order_id = found.internal_id
    if not order_id:
        raise ValueError("the internal id is missing")
    updated_at = moment(found.update_timestamp, found.update_date) or reading.read_at
    coupon = found.discount_coupon
    coupon_code = None if coupon is None else coupon.code
    shipping = found.shipping_option
    items = found.items or []
    row = StoredRow(
        {
            **_shared(reading, order_id, updated_at),
            "raw": reading.text,
            "number": found.id or found.vendor_order_number or str(order_id),
            "payment_status": found.payment_status,
            "fulfillment_status": found.fulfillment_status,
            "total": units(found.total),
            "subtotal": units(found.subtotal),
            "tax": units(found.tax),
            "shipping_cost": None if shipping is None else units(shipping.shipping_rate),
            "coupon_discount": units(found.coupon_discount),
            "discount": units(found.discount),
            "refunded": units(found.refunded_amount),
            "email": normalize_email(found.email or "") or None,
            "customer_id": found.customer_id,
            "buyer_name": name_of(found.billing_person) or name_of(found.shipping_person),
            "coupon_code": coupon_code,
            "coupon_code_key": None if coupon_code is None else coupon_code_key(coupon_code),
            "external_id": found.external_order_id,
            "referer_id": found.referer_id,
            "tracking_number": found.tracking_number,
            "item_count": len(items),
            "remote_created_at": moment(found.create_timestamp, found.create_date) or updated_at,
        }
    )
    store_id, remote_id = reading.store_id, row["remote_id"]
    parts = [_item(store_id, remote_id, position, item) for position, item in enumerate(items)]
    return MappedRecord(row, parts, unix_second(found.create_timestamp, found.create_date))


def _item(store_id: int, order_id: int, position: int, item: TypedItem) -> StoredRow:
    return StoredRow(
        {
            "store_id": store_id,
            "order_id": order_id,
            "position": position,
            "remote_id": item.id,
            "product_id": item.product_id,
            "variation_id": item.combination_id,
            "sku": item.sku,
            "name": item.name or "",
            "quantity": item.quantity,
            "price": units(item.price),
            "coupon_amount": units(item.coupon_amount),
        }
    )


def customer(reading: Reading) -> MappedRecord:
    """Return the row of a customer."""
    found = _decode_customer(reading.text)
    person = found.billing_person or TypedPerson()
    updated_at = moment(None, found.updated) or reading.read_at
    row = StoredRow(
        {
            **_shared(reading, found.id, updated_at),
            "raw": reading.text,
            "email": normalize_email(found.email or "") or None,
            "email_as_given": found.email or None,
            "name": name_of(found) or name_of(person),
            "phone": person.phone,
            "country_code": person.country_code,
            "group_id": found.customer_group_id,
            "group_name": found.customer_group_name,
            "order_count": found.total_order_count,
            "sales_value": None if found.stats is None else units(found.stats.sales_value),
            "accepts_marketing": bool(found.accept_marketing),
            "remote_created_at": moment(None, found.registered) or updated_at,
        }
    )
    return MappedRecord(row, [], unix_second(None, found.updated))


def _shared(reading: Reading, remote_id: int | None, updated_at: str | None) -> dict[str, Any]:
    """Return the columns of all mirrored tables, except for ``raw``."""
    if remote_id is None:
        raise ValueError("the id is missing")
    return {
        "store_id": reading.store_id,
        "remote_id": remote_id,
        "remote_updated_at": updated_at or reading.read_at,
        "synced_at": reading.read_at,
        "deleted_at": None,
    }
