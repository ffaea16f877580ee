"""Template variables of the page of one order."""

from __future__ import annotations

from typing import Any

from portal.models import Order, Store
from portal.rules.orders.order_changes import ECWID_NAMES, remote_values
from portal.rules.orders.order_statuses import CONSEQUENCES, FULFILLMENT_STATUSES, PAYMENT_STATUSES
from portal.services.orders.order_history import order_history
from portal.services.records.search_orders import items_of
from portal.web.orders.raw_order import addresses_of, extras_of


def order_page(store: Store, order: Order) -> dict[str, Any]:
    """Return the template variables; the update form starts with the mirrored values."""
    current = remote_values(ECWID_NAMES, order.raw)
    return {
        "store": store,
        "order": order,
        "items": items_of(order),
        "addresses": addresses_of(order.raw),
        "extras": extras_of(order.raw),
        "history": order_history(order),
        "current_values": current,
        "form_values": current,
        "payment_statuses": _with(current["payment_status"], PAYMENT_STATUSES),
        "fulfillment_statuses": _with(current["fulfillment_status"], FULFILLMENT_STATUSES),
        "consequences": CONSEQUENCES,
    }


def _with(status: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the allowed statuses, including the current one if it is not among them."""
    return allowed if status in allowed else (status, *allowed)
