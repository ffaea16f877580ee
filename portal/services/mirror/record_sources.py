"""How the records of a resource are read: walks through lists, and reads by ids.

Products and customers can be listed by update time. Orders can't: they come by time of creation,
the newest first, also those of a filter by update time. An order's creation never changes, so that
walk is stable under changes; the next run finds what changes above it.
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
    """One way through a list: how to request a page, and where the next one begins.

    ``fetch`` gets the time since when changes are wanted (None in a first copy) and the position;
    ``times`` are the fields of the time that the list is sorted by: the date, then its twin in
    seconds if there is one.
    """

    fetch: Callable[[EcwidClient, datetime | None, Cursor], Page]
    next_cursor: Callable[[Cursor, PageKeys], Cursor]
    times: tuple[str, ...]

    @property
    def is_ascending(self) -> bool:
        """Return whether the walk begins at the time since when changes are wanted."""
        return self.next_cursor is next_newer


@dataclass(frozen=True)
class IncrementalSource:
    """List that can be read by time: everything once, then only what changed or was deleted.

    The walk ``reconciliation`` is that of a first copy with only the ids and times of each record;
    ``updated`` are the fields of the update time.
    """

    backfill: Listing
    incremental: Listing
    reconciliation: Listing
    updated: tuple[str, ...]
    deleted: Callable[[EcwidClient, datetime], Iterator[int]]


@dataclass(frozen=True)
class FullScanSource:
    """Short list that can't be sorted by time, so each run reads all of it, page by offset."""

    page: Callable[[EcwidClient, int], Page]


@dataclass(frozen=True)
class EventReads:
    """How the entities that events name are read: up to ``batch_limit`` together.

    ``probe`` makes a similar call that names no entity, to see whether the API answers at all.
    ``is_searched`` says that lists of the resource come from Ecwid's search, which lags behind.
    A resource that can't be listed by ids has ``changes``, which lists its records by update time.
    """

    batch_limit: int
    probe: Callable[[EcwidClient], object]
    is_searched: bool = False
    changes: Callable[[EcwidClient, datetime, int], Page] | None = None


def moment(second: int | None) -> datetime | None:
    """Return a second of a position as a time."""
    return None if second is None else datetime.fromtimestamp(second, UTC)


def walk_products(sort_by: str, *fields: str) -> Fetch:
    """Return a walk through the products in this order, with all fields or only these."""

    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(cursor.second)}
        return client.products(sort_by=sort_by, offset=cursor.offset, fields=fields, **bound)

    return fetch


def walk_customers(sort_by: str, *fields: str) -> Fetch:
    """Return a walk through the customers in this order, with all fields or only these."""

    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(cursor.second)}
        return client.customers(sort_by=sort_by, offset=cursor.offset, fields=fields, **bound)

    return fetch


def walk_orders(*fields: str) -> Fetch:
    """Return a walk through the orders, the newest first, with all fields or only these."""

    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        return client.orders(
            updated_from=since,
            created_to=moment(cursor.second),
            offset=cursor.offset,
            fields=fields,
        )

    return fetch


def fetch_orders(client: EcwidClient, ids: Sequence[int]) -> tuple[Records, list[int]]:
    """Return those of at most 100 orders that exist, and the internal ids of the deleted ones.

    Ecwid expects an order's text id in a path; the internal id is tried where the mirror doesn't
    know the text.
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
    return page.items + found, gone
