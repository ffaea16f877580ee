"""Filter of a store's orders, which picks the index with the fewest rows to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from peewee import Expression, Field, fn

from portal.models import Order, OrderSubmission
from portal.rules.orders.coupon_terms import coupon_code_key

# Sources of an order: the store itself, people in the portal, programs over the API.
STORE, PORTAL, API = "store", "portal", "api"
# Beginnings of the senders' names. Before 0.2.0 an API key was a sender of its own.
SENDERS = {PORTAL: ("merchant ",), API: ("channel ", "api_key ")}
# The most orders read for one page.
SCAN_LIMIT = 2_000


@dataclass(frozen=True)
class OrderFilter:
    """Conditions that an order must meet; an empty one is not checked.

    ``customer_id`` is the customer's id at Ecwid, 0 for any customer. ``since`` and ``until`` bound
    the creation time, ``until`` excluded. ``text`` has parts of its number, our reference, its
    e-mail address, its tracking number or its customer's name.
    """

    payment_status: str = ""
    fulfillment_status: str = ""
    coupon: str = ""
    channel: str = ""
    customer_id: int = 0
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether the filter has no condition."""
        return self == OrderFilter()

    def times(self) -> list[Expression]:
        """Return the conditions on the creation time."""
        found: list[Expression] = []
        if self.since is not None:
            found.append(Order.remote_created_at >= self.since)
        if self.until is not None:
            found.append(Order.remote_created_at < self.until)
        return found

    def indexed_values(self) -> list[tuple[Field, str | int]]:
        """Return the filtered columns that have an index of their own, with their values."""
        wanted: tuple[tuple[Field, str | int], ...] = (
            (Order.customer_id, self.customer_id),
            (Order.coupon_code_key, coupon_code_key(self.coupon)),
            (Order.payment_status, self.payment_status),
            (Order.fulfillment_status, self.fulfillment_status),
        )
        return [(field, value) for field, value in wanted if value]


def most_selective_index(store_id: int, wanted: OrderFilter) -> tuple[Field, str | int] | None:
    """Return the column whose value the fewest orders have; counts only up to `SCAN_LIMIT`."""
    indexed_values = wanted.indexed_values()
    if len(indexed_values) < 2:  # noqa: PLR2004 - then there is no choice
        return indexed_values[0] if indexed_values else None
    return min(indexed_values, key=lambda index: _count(store_id, wanted, *index))


def channel_condition(store_id: int, channel: str) -> Expression:
    """Return the condition that an order comes from a channel; an API key is ``api_key 7``."""
    ours = OrderSubmission.select(1).where(
        OrderSubmission.reference == Order.referer_id, OrderSubmission.store == store_id
    )
    if channel in SENDERS:
        is_sent = (OrderSubmission.sender.startswith(name) for name in SENDERS[channel])
        ours = ours.where(reduce(or_, is_sent))
    elif channel != STORE:
        ours = ours.where(OrderSubmission.sender == channel)
    exists: Expression = fn.EXISTS(ours) == (channel != STORE)
    return exists


def channel_ids(store_id: int, channel: str) -> list[int] | None:
    """Return the ids of a channel's orders, or None if they are too many and must be filtered."""
    if channel == STORE:
        return None
    rows = OrderSubmission.select(OrderSubmission.order_id).where(
        OrderSubmission.store == store_id, OrderSubmission.order_id > 0
    )
    found: Any = rows.limit(SCAN_LIMIT + 1).tuples()
    ids = [order_id for (order_id,) in found]
    return ids if len(ids) <= SCAN_LIMIT else None


def _count(store_id: int, wanted: OrderFilter, field: Field, value: str | int) -> int:
    rows = Order.select(1).where(Order.store == store_id, field == value, *wanted.times())
    count: int = rows.limit(SCAN_LIMIT + 1).count()
    return count
