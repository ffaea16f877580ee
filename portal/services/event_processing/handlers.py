"""Say how what an event names is read again and written, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.page import PAGE_LIMIT
from portal.models import Resource, utc_now
from portal.rules.webhooks.event_types import EventTopic
from portal.services.event_processing.fetch_changed import Changes
from portal.services.event_processing.search_lag import Search
from portal.services.mirror.mirror_records import Saved
from portal.services.records.record_changes import held_records, note_changes
from portal.services.sync.fetch_by_id import Records
from portal.services.sync.full_scan import SHORT_LISTS
from portal.services.sync.sources import FEEDS, Feed


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


def _listed(
    feed: Feed,
    ask: Callable[[EcwidClient], object],
    record: Callable[[EcwidClient, Any], dict[str, Any]],
    *,
    at_once: int = PAGE_LIMIT,
    changes: Changes | None = None,
) -> Kind:
    return Kind(
        resource=feed.resource,
        at_once=at_once,
        read=feed.confirm,
        save=feed.save,
        mark_deleted=feed.mark_deleted,
        ask=ask,
        search=Search(feed, record),
        changes=changes,
    )


def _single(resource: Resource, ask: Callable[[EcwidClient], object]) -> Kind:
    short = SHORT_LISTS[resource]
    return Kind(
        resource=resource,
        at_once=1,
        read=short.read,
        save=short.save,
        mark_deleted=short.mark_deleted,
        ask=ask,
    )


# Ecwid lists only products and orders by their ids. Categories tell no time of their change, and a
# page of coupons has no order that is documented: these are a call each.
KINDS: dict[EventTopic, Kind] = {
    EventTopic.PRODUCT: _listed(
        FEEDS[Resource.PRODUCTS],
        lambda client: client.products(sort_by="UPDATED_TIME_ASC", updated_from=utc_now()),
        EcwidClient.product,
    ),
    EventTopic.CATEGORY: _single(Resource.CATEGORIES, EcwidClient.categories),
    EventTopic.ORDER: _listed(
        FEEDS[Resource.ORDERS],
        lambda client: client.orders(updated_from=utc_now()),
        EcwidClient.order,
    ),
    EventTopic.CUSTOMER: _listed(
        FEEDS[Resource.CUSTOMERS],
        lambda client: client.customers(updated_from=utc_now()),
        EcwidClient.customer,
        at_once=CUSTOMERS_AT_ONCE,
        changes=Changes(
            lambda client, since, offset: client.customers(
                sort_by="UPDATED_DATE_ASC", updated_from=since, offset=offset
            ),
            EcwidClient.customer,
        ),
    ),
    EventTopic.COUPON: _single(
        Resource.DISCOUNT_COUPONS, lambda client: client.coupons(updated_from=utc_now())
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
