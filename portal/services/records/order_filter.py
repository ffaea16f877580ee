"""Filter of a store's orders, which picks the index with the fewest rows to read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from peewee import SQL, Expression, Field, fn

from portal.models import Order, OrderItem, OrderSubmission
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

    ``customer_id`` and ``product_id`` are ids at Ecwid, 0 for any. ``since`` and ``until`` bound
    the creation time, ``until`` excluded. ``text`` has parts of its number, our reference, its
    e-mail address, its tracking number or its customer's name.
    """

    payment_status: str = ""
    fulfillment_status: str = ""
    coupon: str = ""
    channel: str = ""
    customer_id: int = 0
    product_id: int = 0
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""

    @property
    def is_empty(self) -> bool:
        """Return whether the filter has no condition."""
        return self == OrderFilter()

    def times(self, *, is_indexed: bool = True) -> list[Expression]:
        """Return the conditions on the creation time, by its index or to be checked."""
        created = Order.remote_created_at
        column: Any = created if is_indexed else SQL("COALESCE(remote_created_at, NULL)")
        since, until = (
            bound if is_indexed or bound is None else created.db_value(bound)
            for bound in (self.since, self.until)
        )
        found: list[Expression] = []
        if since is not None:
            found.append(column >= since)
        if until is not None:
            found.append(column < until)
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


def product_condition(store_id: int, product_id: int) -> Expression:
    """Return the condition that an order has an item of a product."""
    items = OrderItem.select(1).where(
        OrderItem.store == store_id,
        OrderItem.product_id == product_id,
        OrderItem.order_id == Order.remote_id,
    )
    has_item: Expression = fn.EXISTS(items) == True  # noqa: E712 - an SQL value
    return has_item


def orders_of_channel(store_id: int, channel: str) -> Any | None:
    """Return a query of ids that has all orders of a channel, None if no index has them."""
    if channel in ("", STORE):
        return None
    return OrderSubmission.select(OrderSubmission.order_id).where(
        OrderSubmission.store == store_id, OrderSubmission.order_id > 0
    )


def orders_of_product(store_id: int, product_id: int) -> Any | None:
    """Return a query of the ids of a product's orders, None for any product."""
    if not product_id:
        return None
    items = OrderItem.select(OrderItem.order_id).where(
        OrderItem.store == store_id, OrderItem.product_id == product_id
    )
    return items.distinct()


def few_ids(query: Any | None) -> list[int] | None:
    """Return the ids of a query, or None if they are too many and must be filtered."""
    if query is None:
        return None
    ids = [order_id for (order_id,) in query.limit(SCAN_LIMIT + 1).tuples()]
    return ids if len(ids) <= SCAN_LIMIT else None


def checked_conditions(
    store_id: int, wanted: OrderFilter, index: str | None = None
) -> list[Expression]:
    """Return the conditions to check on each order, but for the column ``index`` and the times."""
    # COALESCE keeps the database from using the index of a column that is not scanned.
    found = [
        fn.COALESCE(field, 0 if isinstance(value, int) else "") == value
        for field, value in wanted.indexed_values()
        if field.name != index
    ]
    if wanted.channel:
        found.append(channel_condition(store_id, wanted.channel))
    if wanted.product_id:
        found.append(product_condition(store_id, wanted.product_id))
    return found


def _count(store_id: int, wanted: OrderFilter, field: Field, value: str | int) -> int:
    rows = Order.select(1).where(Order.store == store_id, field == value, *wanted.times())
    count: int = rows.limit(SCAN_LIMIT + 1).count()
    return count
