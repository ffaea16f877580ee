"""Template variables of the page of one order."""

from __future__ import annotations

from typing import Any

from portal.models import Order, Store
from portal.rules.orders.order_changes import ECWID_NAMES, remote_values
from portal.rules.orders.order_statuses import CONSEQUENCES, FULFILMENT_STATUSES, PAYMENT_STATUSES
from portal.services.orders.order_history import story_of
from portal.services.records.search_orders import items_of
from portal.web.orders.raw_order import extras_of, persons_of


def order_page(store: Store, order: Order) -> dict[str, Any]:
    """Return the template variables; the form has the values of the mirror."""
    held = remote_values(ECWID_NAMES, order.raw)
    return {
        "store": store,
        "order": order,
        "items": items_of(order),
        "persons": persons_of(order.raw),
        "extras": extras_of(order.raw),
        "story": story_of(order),
        "held": held,
        "typed": held,
        "payment_statuses": _with(held["payment_status"], PAYMENT_STATUSES),
        "fulfilment_statuses": _with(held["fulfilment_status"], FULFILMENT_STATUSES),
        "consequences": CONSEQUENCES,
    }


def _with(status: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return the statuses to choose from, including an unknown current one."""
    return allowed if status in allowed else (status, *allowed)
