"""Orders of the list of all stores, and cursors in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from peewee import ModelSelect, Tuple, fn

from portal.models import Store, StoreSummary
from portal.models.fields import from_micros, to_micros

_LARGEST = 2**63


class StoreCursorError(ValueError):
    """The text is not a valid cursor of this order."""


class StoreOrder(StrEnum):
    """Order of the list; all but the name begin with the largest value."""

    TROUBLE = "trouble"
    NAME = "name"
    CONNECTED = "connected"
    CHANGED = "changed"
    EVENTS = "events"
    ORDERS = "orders"
    ISSUES = "issues"

    @property
    def column(self) -> Any:
        """Return the column that the list is sorted by; the store's ID follows.

        A store without a known change counts as unchanged since it was connected.
        """
        columns: dict[StoreOrder, Any] = {
            StoreOrder.TROUBLE: StoreSummary.trouble,
            StoreOrder.NAME: Store.name,
            StoreOrder.CONNECTED: Store.connected_at,
            StoreOrder.CHANGED: fn.COALESCE(StoreSummary.last_change_at, Store.connected_at),
            StoreOrder.EVENTS: StoreSummary.failed_events,
            StoreOrder.ORDERS: StoreSummary.failing_orders,
            StoreOrder.ISSUES: StoreSummary.open_issues,
        }
        return columns[self]

    def value_of(self, summary: StoreSummary) -> int | str | datetime:
        """Return the value of a summary's row in the column."""
        store = summary.store
        values: dict[StoreOrder, Any] = {
            StoreOrder.TROUBLE: summary.trouble,
            StoreOrder.NAME: store.name,
            StoreOrder.CONNECTED: store.connected_at,
            StoreOrder.CHANGED: summary.last_change_at or store.connected_at,
            StoreOrder.EVENTS: summary.failed_events,
            StoreOrder.ORDERS: summary.failing_orders,
            StoreOrder.ISSUES: summary.open_issues,
        }
        value: int | str | datetime = values[self]
        return value

    @property
    def is_by_time(self) -> bool:
        """Return whether the column has times."""
        return self in (StoreOrder.CONNECTED, StoreOrder.CHANGED)


@dataclass(frozen=True)
class StoreCursor:
    """Place of a store in the list: its value in the order's column, and its ID.

    The value is kept, because a store's place changes while the pages are read.
    """

    value: int | str | datetime
    store_id: int

    @classmethod
    def of(cls, order: StoreOrder, summary: StoreSummary) -> StoreCursor:
        """Return the place of a summary's store."""
        return cls(order.value_of(summary), summary.store_id)

    @classmethod
    def read(cls, order: StoreOrder, text: str) -> StoreCursor:
        """Return the cursor from a URL; raise StoreCursorError if the text is invalid."""
        number, _, value = text.partition("-")
        try:
            store_id = _whole(number)
            if order is StoreOrder.NAME:
                return cls(value, store_id)
            if order.is_by_time:
                return cls(from_micros(_whole(value)), store_id)
            return cls(_whole(value), store_id)
        except (ValueError, OverflowError) as error:
            raise StoreCursorError(text) from error

    def __str__(self) -> str:
        """Return the cursor's text for a URL."""
        value = self.value
        if isinstance(value, datetime):
            value = to_micros(value)
        return f"{self.store_id}-{value}"


def in_order(
    query: ModelSelect[Any],
    order: StoreOrder,
    *,
    after: StoreCursor | None = None,
    before: StoreCursor | None = None,
) -> ModelSelect[Any]:
    """Return the query from ``after`` on, or backward from ``before``, or from the beginning."""
    column, key = order.column, Store.id
    # Backward through the names is the same direction as forward through all other columns.
    is_ascending = (order is StoreOrder.NAME) == (before is None)
    cursor = before or after
    if cursor is not None:
        value: Any = cursor.value
        if isinstance(value, datetime):
            value = Store.connected_at.db_value(value)
        places, place = Tuple(column, key), Tuple(value, cursor.store_id)
        query = query.where(places > place if is_ascending else places < place)
    if is_ascending:
        return query.order_by(column, key)
    return query.order_by(column.desc(), key.desc())


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text[:20]) < _LARGEST):
        raise ValueError(text)
    return int(text[:20])
