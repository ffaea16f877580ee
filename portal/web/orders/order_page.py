"""Gather what the page of one order shows."""

from __future__ import annotations

from typing import Any

from flask import abort

from portal.models import Order, Store
from portal.rules.order_changes import ECWID_NAMES, remote_values
from portal.rules.order_statuses import CONSEQUENCES, FULFILMENT_STATUSES, PAYMENT_STATUSES
from portal.services.orders.order_story import story_of
from portal.services.records.browse_orders import find_order, items_of
from portal.web.orders.shown import extras_of, persons_of


def get_order_or_404(store: Store, order_id: int) -> Order:
    """Return the store's order; answer 404 if it has no such."""
    order = find_order(store, order_id)
    if order is None:
        abort(404)
    return order


def order_page(store: Store, order: Order) -> dict[str, Any]:
    """Return what the page of an order shows; its form as the mirror has the order."""
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
    """Return what may be chosen: also that all stays as it is, whatever Ecwid calls it."""
    return allowed if status in allowed else (status, *allowed)
