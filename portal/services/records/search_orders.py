"""Find a store's orders by what people look for, the latest first, in pages of one cost.

One index is walked, that of what is rarest; what is met on it is looked at. If even that is common,
so many are looked at for one page and no more, and whoever asks is told how far that came.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from peewee import Expression, ModelSelect, fn

from portal.models import Order, OrderItem, Store
from portal.models.bulk import among
from portal.services.records.cursor_pagination import (
    MirrorPage,
    Place,
    is_earlier_than,
    is_later_than,
    page_by_time,
)
from portal.services.records.order_filter import (
    LOOK,
    OrderFilter,
    channel_condition,
    channel_ids,
    named_ids,
    rarest_lane,
)

CREATED = Order.remote_created_at
# What lists show; an order's raw JSON is long.
SHOWN = (
    Order.store,
    Order.remote_id,
    Order.number,
    Order.buyer_name,
    Order.email,
    Order.payment_status,
    Order.fulfilment_status,
    Order.total,
    Order.item_count,
    Order.coupon_code,
    Order.referer_id,
    CREATED,
)


@dataclass(frozen=True)
class OrderPage:
    """Hold a page of orders; ``looked_to`` is where the search stopped for now, or None.

    Then ``later`` or ``earlier``, whichever way it went, leads on from there.
    """

    orders: Sequence[Order]
    earlier: Place | None
    later: Place | None
    looked_to: datetime | None = None


def browse_orders(
    store: Store, wanted: OrderFilter, *, after: Place | None = None, before: Place | None = None
) -> OrderPage:
    """Return a page of the store's live orders that match.

    ``after`` names the last order of the page before, ``before`` the first of the page behind.
    """
    few = _few(store.id, wanted)
    live = Order.select(*SHOWN).where(Order.store == store.id, Order.deleted_at.is_null())
    if few == []:
        return OrderPage([], None, None)
    if few is not None:
        looked_at = _looked_at(store.id, wanted, None)
        live = live.where(among(Order.remote_id, few), *wanted.times(), *looked_at)
        return _told(page_by_time(live, Order, CREATED, after=after, before=before, is_few=True))
    lane = rarest_lane(store.id, wanted)
    walk = Order.select().where(Order.store == store.id, *wanted.times())
    on_lane = [] if lane is None else [lane[0] == lane[1]]
    rest = _looked_at(store.id, wanted, None if lane is None else lane[0].name)
    live = live.where(*on_lane, *wanted.times(), *rest)
    if not rest:
        return _told(page_by_time(live, Order, CREATED, after=after, before=before))
    end = _end_of_look(walk.where(*on_lane), after, before)
    if end is not None:
        is_beyond = is_later_than if before is None else is_earlier_than
        live = live.where(~is_beyond(Order, CREATED, end))
    page = page_by_time(live, Order, CREATED, after=after, before=before)
    return _told(page, end, is_back=before is not None)


def find_order(store: Store, remote_id: int) -> Order | None:
    """Return the order, deleted or not, or None if the mirror never had it."""
    found: Order | None = Order.get_or_none(Order.store == store, Order.remote_id == remote_id)
    return found


def items_of(order: Order) -> Sequence[OrderItem]:
    """Return the positions of an order as Ecwid lists them."""
    return list(
        OrderItem.select()
        .where(OrderItem.store == order.store_id, OrderItem.order_id == order.remote_id)
        .order_by(OrderItem.position)
    )


def _few(store_id: int, wanted: OrderFilter) -> list[int] | None:
    """Return the orders that can be meant at all, where these are few and known at once."""
    if wanted.text and "@" not in wanted.text:
        return named_ids(store_id, wanted.text)
    if wanted.channel and not wanted.lanes():
        return channel_ids(store_id, wanted.channel)
    return None


def _looked_at(store_id: int, wanted: OrderFilter, lane: str | None) -> list[Expression]:
    """Return what orders must meet besides being met on the lane."""
    # COALESCE keeps databases from the index of a column that is not walked along.
    found = [
        fn.COALESCE(field, "") == value for field, value in wanted.lanes() if field.name != lane
    ]
    if wanted.channel:
        found.append(channel_condition(store_id, wanted.channel))
    return found


def _end_of_look(
    walk: ModelSelect[Order], after: Place | None, before: Place | None
) -> Place | None:
    """Return the last order to be looked at on this walk; None if it ends before."""
    walk = walk.select(CREATED, Order.remote_id)
    if before is not None:
        walk = walk.where(is_earlier_than(Order, CREATED, before))
        walk = walk.order_by(CREATED, Order.remote_id)
    else:
        if after is not None:
            walk = walk.where(is_later_than(Order, CREATED, after))
        walk = walk.order_by(CREATED.desc(), Order.remote_id.desc())
    last = walk.offset(LOOK - 1).limit(1).first()
    return None if last is None else Place.of(last, CREATED)


def _told(page: MirrorPage[Order], end: Place | None = None, *, is_back: bool = False) -> OrderPage:
    earlier, later = page.earlier, page.later
    is_full = (earlier if is_back else later) is not None
    if end is None or is_full:
        return OrderPage(page.rows, earlier, later)
    if is_back:
        return OrderPage(page.rows, end, later, end.at)
    return OrderPage(page.rows, earlier, end, end.at)
