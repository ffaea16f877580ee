"""List of a store's orders by creation time or by total, on pages and in exports.

By time it is a search of orders, see `search_orders`; by total it is a sorted list, see
`sorted_pages`. The cursors of both are texts for a URL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.models import Order, Store
from portal.models.list_keys import KeyIndex
from portal.models.order import TOTAL
from portal.services.records.cursor_pagination import PageCursor
from portal.services.records.match_conditions import MatchConditions
from portal.services.records.order_filter import (
    OrderFilter,
    checked_conditions,
    orders_of_channel,
    orders_of_product,
)
from portal.services.records.record_lists import ListOrder
from portal.services.records.search_orders import search_oldest_orders, search_orders
from portal.services.records.sorted_pages import SortedList

# Orders of the list other than the usual one, newest first.
OLDEST_FIRST = "oldest"
_TOTALS = KeyIndex.of_column(Order, TOTAL)
BY_TOTAL: Mapping[str, ListOrder] = {
    "-total": ListOrder(_TOTALS, is_descending=True),
    "total": ListOrder(_TOTALS),
}
ORDER_SORTS = (OLDEST_FIRST, *BY_TOTAL)


@dataclass(frozen=True)
class OrderPage:
    """One page; ``earlier`` and ``later`` are cursors, None at the ends of the list.

    If the search stopped early, ``searched_to`` says how far it came in a list by time, and
    ``checked`` how many orders it read in a list by total. ``matches`` is the number of all
    matches, and ``first`` the position of the first row; both are None if they aren't known.
    """

    rows: Sequence[Order]
    earlier: str | None
    later: str | None
    searched_to: datetime | None = None
    checked: int | None = None
    matches: int | None = None
    first: int | None = None


def list_orders(
    store: Store,
    wanted: OrderFilter,
    sort: str = "",
    *,
    after: str | None = None,
    before: str | None = None,
) -> OrderPage:
    """Return a page of the live orders that match; raise CursorError if a cursor is malformed.

    ``sort`` is one of `ORDER_SORTS`; with any other text the newest orders come first.
    """
    if sort in BY_TOTAL:
        found = _by_total(store, wanted, sort).page(after=after, before=before)
        return OrderPage(
            found.rows,
            found.earlier,
            found.later,
            checked=found.checked,
            matches=found.matches,
            first=found.first,
        )
    search = search_oldest_orders if sort == OLDEST_FIRST else search_orders
    page = search(store, wanted, after=_cursor(after), before=_cursor(before))
    return OrderPage(
        page.rows,
        None if page.earlier is None else str(page.earlier),
        None if page.later is None else str(page.later),
        searched_to=page.searched_to,
        matches=page.matches,
    )


def iter_orders(
    store: Store, wanted: OrderFilter, sort: str, after: str | None, size: int
) -> Iterator[tuple[list[int], str]]:
    """Yield the ids of all matches after a cursor in steps, each with the cursor of its end.

    A step may be empty. ``size`` is its most ids in a list by total; by time it is a page.
    """
    if sort in BY_TOTAL:
        for keys, cursor in _by_total(store, wanted, sort).iter_keys(after, size):
            yield [key.remote_id for key in keys], cursor
        return
    while True:
        page = list_orders(store, wanted, sort, after=after)
        ids = [order.remote_id for order in page.rows]
        after = page.later
        if after is None:
            if ids:
                yield ids, str(PageCursor.of(page.rows[-1], Order.remote_created_at))
            return
        yield ids, after


def _cursor(text: str | None) -> PageCursor | None:
    return None if text is None else PageCursor.read(text)


def _by_total(store: Store, wanted: OrderFilter, sort: str) -> SortedList:
    conditions = MatchConditions(
        wanted.text,
        [*wanted.times(is_indexed=False), *checked_conditions(store.id, wanted)],
        indexed=_indexed(store.id, wanted),
    )
    return SortedList(store, Order, BY_TOTAL[sort], conditions)


def _indexed(store_id: int, wanted: OrderFilter) -> list[Any]:
    """Return a query of ids for each condition that an index answers, the most selective first."""
    times = wanted.times()
    found = [
        orders_of_product(store_id, wanted.product_id),
        *(_ids(store_id, field == value, *times) for field, value in wanted.indexed_values()),
        _ids(store_id, *times) if times else None,
        orders_of_channel(store_id, wanted.channel),
    ]
    return [query for query in found if query is not None]


def _ids(store_id: int, *conditions: Any) -> Any:
    return Order.select(Order.remote_id).where(Order.store == store_id, *conditions)
