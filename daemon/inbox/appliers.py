"""Read again what events name, and write it with each event's outcome in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import chunked

from daemon.inbox.outcomes import mark_applied, mark_failed, mark_ignored
from daemon.sync.feeds import SINGLY_AT_ONCE, read_customers, read_orders, read_products
from daemon.sync.short_lists import read_categories, read_coupons
from portal.ecwid.client import EcwidClient
from portal.ecwid.page import PAGE_LIMIT
from portal.ecwid.values import WHOLE_LIMIT
from portal.errors import EcwidError, EcwidRateLimitError, PortalError
from portal.models import WebhookEvent, database, utc_now
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
from portal.services.probe_store import probe_store
from portal.services.runtime import Runtime
from portal.services.suspend_store import stops_the_store

Records = list[dict[str, Any]]


def apply_products(runtime: Runtime, store_id: int, events: list[WebhookEvent]) -> None:
    """Read the products that the events name, up to 100 a call."""
    _apply_batches(runtime, store_id, events, PRODUCTS)


def apply_categories(runtime: Runtime, store_id: int, events: list[WebhookEvent]) -> None:
    """Read the categories that the events name, one by one: Ecwid offers no list by id."""
    _apply_batches(runtime, store_id, events, CATEGORIES)


def apply_connection(runtime: Runtime, store_id: int, events: list[WebhookEvent]) -> None:
    """Look after the connection once, however many events say that it changed."""
    try:
        probe_store(runtime, store_id)
    except PortalError as error:
        mark_failed(events, str(error))
    else:
        mark_applied(events)


def apply_orders(runtime: Runtime, store_id: int, events: list[WebhookEvent]) -> None:
    """Read the orders that the events name, up to 100 a call."""
    _apply_batches(runtime, store_id, events, ORDERS)


def apply_customers(runtime: Runtime, store_id: int, events: list[WebhookEvent]) -> None:
    """Read the customers that the events name, one by one: Ecwid offers no list by id."""
    _apply_batches(runtime, store_id, events, CUSTOMERS)


def apply_coupons(runtime: Runtime, store_id: int, events: list[WebhookEvent]) -> None:
    """Read the coupons that the events name, one by one: Ecwid offers no list by id."""
    _apply_batches(runtime, store_id, events, COUPONS)


def _batches(events: list[WebhookEvent], size: int) -> list[dict[int, list[WebhookEvent]]]:
    """Return the events by the entity they name, ``size`` entities a batch."""
    by_entity: dict[int, list[WebhookEvent]] = {}
    for event in events:
        entity_id = _entity_id(event)
        if entity_id is None:
            mark_ignored([event], "the event names no entity")
            continue
        by_entity.setdefault(entity_id, []).append(event)
    return [dict(batch) for batch in chunked(by_entity.items(), size)]


def _entity_id(event: WebhookEvent) -> int | None:
    """Return the entity's number, None if it is none: a body may be forged, so any text comes."""
    text = event.entity_id or ""
    number = int(text) if text.isdecimal() else 0
    return number if 0 < number < WHOLE_LIMIT else None


def _apply_batches(runtime: Runtime, store_id: int, events: list[WebhookEvent], kind: Kind) -> None:
    for batch in _batches(events, kind.at_once):
        named = [event for same in batch.values() for event in same]
        read_at = utc_now()
        try:
            found, gone = kind.read(runtime.client(store_id), list(batch))
        except PortalError as error:
            if _is_fatal(runtime, store_id, error):
                return
            _fail(named, error)
            continue
        with database.atomic():
            kind.save(store_id, found, read_at)
            kind.mark_deleted(store_id, gone, read_at)
            mark_applied(named)


def _is_fatal(runtime: Runtime, store_id: int, error: PortalError) -> bool:
    """Tell whether the whole store is stopped: then its events wait, untouched."""
    return isinstance(error, EcwidError) and stops_the_store(runtime, store_id, error)


def _fail(events: list[WebhookEvent], error: PortalError) -> None:
    at_least_s = error.retry_after_s if isinstance(error, EcwidRateLimitError) else 0.0
    mark_failed(events, str(error), at_least_s=at_least_s)


@dataclass(frozen=True)
class Kind:
    """Hold how one kind of entity is read and written, and how many at once."""

    at_once: int
    read: Callable[[EcwidClient, Sequence[int]], tuple[Records, list[int]]]
    save: Callable[[int, Records, datetime], Saved]
    mark_deleted: Callable[[int, Iterable[int], datetime], int]


PRODUCTS = Kind(PAGE_LIMIT, read_products, save_products, mark_products_deleted)
CATEGORIES = Kind(SINGLY_AT_ONCE, read_categories, save_categories, mark_categories_deleted)
ORDERS = Kind(PAGE_LIMIT, read_orders, save_orders, mark_orders_deleted)
CUSTOMERS = Kind(SINGLY_AT_ONCE, read_customers, save_customers, mark_customers_deleted)
COUPONS = Kind(SINGLY_AT_ONCE, read_coupons, save_coupons, mark_coupons_deleted)
