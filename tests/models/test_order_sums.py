"""Sums of a store's orders by the day are read from one index, on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from peewee import Database

from portal.models import Order, OrderSum, Store, utc_now
from portal.models.bulk import is_postgresql
from portal.models.fields import moment_text
from portal.services.mirror.resources import ORDERS
from tests.factories import UPDATED_AT, make_store, order_payload
from tests.query_plans import plan_of_text
from tests.web.page_walk import recorded_statements


def read_order(store: Store, number: int, total: str, status: str = "PAID") -> None:
    """Read an order that is placed that many hours after `UPDATED_AT`."""
    placed_at = UPDATED_AT + timedelta(hours=number)
    payload = order_payload(
        id=f"N{number}",
        internalId=number,
        createDate=placed_at.strftime("%Y-%m-%d %H:%M:%S +0000"),
        createTimestamp=int(placed_at.timestamp()),
        total=Decimal(total),
        paymentStatus=status,
    )
    ORDERS.save(store.id, [payload], UPDATED_AT)


def test_sums_are_of_the_placed_orders_of_each_period(database: Database) -> None:
    store, times = make_store(), [UPDATED_AT + timedelta(hours=hour) for hour in (2, 4, 6, 8)]
    for number, total in ((1, "9"), (2, "1.50"), (3, "2"), (8, "4"), (90, "5")):
        read_order(store, number, total)
    read_order(store, 9, "7", "INCOMPLETE")
    read_order(make_store(id=2002), 2, "8")

    sums = Order.sums(store.id, times)

    assert sorted(sums) == [OrderSum(0, 2, Decimal("3.50")), OrderSum(3, 2, Decimal(9))]


def test_sums_read_only_their_index(database: Database) -> None:
    store, now = make_store(), utc_now()
    with recorded_statements() as statements:
        Order.sums(store.id, [now])

    [sql] = statements
    with database.atomic():
        plan = plan_of_text(database, sql, [moment_text(now), moment_text(now), store.id])
    way = "Index Only Scan using" if is_postgresql(database) else "USING COVERING INDEX"
    assert f"{way} order_store_id_placed" in plan
