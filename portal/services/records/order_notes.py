"""Parcels and refunds of orders that only the portal keeps; see `portal.rules.orders.order_notes`.

Only updates that are in the store count.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.models import HAS_NOTES, OrderUpdate, OrderUpdateState
from portal.models.bulk import in_values

Notes = Sequence[Mapping[str, Any]]
IN_STORE = (OrderUpdateState.SENT, OrderUpdateState.UNCHANGED)


def notes_of_orders(store_id: int, order_ids: Sequence[int]) -> dict[int, Notes]:
    """Return the notes of these orders that have any, oldest first; takes one statement."""
    if not order_ids:
        return {}
    rows = (
        OrderUpdate.select(OrderUpdate.order_id, OrderUpdate.notes)
        .where(
            OrderUpdate.store == store_id,
            in_values(OrderUpdate.order_id, list(order_ids)),
            HAS_NOTES,
            OrderUpdate.state.in_(IN_STORE),
        )
        .order_by(OrderUpdate.id)
    )
    found: dict[int, list[Mapping[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.order_id, []).append(row.notes)
    return dict(found)


def count_noted_updates(store_id: int, order_id: int) -> int:
    """Return the number of an order's updates with notes, in any state."""
    found = OrderUpdate.select().where(
        OrderUpdate.store == store_id, OrderUpdate.order_id == order_id, HAS_NOTES
    )
    count: int = found.count()
    return count
