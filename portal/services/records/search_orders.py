"""Search of a store's orders, newest first, with a bounded cost per page.

A typed text is looked up in the search index. Otherwise, or if it has too many matches, the search
scans the index of the condition with the fewest matches, and checks the other conditions on each
row. It stops after a limited number of rows, and the page then says how far it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from portal.models import Order, OrderItem, Store
from portal.models.bulk import in_values
from portal.models.search_lookup import has_parts
from portal.rules.records.search_text import required_parts
from portal.services.records.cursor_pagination import (
    MirrorPage,
    PageCursor,
    page_by_scan,
    page_by_time,
)
from portal.services.records.order_filter import (
    SCAN_LIMIT,
    OrderFilter,
    checked_conditions,
    few_ids,
    most_selective_index,
    orders_of_channel,
    orders_of_product,
)
from portal.services.records.text_search import SCAN_LIMIT as TEXT_SCAN_LIMIT
from portal.services.records.text_search import find_matches

CREATED = Order.remote_created_at
# Before all orders.
OLDEST = PageCursor(datetime(1970, 1, 1, tzinfo=UTC), 0)
# Columns of lists; left out is above all the raw JSON, which is long.
SHOWN = (
    Order.store,
    Order.remote_id,
    Order.number,
    Order.buyer_name,
    Order.email,
    Order.customer_id,
    Order.payment_status,
    Order.fulfillment_status,
    Order.total,
    Order.item_count,
    Order.coupon_code,
    Order.referer_id,
    CREATED,
)


def search_orders(
    store: Store,
    wanted: OrderFilter,
    *,
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Order]:
    """Return a page of the store's live orders that match.

    ``after`` is the last order of the previous page, ``before`` the first of the next page.
    """
    candidates = _candidate_ids(store.id, wanted)
    live = Order.select(*SHOWN).where(Order.store == store.id, Order.deleted_at.is_null())
    if candidates == []:
        return MirrorPage([], None, None)
    if candidates is not None:
        live = live.where(
            in_values(Order.remote_id, candidates),
            *wanted.times(),
            *checked_conditions(store.id, wanted),
        )
        return page_by_time(live, Order, CREATED, after=after, before=before, is_selective=True)
    index = most_selective_index(store.id, wanted)
    on_index = [] if index is None else [index[0] == index[1]]
    rest = checked_conditions(store.id, wanted, None if index is None else index[0].name)
    if wanted.text:
        rest.append(has_parts(Order, required_parts(wanted.text)))
    live = live.where(*on_index, *wanted.times(), *rest)
    if not rest:
        return page_by_time(live, Order, CREATED, after=after, before=before)
    scan = Order.select().where(Order.store == store.id, *wanted.times(), *on_index)
    limit = TEXT_SCAN_LIMIT if wanted.text else SCAN_LIMIT
    return page_by_scan(live, scan, Order, CREATED, limit=limit, after=after, before=before)


def search_oldest_orders(
    store: Store,
    wanted: OrderFilter,
    *,
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> MirrorPage[Order]:
    """Return a page of the orders that match, oldest first; see `search_orders`.

    It is the page of the other direction, with its rows and its ends exchanged.
    """
    if before is not None:
        page = search_orders(store, wanted, after=before)
        earlier, later = page.later, page.earlier
    else:
        page = search_orders(store, wanted, before=after or OLDEST)
        earlier, later = (None if after is None else page.later), page.earlier
    return replace(page, rows=page.rows[::-1], earlier=earlier, later=later)


def find_order(store: Store, remote_id: int) -> Order | None:
    """Return the order, deleted or not, or None if the mirror never had it."""
    found: Order | None = Order.get_or_none(Order.store == store, Order.remote_id == remote_id)
    return found


def items_of(order: Order) -> Sequence[OrderItem]:
    """Return the items of an order in Ecwid's order."""
    return list(
        OrderItem.select()
        .where(OrderItem.store == order.store_id, OrderItem.order_id == order.remote_id)
        .order_by(OrderItem.position)
    )


def _candidate_ids(store_id: int, wanted: OrderFilter) -> list[int] | None:
    """Return the ids of all possible matches if these are few and cheap to find, otherwise None."""
    if wanted.text:
        return find_matches(Order, store_id, required_parts(wanted.text))
    ids = few_ids(orders_of_product(store_id, wanted.product_id))
    if ids is None and not wanted.indexed_values():
        ids = few_ids(orders_of_channel(store_id, wanted.channel))
    return ids
