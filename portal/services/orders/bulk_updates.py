"""Update of the statuses of several orders at once, and the orders that people have chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from portal.errors.orders import OrderNotFoundError
from portal.models import Order, OrderItem, Store
from portal.models.bulk import in_values
from portal.rules.orders.order_changes import OrderChanges, remote_values
from portal.services.orders.quote_checks import get_working_store
from portal.services.orders.submit_order import OrderSender
from portal.services.orders.update_order import request_update
from portal.services.runtime import Runtime

MAX_ORDERS = 100


@dataclass(frozen=True)
class BulkUpdate:
    """Numbers of orders that get an update, that have the statuses already, and that are gone."""

    requested: int = 0
    unchanged: int = 0
    missing: int = 0


def chosen_orders(store: Store, order_ids: Sequence[int]) -> list[Order]:
    """Return the live ones of the first `MAX_ORDERS` of these orders, in the given order."""
    ids = list(dict.fromkeys(order_ids))[:MAX_ORDERS]
    if not ids:
        return []
    rows = Order.select().where(Order.matching(store.id, ids), Order.deleted_at.is_null())
    found = {row.remote_id: row for row in rows}
    return [found[each] for each in ids if each in found]


def items_by_order(store: Store, orders: Iterable[Order]) -> dict[int, list[OrderItem]]:
    """Return the items of these orders by the order's id; takes one statement."""
    ids = [order.remote_id for order in orders]
    items: dict[int, list[OrderItem]] = {each: [] for each in ids}
    if not ids:
        return items
    rows = OrderItem.select().where(OrderItem.store == store.id, in_values(OrderItem.order_id, ids))
    for item in rows.order_by(OrderItem.order_id, OrderItem.position):
        items[item.order_id].append(item)
    return items


def update_statuses(
    runtime: Runtime,
    store: Store,
    orders: Sequence[Order],
    statuses: Mapping[str, str],
    sender: OrderSender,
) -> BulkUpdate:
    """Store an update of each order that has another status; the daemon sends them.

    Each update expects the statuses of the mirror, so a change in the store becomes a conflict.
    Raises StoreNotWorkingError and OrderUpdateError before anything is stored.
    """
    get_working_store(store.id)
    requested = missing = 0
    for order in orders:
        current = remote_values(statuses, order.raw)
        changed = {name: value for name, value in statuses.items() if value != current[name]}
        if not changed:
            continue
        try:
            request_update(runtime, store.id, order.number, OrderChanges(**changed), sender)
        except OrderNotFoundError:
            missing += 1
        else:
            requested += 1
    return BulkUpdate(requested, len(orders) - requested - missing, missing)
