"""Declare how each long list is walked, read again by id, and written.

Products and customers can be listed by update time. Orders can't: they come by time of creation,
the newest first, also those of a filter by update time. An order's creation never changes, so that
walk is stable under changes; what changes above it meanwhile is found by the next run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.page import PAGE_LIMIT, Page
from portal.ecwid.values import Record
from portal.errors import RecordError
from portal.models import Customer, MirrorTable, Order, Product, Resource
from portal.services.mirror.map_records import MappedRecords
from portal.services.mirror.mirror_catalog import (
    map_products,
    mark_products_deleted,
    write_products,
)
from portal.services.mirror.mirror_orders import map_orders, mark_orders_deleted, write_orders
from portal.services.mirror.mirror_records import (
    SaveResult,
    map_customers,
    mark_customers_deleted,
    write_customers,
)
from portal.services.sync.cursor import Cursor, PageKeys, next_newer, next_older
from portal.services.sync.fetch_by_id import (
    SINGLE_FETCH_LIMIT,
    Records,
    fetch_customers,
    fetch_orders,
    fetch_products,
)


@dataclass(frozen=True)
class Listing:
    """Hold one way through a list: how a page is asked for, and where the next one begins.

    ``fetch`` gets the moment since when changes are wanted (None in a first copy) and the position;
    ``date`` and ``seconds`` name the fields of the time that the list is sorted by.
    """

    fetch: Callable[[EcwidClient, datetime | None, Cursor], Page]
    next_cursor: Callable[[Cursor, PageKeys], Cursor]
    date: str
    seconds: str | None

    @property
    def is_ascending(self) -> bool:
        """Tell whether the walk begins at the moment since when changes are wanted."""
        return self.next_cursor is next_newer


@dataclass(frozen=True)
class Source:
    """Hold all that the sync has to know of one resource with a long list.

    The walk ``reconciliation`` is that of a first copy, but brings of each record only its id and times.
    ``update`` names the fields of the update time: the date, and its twin in seconds if there is
    one.
    """

    resource: Resource
    table: type[MirrorTable]
    key: str
    backfill: Listing
    incremental: Listing
    reconciliation: Listing
    update: tuple[str, str | None]
    deleted: Callable[[EcwidClient, datetime], Iterator[int]]
    fetch_by_id: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    batch_size: int
    map: Callable[[int, Sequence[Any], datetime], MappedRecords]
    write: Callable[[MappedRecords], SaveResult]
    mark_deleted: Callable[[int, Iterable[int], datetime], int]

    def save(self, store_id: int, items: Sequence[Any], read_at: datetime) -> SaveResult:
        """Map and write records as read at ``read_at``."""
        return self.write(self.map(store_id, items, read_at))

    def keys_of(self, items: Sequence[Any], listing: Listing) -> PageKeys:
        """Return the ids and times of a page; what can't be read tells neither."""
        keys = [self._key_of(item, listing) for item in items]
        return PageKeys(
            ids=[remote_id for remote_id, _ in keys],
            seconds=[second for _, second in keys if second is not None],
        )

    def id_of(self, item: Any) -> int | None:
        """Return a record's id; None if it can't be read."""
        try:
            return Record(self.resource, item).identity(self.key)
        except RecordError:
            return None

    def updated_at(self, item: Any) -> datetime | None:
        """Return when a record was changed at the store; None if it doesn't tell a time."""
        try:
            return Record(self.resource, item).moment(*self.update)
        except RecordError:
            return None

    def _key_of(self, item: Any, listing: Listing) -> tuple[int | None, int | None]:
        try:
            record = Record(self.resource, item)
            return record.identity(self.key), record.second(listing.date, listing.seconds)
        except RecordError:
            return None, None


def moment(second: int | None) -> datetime | None:
    """Return a second of a position as a time."""
    return None if second is None else datetime.fromtimestamp(second, UTC)


def _products(sort_by: str, *fields: str) -> Callable[[EcwidClient, datetime | None, Cursor], Page]:
    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(cursor.second)}
        return client.products(sort_by=sort_by, offset=cursor.offset, fields=fields, **bound)

    return fetch


def _customers(
    sort_by: str, *fields: str
) -> Callable[[EcwidClient, datetime | None, Cursor], Page]:
    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(cursor.second)}
        return client.customers(sort_by=sort_by, offset=cursor.offset, fields=fields, **bound)

    return fetch


def _orders(*fields: str) -> Callable[[EcwidClient, datetime | None, Cursor], Page]:
    def fetch(client: EcwidClient, since: datetime | None, cursor: Cursor) -> Page:
        return client.orders(
            updated_from=since,
            created_to=moment(cursor.second),
            offset=cursor.offset,
            fields=fields,
        )

    return fetch


# Names of times: the date, and its twin in seconds.
UPDATED = ("updated", "updateTimestamp")
CREATED = ("createDate", "createTimestamp")
ORDER_UPDATED = ("updateDate", "updateTimestamp")

SOURCES: dict[str, Source] = {
    Resource.PRODUCTS: Source(
        resource=Resource.PRODUCTS,
        table=Product,
        key="id",
        backfill=Listing(_products("UPDATED_TIME_DESC"), next_older, *UPDATED),
        incremental=Listing(_products("UPDATED_TIME_ASC"), next_newer, *UPDATED),
        reconciliation=Listing(
            _products("UPDATED_TIME_DESC", "id", *UPDATED), next_older, *UPDATED
        ),
        update=UPDATED,
        deleted=lambda client, since: client.deleted_products(since=since),
        fetch_by_id=fetch_products,
        batch_size=PAGE_LIMIT,
        map=map_products,
        write=write_products,
        mark_deleted=mark_products_deleted,
    ),
    Resource.ORDERS: Source(
        resource=Resource.ORDERS,
        table=Order,
        key="internalId",
        backfill=Listing(_orders(), next_older, *CREATED),
        incremental=Listing(_orders(), next_older, *CREATED),
        reconciliation=Listing(
            _orders("internalId", *CREATED, *ORDER_UPDATED), next_older, *CREATED
        ),
        update=ORDER_UPDATED,
        deleted=lambda client, since: client.deleted_orders(since=since),
        fetch_by_id=fetch_orders,
        batch_size=PAGE_LIMIT,
        map=map_orders,
        write=write_orders,
        mark_deleted=mark_orders_deleted,
    ),
    Resource.CUSTOMERS: Source(
        resource=Resource.CUSTOMERS,
        table=Customer,
        key="id",
        backfill=Listing(_customers("UPDATED_DATE_DESC"), next_older, "updated", None),
        incremental=Listing(_customers("UPDATED_DATE_ASC"), next_newer, "updated", None),
        reconciliation=Listing(
            _customers("UPDATED_DATE_DESC", "id", "updated"), next_older, "updated", None
        ),
        update=("updated", None),
        deleted=lambda client, since: client.deleted_customers(since=since),
        fetch_by_id=fetch_customers,
        batch_size=SINGLE_FETCH_LIMIT,
        map=map_customers,
        write=write_customers,
        mark_deleted=mark_customers_deleted,
    ),
}
