"""Preconditions of an order update: the values or the version that its sender saw.

They are compared with the portal's copy. The daemon compares the changed fields once more with the
store, before it sends the update.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from portal.errors.orders import (
    OrderPreconditionError,
    OrderPreconditionMissingError,
    OrderUpdateOpenError,
)
from portal.models import Order, OrderUpdate, OrderUpdateState
from portal.rules.orders.order_changes import ECWID_NAMES, is_same_text, remote_values
from portal.services.mirror.own_writes import record_digest

ANY_VERSION = "*"
VERSION_LENGTH = 16
STATUS_FIELDS = ("payment_status", "fulfillment_status")


@dataclass(frozen=True)
class Seen:
    """Order as the sender of an update saw it.

    ``values`` are fields of the order, ``versions`` the values of `order_version` of which one must
    be current; `ANY_VERSION` admits every one. With ``is_required`` a change of a status needs one
    of both.
    """

    values: Mapping[str, str] | None = None
    versions: Collection[str] | None = None
    is_required: bool = False


def order_version(order: Order) -> str:
    """Return a short text that is different whenever the order's record is."""
    return record_digest(order.raw)[:VERSION_LENGTH]


def version_of_order(store_id: int, order_id: int) -> str:
    """Return the version of an order in the mirror, empty if there is none."""
    row = Order.get_or_none(Order.store == store_id, Order.remote_id == order_id)
    return "" if row is None else order_version(row)


def check_seen(order: Order, wanted: Mapping[str, str], seen: Seen) -> None:
    """Raise an error unless the order is as the sender of the ``wanted`` values saw it.

    An update without a precondition must not repeat one that is in conflict: it would overwrite the
    store's change. Raises OrderPreconditionMissingError, OrderPreconditionError and
    OrderUpdateOpenError.
    """
    values = seen.values or {}
    if seen.versions is None:
        for name in STATUS_FIELDS if seen.is_required else ():
            if name in wanted and name not in values:
                raise OrderPreconditionMissingError(name)
        if not values and (open_id := _open_conflict(order, wanted)) is not None:
            raise OrderUpdateOpenError(open_id)
    current, version = remote_values(ECWID_NAMES, order.raw), order_version(order)
    is_version = seen.versions is None or not {ANY_VERSION, version}.isdisjoint(seen.versions)
    if not is_version or any(not is_same_text(current[n], text) for n, text in values.items()):
        raise OrderPreconditionError(order.number, current, version)


def _open_conflict(order: Order, wanted: Mapping[str, str]) -> int | None:
    """Return the latest update in conflict that changes one of the same fields."""
    rows = OrderUpdate.select().where(
        OrderUpdate.store == order.store_id,
        OrderUpdate.order_id == order.remote_id,
        OrderUpdate.state == OrderUpdateState.CONFLICT,
    )
    same = (row.id for row in rows.order_by(OrderUpdate.id.desc()) if wanted.keys() & row.changes)
    return next(same, None)
