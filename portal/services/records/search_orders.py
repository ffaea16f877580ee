"""Search of a store's orders, newest first, with a bounded cost per page.

The search scans the index of the condition with the fewest matches, and checks the other conditions
on each row. It stops after a limited number of rows, and the page then says how far it came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import Expression, ModelSelect, fn

from portal.models import Order, OrderItem, Store
from portal.models.bulk import in_values
from portal.services.records.cursor_pagination import (
    MirrorPage,
    PageCursor,
    is_earlier_than,
    is_later_than,
    page_by_time,
)
from portal.services.records.order_filter import (
    SCAN_LIMIT,
    OrderFilter,
    channel_condition,
    channel_ids,
    ids_matching_text,
    most_selective_index,
)

CREATED = Order.remote_created_at
# Columns of lists; left out is above all the raw JSON, which is long.
SHOWN = (
    Order.store,
    Order.remote_id,
    Order.number,
    Order.buyer_name,
    Order.email,
    Order.payment_status,
    Order.fulfillment_status,
    Order.total,
    Order.item_count,
    Order.coupon_code,
    Order.referer_id,
    CREATED,
)


@dataclass(frozen=True)
class OrderPage:
    """Page of orders; ``searched_to`` is where the search stopped early, or None.

    After an early stop, ``later`` or ``earlier`` continues the search in its direction.
    """

    orders: Sequence[Order]
    earlier: PageCursor | None
    later: PageCursor | None
    searched_to: datetime | None = None


def search_orders(
    store: Store,
    wanted: OrderFilter,
    *,
    after: PageCursor | None = None,
    before: PageCursor | None = None,
) -> OrderPage:
    """Return a page of the store's live orders that match.

    ``after`` is the last order of the previous page, ``before`` the first of the next page.
    """
    candidates = _candidate_ids(store.id, wanted)
    live = Order.select(*SHOWN).where(Order.store == store.id, Order.deleted_at.is_null())
    if candidates == []:
        return OrderPage([], None, None)
    if candidates is not None:
        other_conditions = _other_conditions(store.id, wanted, None)
        live = live.where(
            in_values(Order.remote_id, candidates), *wanted.times(), *other_conditions
        )
        return _to_page(
            page_by_time(live, Order, CREATED, after=after, before=before, is_selective=True)
        )
    index = most_selective_index(store.id, wanted)
    scan = Order.select().where(Order.store == store.id, *wanted.times())
    on_index = [] if index is None else [index[0] == index[1]]
    rest = _other_conditions(store.id, wanted, None if index is None else index[0].name)
    live = live.where(*on_index, *wanted.times(), *rest)
    if not rest:
        return _to_page(page_by_time(live, Order, CREATED, after=after, before=before))
    end = _scan_end(scan.where(*on_index), after, before)
    if end is not None:
        is_beyond = is_later_than if before is None else is_earlier_than
        live = live.where(~is_beyond(Order, CREATED, end))
    page = page_by_time(live, Order, CREATED, after=after, before=before)
    return _to_page(page, end, is_back=before is not None)


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
    if wanted.text and "@" not in wanted.text:
        return ids_matching_text(store_id, wanted.text)
    if wanted.channel and not wanted.indexed_values():
        return channel_ids(store_id, wanted.channel)
    return None


def _other_conditions(store_id: int, wanted: OrderFilter, index: str | None) -> list[Expression]:
    """Return the conditions to check on each row of the scan."""
    # COALESCE keeps the database from using the index of a column that is not scanned.
    found = [
        fn.COALESCE(field, "") == value
        for field, value in wanted.indexed_values()
        if field.name != index
    ]
    if wanted.channel:
        found.append(channel_condition(store_id, wanted.channel))
    return found


def _scan_end(
    scan: ModelSelect[Order], after: PageCursor | None, before: PageCursor | None
) -> PageCursor | None:
    """Return the last order that this scan may read, or None if the scan ends before the limit."""
    scan = scan.select(CREATED, Order.remote_id)
    if before is not None:
        scan = scan.where(is_earlier_than(Order, CREATED, before))
        scan = scan.order_by(CREATED, Order.remote_id)
    else:
        if after is not None:
            scan = scan.where(is_later_than(Order, CREATED, after))
        scan = scan.order_by(CREATED.desc(), Order.remote_id.desc())
    last = scan.offset(SCAN_LIMIT - 1).limit(1).first()
    return None if last is None else PageCursor.of(last, CREATED)


def _to_page(
    page: MirrorPage[Order], end: PageCursor | None = None, *, is_back: bool = False
) -> OrderPage:
    earlier, later = page.earlier, page.later
    is_full = (earlier if is_back else later) is not None
    if end is None or is_full:
        return OrderPage(page.rows, earlier, later)
    if is_back:
        return OrderPage(page.rows, end, later, end.at)
    return OrderPage(page.rows, earlier, end, end.at)
