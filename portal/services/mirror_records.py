"""Write records of one table into the mirror; unreadable ones go to quarantine.

Every function runs inside the caller's transaction and makes no network call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.coupons import coupon_row
from portal.ecwid.customers import customer_row
from portal.errors import RecordError
from portal.models import Coupon, Customer, MirrorTable, Quarantine, Resource, utc_now
from portal.services.note_fields import note_fields

Row = dict[str, Any]


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


def save_customers(store_id: int, payloads: Sequence[Any], read_at: datetime) -> Saved:
    """Write customers as read at ``read_at``; newer rows stay."""
    return save_rows(Customer, Resource.CUSTOMERS, customer_row, store_id, payloads, read_at)


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
    read: Callable[[int, Any, datetime], Row],
    store_id: int,
    payloads: Sequence[Any],
    read_at: datetime,
) -> Saved:
    """Write what ``read`` makes of each payload into ``table``; newer rows stay.

    What it refuses with RecordError goes to quarantine, and what it can read leaves it.
    """
    rows, quarantined = read_all(resource, read, store_id, payloads, read_at)
    unchanged = table.count_unchanged(rows)
    written = table.upsert(rows)
    resolve(store_id, resource, (row["remote_id"] for row in rows))
    return Saved(len(payloads), max(0, written - unchanged), unchanged, quarantined)


def read_all(
    resource: Resource,
    read: Callable[[int, Any, datetime], Any],
    store_id: int,
    payloads: Sequence[Any],
    read_at: datetime,
) -> tuple[list[Any], int]:
    """Return what ``read`` makes of each payload, and how many went to quarantine instead.

    Every read passes here, so fields that drift are noticed here.
    """
    note_fields(store_id, resource, payloads)
    found = []
    quarantined = 0
    for payload in payloads:
        try:
            found.append(read(store_id, payload, read_at))
        except RecordError as error:
            quarantined += 1
            Quarantine.put(store_id, resource, error.entity_id or "", str(error), payload)
    return found, quarantined


def resolve(store_id: int, resource: Resource, entity_ids: Iterable[int | str]) -> None:
    """Close the quarantine entries of records that could be read."""
    Quarantine.resolve(store_id, resource, list(map(str, entity_ids)), utc_now())
