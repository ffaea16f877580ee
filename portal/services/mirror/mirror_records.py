"""Write records of one table into the mirror; unreadable ones go to quarantine.

Mapping needs no database and can be done ahead, in any thread. Every other function runs inside the
caller's transaction and makes no network call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.coupons import coupon_row
from portal.ecwid.customers import customer_row
from portal.models import Coupon, Customer, MirrorTable, Quarantine, Resource, utc_now
from portal.models.bulk import StoredRow, stored
from portal.models.last_write_wins import Written
from portal.services.mirror.detect_schema_changes import note_fields
from portal.services.mirror.map_records import Mapped, map_all
from portal.services.mirror.suppression_list import keep_customers_erased, keep_refused_erased

ReadRow = Callable[[int, Any, datetime], dict[str, Any]]


@dataclass(frozen=True)
class Saved:
    """Count the records of one read.

    ``saved`` were new here or differed, ``unchanged`` were here just so, and the mirror has the
    rest newer, or they went to quarantine.
    """

    seen: int
    saved: int
    unchanged: int
    quarantined: int


def map_customers(store_id: int, payloads: Sequence[Any], read_at: datetime) -> Mapped:
    """Return the rows of customers as read at ``read_at``; needs no database."""
    return map_rows(Customer, customer_row, store_id, payloads, read_at)


def write_customers(mapped: Mapped) -> Saved:
    """Write mapped customers; newer rows stay."""
    saved = write_rows(Customer, Resource.CUSTOMERS, mapped)
    keep_customers_erased(mapped.store_id, mapped.rows)
    return saved


def save_customers(store_id: int, payloads: Sequence[Any], read_at: datetime) -> Saved:
    """Write customers as read at ``read_at``; newer rows stay."""
    return write_customers(map_customers(store_id, payloads, read_at))


def save_coupons(store_id: int, payloads: Sequence[Any], read_at: datetime) -> Saved:
    """Write coupons as read at ``read_at``; newer rows stay."""
    return save_rows(Coupon, Resource.DISCOUNT_COUPONS, coupon_row, store_id, payloads, read_at)


def mark_customers_deleted(store_id: int, customer_ids: Iterable[int], read_at: datetime) -> int:
    """Mark customers as deleted; their absence must have been confirmed."""
    return Customer.mark_deleted(Customer.of(store_id, list(customer_ids)), read_at=read_at)


def mark_coupons_deleted(store_id: int, coupon_ids: Iterable[int], read_at: datetime) -> int:
    """Mark coupons as deleted; their absence must have been confirmed."""
    return Coupon.mark_deleted(Coupon.of(store_id, list(coupon_ids)), read_at=read_at)


def save_rows(
    table: type[MirrorTable],
    resource: Resource,
    read: ReadRow,
    store_id: int,
    payloads: Sequence[Any],
    read_at: datetime,
) -> Saved:
    """Write what ``read`` makes of each payload into ``table``; newer rows stay.

    What it refuses with RecordError goes to quarantine, and what it can read leaves it.
    """
    return write_rows(table, resource, map_rows(table, read, store_id, payloads, read_at))


def map_rows(
    table: type[MirrorTable],
    read: ReadRow,
    store_id: int,
    payloads: Sequence[Any],
    read_at: datetime,
) -> Mapped:
    """Return the rows that ``read`` makes of each payload; needs no database."""

    def stored_row(store_id: int, payload: Any, read_at: datetime) -> StoredRow:
        return stored(table, read(store_id, payload, read_at))

    return map_all(stored_row, store_id, payloads, read_at)


def write_rows(table: type[MirrorTable], resource: Resource, mapped: Mapped) -> Saved:
    """Write mapped rows into ``table``; newer rows stay."""
    quarantined = put_aside(resource, mapped)
    done = table.write(mapped.rows)
    resolve(mapped.store_id, resource, (row["remote_id"] for row in mapped.rows))
    return saved_of(mapped, done, quarantined)


def saved_of(mapped: Mapped, done: Written, quarantined: int) -> Saved:
    """Return the counts of a read whose rows were written so."""
    saved = max(0, done.written - done.unchanged)
    return Saved(len(mapped.payloads), saved, done.unchanged, quarantined)


def put_aside(resource: Resource, mapped: Mapped) -> int:
    """Put what could not be mapped into quarantine; return how many records that were.

    Every read passes here, so fields that drift are noticed here.
    """
    note_fields(mapped.store_id, resource, mapped.payloads)
    for error, payload in mapped.refused:
        Quarantine.put(mapped.store_id, resource, error.entity_id or "", str(error), payload)
    if mapped.refused:
        keep_refused_erased(mapped.store_id, resource, [payload for _, payload in mapped.refused])
    return len(mapped.refused)


def resolve(store_id: int, resource: Resource, entity_ids: Iterable[int | str]) -> None:
    """Close the quarantine entries of records that could be read."""
    Quarantine.resolve(store_id, resource, list(map(str, entity_ids)), utc_now())
