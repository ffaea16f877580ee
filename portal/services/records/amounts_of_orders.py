"""Named amounts of a mirrored order."""

from __future__ import annotations

from portal.ecwid.order_amounts import read_stored_order
from portal.models import Order, Store
from portal.rules.orders.order_amounts import OrderAmounts, order_amounts


def amounts_of(store: Store, order: Order) -> OrderAmounts:
    """Return the amounts of one order, and its refunds."""
    return order_amounts(read_stored_order(order.raw), store.money_currency)
