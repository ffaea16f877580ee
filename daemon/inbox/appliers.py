"""Say how what an event names is read again and written, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.inbox.changes import Changes
from daemon.inbox.search_lag import Search
from daemon.sync.feeds import read_customers, read_orders, read_products
from daemon.sync.short_lists import read_categories, read_coupons
from portal.ecwid.client import EcwidClient
from portal.ecwid.page import PAGE_LIMIT
from portal.models import Resource, utc_now
from portal.rules.event_types import EventTopic
from portal.services.mirror_catalogue import (
    mark_categories_deleted,
    mark_products_deleted,
    save_categories,
    save_products,
)
from portal.services.mirror_orders import mark_orders_deleted, save_orders
from portal.services.mirror_records import (
    Saved,
    mark_coupons_deleted,
    mark_customers_deleted,
    save_coupons,
    save_customers,
)
from portal.services.record_changes import held_records, note_changes

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """Hold how one kind of entity is read, how many in a call, and written.

    ``ask`` makes a call of the same kind that names no entity: does the API answer at all?
    ``search`` is what a list is, and so may not know yet what an event tells of. ``changes`` is
    what serves where no list by ids does.
    """

    resource: Resource
    at_once: int
    read: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    save: Callable[[int, Records, datetime], Saved]
    mark_deleted: Callable[[int, Iterable[int], datetime], int]
    ask: Callable[[EcwidClient], object]
    search: Search | None = None
    changes: Changes | None = None


# Looked for together in one page of changes: the more, the fuller the page.
CUSTOMERS_AT_ONCE = 1_000

# Ecwid lists only products and orders by their ids. Categories tell no time of their change, and a
# page of coupons has no order that is documented: these are a call each.
KINDS: dict[EventTopic, Kind] = {
    EventTopic.PRODUCT: Kind(
        Resource.PRODUCTS,
        PAGE_LIMIT,
        read_products,
        save_products,
        mark_products_deleted,
        lambda client: client.products(sort_by="UPDATED_TIME_ASC", updated_from=utc_now()),
        Search(
            Resource.PRODUCTS,
            "id",
            "updated",
            "updateTimestamp",
            lambda client, item: client.product(item["id"]),
        ),
    ),
    EventTopic.CATEGORY: Kind(
        Resource.CATEGORIES,
        1,
        read_categories,
        save_categories,
        mark_categories_deleted,
        lambda client: client.categories(),
    ),
    EventTopic.ORDER: Kind(
        Resource.ORDERS,
        PAGE_LIMIT,
        read_orders,
        save_orders,
        mark_orders_deleted,
        lambda client: client.orders(updated_from=utc_now()),
        Search(
            Resource.ORDERS,
            "internalId",
            "updateDate",
            "updateTimestamp",
            lambda client, item: client.order(item["id"]),
        ),
    ),
    EventTopic.CUSTOMER: Kind(
        Resource.CUSTOMERS,
        CUSTOMERS_AT_ONCE,
        read_customers,
        save_customers,
        mark_customers_deleted,
        lambda client: client.customers(updated_from=utc_now()),
        Search(
            Resource.CUSTOMERS,
            "id",
            "updated",
            None,
            lambda client, item: client.customer(item["id"]),
        ),
        Changes(
            lambda client, since, offset: client.customers(
                sort_by="UPDATED_DATE_ASC", updated_from=since, offset=offset
            ),
            lambda client, customer_id: client.customer(customer_id),
        ),
    ),
    EventTopic.COUPON: Kind(
        Resource.DISCOUNT_COUPONS,
        1,
        read_coupons,
        save_coupons,
        mark_coupons_deleted,
        lambda client: client.coupons(updated_from=utc_now()),
    ),
}


def write_records(
    kind: Kind,
    store_id: int,
    found: Records,
    gone: Sequence[int],
    read_at: datetime,
    events: Mapping[int, int],
) -> None:
    """Write what one read has brought, inside the transaction that marks its events as applied.

    ``events`` names, for each entity that was read, the event that what changes is noted with.
    """
    before = held_records(store_id, kind.resource, list(events))
    kind.save(store_id, found, read_at)
    if gone:
        kind.mark_deleted(store_id, gone, read_at)
    note_changes(store_id, kind.resource, before, events)
