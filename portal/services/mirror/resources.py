"""Say for each resource how one record is named, read, saved, and marked as deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.ecwid.client import EcwidClient
from portal.ecwid.values import INTEGER_LIMIT
from portal.models import Order, Resource
from portal.services.mirror.mirror_catalog import (
    mark_categories_deleted,
    mark_products_deleted,
    save_categories,
    save_products,
)
from portal.services.mirror.mirror_orders import mark_orders_deleted, save_orders
from portal.services.mirror.mirror_records import (
    SaveResult,
    mark_coupons_deleted,
    mark_customers_deleted,
    save_coupons,
    save_customers,
)

ORDER_ID_LIMIT = 64


@dataclass(frozen=True)
class ResourceSpec:
    """Hold how one record of a resource is treated; its id is the text that people know."""

    is_id: Callable[[str], bool]
    read: Callable[[EcwidClient, str], Any]
    save: Callable[[int, list[Any], datetime], SaveResult]
    mark_deleted: Callable[[int, str, datetime], int]


def is_number(text: str) -> bool:
    """Tell whether the text is a whole number from 1 to what Ecwid's ids reach."""
    return text.isascii() and text.isdecimal() and 0 < int(text) < INTEGER_LIMIT


def is_order_id(text: str) -> bool:
    """Tell whether an order may have this id, such as ``EBJFT``; stores may choose a prefix."""
    return 0 < len(text) <= ORDER_ID_LIMIT and text.isprintable() and " " not in text


def _numbered(
    read: Callable[[EcwidClient, int], Any],
    save: Callable[[int, list[Any], datetime], SaveResult],
    mark_deleted: Callable[[int, Iterable[int], datetime], int],
) -> ResourceSpec:
    return ResourceSpec(
        is_id=is_number,
        read=lambda client, text: read(client, int(text)),
        save=save,
        mark_deleted=lambda store_id, text, read_at: mark_deleted(store_id, [int(text)], read_at),
    )


def _mark_order_deleted(store_id: int, order_id: str, read_at: datetime) -> int:
    """Mark the order of this text as deleted; the mirror's key is its internal number."""
    rows = Order.select(Order.remote_id).where(Order.store == store_id, Order.number == order_id)
    return mark_orders_deleted(store_id, [row.remote_id for row in rows], read_at)


RESOURCE_SPECS: dict[Resource, ResourceSpec] = {
    Resource.PRODUCTS: _numbered(EcwidClient.product, save_products, mark_products_deleted),
    Resource.CATEGORIES: _numbered(EcwidClient.category, save_categories, mark_categories_deleted),
    Resource.ORDERS: ResourceSpec(is_order_id, EcwidClient.order, save_orders, _mark_order_deleted),
    Resource.CUSTOMERS: _numbered(EcwidClient.customer, save_customers, mark_customers_deleted),
    Resource.DISCOUNT_COUPONS: _numbered(EcwidClient.coupon, save_coupons, mark_coupons_deleted),
}
