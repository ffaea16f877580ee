"""Write orders with their items into the mirror; unreadable ones go to quarantine.

Mapping needs no database; every other function runs inside the caller's transaction and makes no
network call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from peewee import chunked

from portal.ecwid.orders import order_rows
from portal.models import Order, OrderItem, Resource
from portal.models.bulk import (
    ROWS_PER_STATEMENT,
    StoredRow,
    append_stored_rows,
    delete_in_values,
    to_stored_row,
)
from portal.models.fields import moment_text
from portal.services.mirror.map_records import MappedRecords, map_records
from portal.services.mirror.mark_deleted import mark_deleted_and_publish
from portal.services.mirror.mirror_records import (
    SaveResult,
    quarantine_refused,
    resolve,
    save_result,
)
from portal.services.mirror.suppression_list import suppress_orders
from portal.services.outbox.publish import publish_records


class StoredOrder(NamedTuple):
    """Hold the row of an order and the rows of its items, as the database takes them."""

    order: StoredRow
    items: list[StoredRow]


def map_orders(store_id: int, payloads: Sequence[Any], read_at: datetime) -> MappedRecords:
    """Return the rows of orders, with their items, as read; needs no database."""
    return map_records(_stored_order, store_id, payloads, read_at)


def write_orders(mapped: MappedRecords) -> SaveResult:
    """Write mapped orders with their items; newer rows stay.

    The items follow their order: they are replaced where its row was written, and stay as they
    are where the mirror has the order newer.
    """
    store_id = mapped.store_id
    quarantined = quarantine_refused(Resource.ORDERS, mapped)
    found = _newest(mapped.rows)
    done = Order.write(rows.order for rows in found.values())
    current = list(found)
    if done.written < len(found):
        current = _ids_written(store_id, found, mapped.read_at)
    delete_in_values(OrderItem, OrderItem.order_id, store_id, current)
    items = (item for order_id in current for item in found[order_id].items)
    for batch in chunked(items, ROWS_PER_STATEMENT):
        append_stored_rows(OrderItem, batch)
    suppress_orders(store_id, [rows.order for rows in found.values()])
    # An order is known to quarantine by its text, as it is to people.
    resolve(store_id, Resource.ORDERS, (rows.order["number"] for rows in found.values()))
    publish_records(store_id, Resource.ORDERS, done, (rows.order for rows in found.values()))
    return save_result(mapped, done, quarantined)


def save_orders(store_id: int, payloads: Sequence[Any], read_at: datetime) -> SaveResult:
    """Write orders with their items, as read at ``read_at``; newer rows stay."""
    return write_orders(map_orders(store_id, payloads, read_at))


def mark_orders_deleted(store_id: int, order_ids: Iterable[int], read_at: datetime) -> int:
    """Mark orders as deleted; their absence must have been confirmed. Their items stay to see."""
    return mark_deleted_and_publish(Order, Resource.ORDERS, store_id, list(order_ids), read_at)


def _stored_order(store_id: int, payload: Any, read_at: datetime) -> StoredOrder:
    rows = order_rows(store_id, payload, read_at)
    return StoredOrder(
        to_stored_row(Order, rows.order), [to_stored_row(OrderItem, item) for item in rows.items]
    )


def _newest(read: Iterable[StoredOrder]) -> dict[int, StoredOrder]:
    found: dict[int, StoredOrder] = {}
    for rows in read:
        known = found.get(rows.order["remote_id"])
        if known is None or rows.order["remote_updated_at"] >= known.order["remote_updated_at"]:
            found[rows.order["remote_id"]] = rows
    return found


def _ids_written(store_id: int, found: Mapping[int, StoredOrder], read_at: datetime) -> list[int]:
    """Return those of the orders whose row is what was found, not newer."""
    rows = Order.select(Order.remote_id, Order.remote_updated_at).where(
        Order.matching(store_id, list(found)),
        Order.synced_at == read_at,
        Order.deleted_at.is_null(),
    )
    # Another page of the same read may have brought a newer state.
    return [
        row.remote_id
        for row in rows
        if moment_text(row.remote_updated_at) == found[row.remote_id].order["remote_updated_at"]
    ]
