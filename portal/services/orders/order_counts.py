"""Count the mirrored orders that count, and those given back; see `portal.rules.orders`."""

from __future__ import annotations

from typing import Any, NamedTuple

from peewee import SQL, Expression, fn

from portal.models import Order
from portal.rules.orders.order_counts import count_with_reported, is_counted, is_given_back


class OrderCounts(NamedTuple):
    """Numbers of orders that count, and of orders that were canceled or deleted."""

    counted: int
    given_back: int

    def with_reported(self, reported: int) -> int:
        """Return how many orders count, also by the number that Ecwid reports."""
        return count_with_reported(self.counted, self.given_back, reported)


def count_orders(condition: Expression) -> OrderCounts:
    """Return the counts of the mirrored orders that meet the condition."""
    is_deleted = Order.deleted_at.is_null(is_null=False)
    groups: Any = (
        Order.select(Order.payment_status, is_deleted, fn.COUNT(SQL("*")))
        .where(condition)
        .group_by(Order.payment_status, is_deleted)
        .tuples()
    )
    found = [(status, bool(gone), count) for status, gone, count in groups]
    return OrderCounts(
        sum(n for status, gone, n in found if is_counted(status, is_deleted=gone)),
        sum(n for status, gone, n in found if is_given_back(status, is_deleted=gone)),
    )
