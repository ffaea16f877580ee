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
from portal.models.bulk import StoredRow, to_stored_row
from portal.models.last_write_wins import UpsertResult
from portal.services.mirror.detect_schema_changes import detect_schema_changes
from portal.services.mirror.map_records import MappedRecords, map_records
from portal.services.mirror.suppression_list import suppress_customers, suppress_quarantined

ReadRow = Callable[[int, Any, datetime], dict[str, Any]]


@dataclass(frozen=True)
class SaveResult:
    """Count the records of one read.

    ``saved`` were new here or differed, ``unchanged`` were here just so, and the mirror has the
    rest newer, or they went to quarantine.
    """

    seen: int
    saved: int
    unchanged: int
    quarantined: int


def map_customers(store_id: int, payloads: Sequence[Any], read_at: datetime) -> MappedRecords:
    """Return the rows of customers as read at ``read_at``; needs no database."""
    return map_rows(Customer, customer_row, store_id, payloads, read_at)


def write_customers(mapped: MappedRecords) -> SaveResult:
    """Write mapped customers; newer rows stay."""
    saved = write_rows(Customer, Resource.CUSTOMERS, mapped)
    suppress_customers(mapped.store_id, mapped.rows)
    return saved


def save_customers(store_id: int, payloads: Sequence[Any], read_at: datetime) -> SaveResult:
    """Write customers as read at ``read_at``; newer rows stay."""
    return write_customers(map_customers(store_id, payloads, read_at))


def save_coupons(store_id: int, payloads: Sequence[Any], read_at: datetime) -> SaveResult:
    """Write coupons as read at ``read_at``; newer rows stay."""
    return save_rows(Coupon, Resource.DISCOUNT_COUPONS, coupon_row, store_id, payloads, read_at)


def mark_customers_deleted(store_id: int, customer_ids: Iterable[int], read_at: datetime) -> int:
    """Mark customers as deleted; their absence must have been confirmed."""
    return Customer.mark_deleted(Customer.matching(store_id, list(customer_ids)), read_at=read_at)


def mark_coupons_deleted(store_id: int, coupon_ids: Iterable[int], read_at: datetime) -> int:
    """Mark coupons as deleted; their absence must have been confirmed."""
    return Coupon.mark_deleted(Coupon.matching(store_id, list(coupon_ids)), read_at=read_at)


def save_rows(
    table: type[MirrorTable],
    resource: Resource,
    read: ReadRow,
    store_id: int,
    payloads: Sequence[Any],
    read_at: datetime,
) -> SaveResult:
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
) -> MappedRecords:
    """Return the rows that ``read`` makes of each payload; needs no database."""

    def stored_row(store_id: int, payload: Any, read_at: datetime) -> StoredRow:
        return to_stored_row(table, read(store_id, payload, read_at))

    return map_records(stored_row, store_id, payloads, read_at)


def write_rows(table: type[MirrorTable], resource: Resource, mapped: MappedRecords) -> SaveResult:
    """Write mapped rows into ``table``; newer rows stay."""
    quarantined = quarantine_refused(resource, mapped)
    done = table.write(mapped.rows)
    resolve(mapped.store_id, resource, (row["remote_id"] for row in mapped.rows))
    return save_result(mapped, done, quarantined)


def save_result(mapped: MappedRecords, done: UpsertResult, quarantined: int) -> SaveResult:
    """Return the counts of a read whose rows were written so."""
    saved = max(0, done.written - done.unchanged)
    return SaveResult(len(mapped.payloads), saved, done.unchanged, quarantined)


def quarantine_refused(resource: Resource, mapped: MappedRecords) -> int:
    """Put what could not be mapped into quarantine; return how many records that were.

    Every read passes here, so fields that drift are noticed here.
    """
    detect_schema_changes(mapped.store_id, resource, mapped.payloads)
    for error, payload in mapped.refused:
        Quarantine.put(mapped.store_id, resource, error.entity_id or "", str(error), payload)
    if mapped.refused:
        suppress_quarantined(mapped.store_id, resource, [payload for _, payload in mapped.refused])
    return len(mapped.refused)


def resolve(store_id: int, resource: Resource, entity_ids: Iterable[int | str]) -> None:
    """Close the quarantine entries of records that could be read."""
    Quarantine.resolve(store_id, resource, list(map(str, entity_ids)), utc_now())
