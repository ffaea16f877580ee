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
from portal.services.event_processing.fetch_changed import ChangeList
from portal.services.event_processing.search_lag import SearchableSource
from portal.services.mirror.mirror_records import SaveResult
from portal.services.records.record_changes import mirrored_records, save_changes
from portal.services.sync.fetch_by_id import Records
from portal.services.sync.full_scan import FULL_SCAN_SOURCES
from portal.services.sync.sources import SOURCES, Source


@dataclass(frozen=True)
class EventHandler:
    """Hold how one kind of entity is read, how many in a call, and written.

    ``probe`` makes a call of the same kind that names no entity: does the API answer at all?
    ``search`` is what a list is, and so may not know yet what an event tells of. ``changes`` is
    what serves where no list by ids does.
    """

    resource: Resource
    batch_limit: int
    read: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    save: Callable[[int, Records, datetime], SaveResult]
    mark_deleted: Callable[[int, Iterable[int], datetime], int]
    probe: Callable[[EcwidClient], object]
    search: SearchableSource | None = None
    changes: ChangeList | None = None


# Looked for together in one page of changes: the more, the fuller the page.
CUSTOMERS_PER_BATCH = 1_000


def _list_handler(
    source: Source,
    probe: Callable[[EcwidClient], object],
    record: Callable[[EcwidClient, Any], dict[str, Any]],
    *,
    batch_limit: int = PAGE_LIMIT,
    changes: ChangeList | None = None,
) -> EventHandler:
    return EventHandler(
        resource=source.resource,
        batch_limit=batch_limit,
        read=source.fetch_by_id,
        save=source.save,
        mark_deleted=source.mark_deleted,
        probe=probe,
        search=SearchableSource(source, record),
        changes=changes,
    )


def _single_handler(resource: Resource, probe: Callable[[EcwidClient], object]) -> EventHandler:
    source = FULL_SCAN_SOURCES[resource]
    return EventHandler(
        resource=resource,
        batch_limit=1,
        read=source.read,
        save=source.save,
        mark_deleted=source.mark_deleted,
        probe=probe,
    )


# Ecwid lists only products and orders by their ids. Categories tell no time of their change, and a
# page of coupons has no order that is documented: these are a call each.
EVENT_HANDLERS: dict[EventTopic, EventHandler] = {
    EventTopic.PRODUCT: _list_handler(
        SOURCES[Resource.PRODUCTS],
        lambda client: client.products(sort_by="UPDATED_TIME_ASC", updated_from=utc_now()),
        EcwidClient.product,
    ),
    EventTopic.CATEGORY: _single_handler(Resource.CATEGORIES, EcwidClient.categories),
    EventTopic.ORDER: _list_handler(
        SOURCES[Resource.ORDERS],
        lambda client: client.orders(updated_from=utc_now()),
        EcwidClient.order,
    ),
    EventTopic.CUSTOMER: _list_handler(
        SOURCES[Resource.CUSTOMERS],
        lambda client: client.customers(updated_from=utc_now()),
        EcwidClient.customer,
        batch_limit=CUSTOMERS_PER_BATCH,
        changes=ChangeList(
            lambda client, since, offset: client.customers(
                sort_by="UPDATED_DATE_ASC", updated_from=since, offset=offset
            ),
            EcwidClient.customer,
        ),
    ),
    EventTopic.COUPON: _single_handler(
        Resource.DISCOUNT_COUPONS, lambda client: client.coupons(updated_from=utc_now())
    ),
}


def write_records(
    handler: EventHandler,
    store_id: int,
    found: Records,
    gone: Sequence[int],
    read_at: datetime,
    events: Mapping[int, int],
) -> None:
    """Write what one read has brought, inside the transaction that marks its events as applied.

    ``events`` names, for each entity that was read, the event that what changes is noted with.
    """
    before = mirrored_records(store_id, handler.resource, list(events))
    handler.save(store_id, found, read_at)
    if gone:
        handler.mark_deleted(store_id, gone, read_at)
    save_changes(store_id, handler.resource, before, events)
