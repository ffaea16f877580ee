"""Sources of a resource's records: lists read page by page, and reads by id.

Products and customers can be listed by update time. Ecwid lists orders by creation time, newest
first, even with a filter by update time. An order's creation time never changes, so its position in
the list is stable. The next run reads the orders that change on pages already read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.ecwid.calls import Page, Records, fetch_each
from portal.ecwid.client import EcwidClient
from portal.models import Order
from portal.rules.sync.cursor import Cursor, PageKeys, next_newer

Fetch = Callable[[EcwidClient, datetime | None, Cursor], Page]


@dataclass(frozen=True)
class Listing:
    """Sort order of a list: how to request a page, and where the next page begins.

    ``fetch`` takes the start time of the wanted changes (None in a backfill) and the cursor.
    ``times`` are the fields of the time that the list is sorted by: the date, then the same time in
    Unix seconds if the record has it.
    """

    fetch: Callable[[EcwidClient, datetime | None, Cursor], Page]
    next_cursor: Callable[[Cursor, PageKeys], Cursor]
    times: tuple[str, ...]

    @property
    def is_ascending(self) -> bool:
        """Return whether the list begins with the oldest change."""
        return self.next_cursor is next_newer


@dataclass(frozen=True)
class IncrementalSource:
    """List that can be read by time: all of it once, then only changed and deleted records.

    ``reconciliation`` lists the same records as ``backfill``, with only their ids and times.
    ``updated`` are the fields of the update time.
    """

    backfill: Listing
    incremental: Listing
    reconciliation: Listing
    updated: tuple[str, ...]
    deleted: Callable[[EcwidClient, datetime], Iterator[int]]


@dataclass(frozen=True)
class FullScanSource:
    """Short list that can't be sorted by time, so each run reads all of it by offset."""

    page: Callable[[EcwidClient, int], Page]


@dataclass(frozen=True)
class EventReads:
    """Reads of the entities that events name, up to ``batch_limit`` at once.

    ``probe`` makes a similar call that names no entity, to check whether the API answers at all.
    ``is_searched`` is True if lists of the resource come from Ecwid's search, which lags behind.
    A resource that can't be listed by ids has ``changes``, which lists its records by update time.
    """

    batch_limit: int
    probe: Callable[[EcwidClient], object]
    is_searched: bool = False
    changes: Callable[[EcwidClient, datetime, int], Page] | None = None


def moment(second: int | None) -> datetime | None:
    """Return a cursor's Unix second as a time."""
    return None if second is None else datetime.fromtimestamp(second, UTC)


def walk_products(sort_by: str, *fields: str) -> Fetch:
    """Return a fetcher of products in this sort order, with all fields or only these."""

    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(cursor.second)}
        return client.products(sort_by=sort_by, offset=cursor.offset, fields=fields, **bound)

    return fetch


def walk_customers(sort_by: str, *fields: str) -> Fetch:
    """Return a fetcher of customers in this sort order, with all fields or only these."""

    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(cursor.second)}
        return client.customers(sort_by=sort_by, offset=cursor.offset, fields=fields, **bound)

    return fetch


def walk_orders(*fields: str) -> Fetch:
    """Return a fetcher of orders, newest first, with all fields or only these."""

    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        return client.orders(
            updated_from=since,
            created_to=moment(cursor.second),
            offset=cursor.offset,
            fields=fields,
        )

    return fetch


def fetch_orders(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return the existing orders among ``ids`` (at most 100), and the ids of the deleted ones.

    ``ids`` are internal ids. Ecwid expects an order's text id in a path; the internal id is tried
    if the mirror doesn't have the text.
    """
    page = client.orders_by_id([str(order_id) for order_id in ids])
    listed = {item.get("internalId") for item in page.items if isinstance(item, dict)}
    absent = sorted(set(ids).difference(listed))
    rows = Order.select(Order.remote_id, Order.number).where(
        Order.matching(client.store_id, absent)
    )
    numbers = {row.remote_id: row.number for row in rows}
    found, gone = [], []
    for order_id in absent:
        existing, missing = fetch_each(client.order, [numbers.get(order_id, str(order_id))])
        # A deleted order's number may belong to another order now.
        found += existing
        if missing or existing[0].get("internalId") != order_id:
            gone.append(order_id)
    return [*page.items, *found], gone
