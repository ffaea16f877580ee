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
from portal.services.mirror.map_records import Mapped
from portal.services.mirror.mirror_catalog import (
    map_products,
    mark_products_deleted,
    write_products,
)
from portal.services.mirror.mirror_orders import map_orders, mark_orders_deleted, write_orders
from portal.services.mirror.mirror_records import (
    Saved,
    map_customers,
    mark_customers_deleted,
    write_customers,
)
from portal.services.sync.cursor import PageKeys, Position, step_down, step_up
from portal.services.sync.fetch_by_id import (
    SINGLY_AT_ONCE,
    Records,
    read_customers,
    read_orders,
    read_products,
)


@dataclass(frozen=True)
class Walk:
    """Hold one way through a list: how a page is asked for, and where the next one begins.

    ``fetch`` gets the moment since when changes are wanted (None in a first copy) and the position;
    ``date`` and ``seconds`` name the fields of the time that the list is sorted by.
    """

    fetch: Callable[[EcwidClient, datetime | None, Position], Page]
    move: Callable[[Position, PageKeys], Position]
    date: str
    seconds: str | None

    @property
    def goes_up(self) -> bool:
        """Tell whether the walk begins at the moment since when changes are wanted."""
        return self.move is step_up


@dataclass(frozen=True)
class Feed:
    """Hold all that the sync has to know of one resource with a long list.

    The walk ``audit`` is that of a first copy, but brings of each record only its id and times.
    ``update`` names the fields of the update time: the date, and its twin in seconds if there is
    one.
    """

    resource: Resource
    table: type[MirrorTable]
    key: str
    first_copy: Walk
    changes: Walk
    audit: Walk
    update: tuple[str, str | None]
    deleted: Callable[[EcwidClient, datetime], Iterator[int]]
    confirm: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    at_once: int
    map: Callable[[int, Sequence[Any], datetime], Mapped]
    write: Callable[[Mapped], Saved]
    mark_deleted: Callable[[int, Iterable[int], datetime], int]

    def save(self, store_id: int, items: Sequence[Any], read_at: datetime) -> Saved:
        """Map and write records as read at ``read_at``."""
        return self.write(self.map(store_id, items, read_at))

    def keys_of(self, items: Sequence[Any], walk: Walk) -> PageKeys:
        """Return the ids and times of a page; what can't be read tells neither."""
        keys = [self._key_of(item, walk) for item in items]
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

    def _key_of(self, item: Any, walk: Walk) -> tuple[int | None, int | None]:
        try:
            record = Record(self.resource, item)
            return record.identity(self.key), record.second(walk.date, walk.seconds)
        except RecordError:
            return None, None


def moment(second: int | None) -> datetime | None:
    """Return a second of a position as a time."""
    return None if second is None else datetime.fromtimestamp(second, UTC)


def _products(
    sort_by: str, *fields: str
) -> Callable[[EcwidClient, datetime | None, Position], Page]:
    def fetch(client: EcwidClient, since: datetime | None, here: Position) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(here.second)}
        return client.products(sort_by=sort_by, offset=here.offset, fields=fields, **bound)

    return fetch


def _customers(
    sort_by: str, *fields: str
) -> Callable[[EcwidClient, datetime | None, Position], Page]:
    def fetch(client: EcwidClient, since: datetime | None, here: Position) -> Page:
        bound = {"updated_to" if since is None else "updated_from": moment(here.second)}
        return client.customers(sort_by=sort_by, offset=here.offset, fields=fields, **bound)

    return fetch


def _orders(*fields: str) -> Callable[[EcwidClient, datetime | None, Position], Page]:
    def fetch(client: EcwidClient, since: datetime | None, here: Position) -> Page:
        return client.orders(
            updated_from=since,
            created_to=moment(here.second),
            offset=here.offset,
            fields=fields,
        )

    return fetch


# Names of times: the date, and its twin in seconds.
UPDATED = ("updated", "updateTimestamp")
CREATED = ("createDate", "createTimestamp")
ORDER_UPDATED = ("updateDate", "updateTimestamp")

FEEDS: dict[str, Feed] = {
    Resource.PRODUCTS: Feed(
        resource=Resource.PRODUCTS,
        table=Product,
        key="id",
        first_copy=Walk(_products("UPDATED_TIME_DESC"), step_down, *UPDATED),
        changes=Walk(_products("UPDATED_TIME_ASC"), step_up, *UPDATED),
        audit=Walk(_products("UPDATED_TIME_DESC", "id", *UPDATED), step_down, *UPDATED),
        update=UPDATED,
        deleted=lambda client, since: client.deleted_products(since=since),
        confirm=read_products,
        at_once=PAGE_LIMIT,
        map=map_products,
        write=write_products,
        mark_deleted=mark_products_deleted,
    ),
    Resource.ORDERS: Feed(
        resource=Resource.ORDERS,
        table=Order,
        key="internalId",
        first_copy=Walk(_orders(), step_down, *CREATED),
        changes=Walk(_orders(), step_down, *CREATED),
        audit=Walk(_orders("internalId", *CREATED, *ORDER_UPDATED), step_down, *CREATED),
        update=ORDER_UPDATED,
        deleted=lambda client, since: client.deleted_orders(since=since),
        confirm=read_orders,
        at_once=PAGE_LIMIT,
        map=map_orders,
        write=write_orders,
        mark_deleted=mark_orders_deleted,
    ),
    Resource.CUSTOMERS: Feed(
        resource=Resource.CUSTOMERS,
        table=Customer,
        key="id",
        first_copy=Walk(_customers("UPDATED_DATE_DESC"), step_down, "updated", None),
        changes=Walk(_customers("UPDATED_DATE_ASC"), step_up, "updated", None),
        audit=Walk(_customers("UPDATED_DATE_DESC", "id", "updated"), step_down, "updated", None),
        update=("updated", None),
        deleted=lambda client, since: client.deleted_customers(since=since),
        confirm=read_customers,
        at_once=SINGLY_AT_ONCE,
        map=map_customers,
        write=write_customers,
        mark_deleted=mark_customers_deleted,
    ),
}
