"""Lists of mirrored records are read with an index, in the order in which they are shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from peewee import Database, Field, ModelSelect, Tuple

from portal.models import Coupon, Customer, MirrorTable, Order, Product
from tests.query_plans import plan_of

STORE = 1003
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)

LISTS: dict[str, tuple[type[MirrorTable], dict[str, Any], Field, Any]] = {
    "products by change": (Product, {}, Product.remote_updated_at, NOON),
    "orders by creation": (Order, {}, Order.remote_created_at, NOON),
    "orders by change": (Order, {}, Order.remote_updated_at, NOON),
    "orders of a payment status": (
        Order,
        {"payment_status": "PAID"},
        Order.remote_created_at,
        NOON,
    ),
    "orders of a fulfilment status": (
        Order,
        {"fulfillment_status": "SHIPPED"},
        Order.remote_created_at,
        NOON,
    ),
    "orders of an address": (
        Order,
        {"email": "ada@shopper.example"},
        Order.remote_created_at,
        NOON,
    ),
    "orders of a customer": (Order, {"customer_id": 12}, Order.remote_created_at, NOON),
    "orders with a coupon": (Order, {"coupon_code_key": "ten"}, Order.remote_created_at, NOON),
    "customers by address": (Customer, {}, Customer.email, "ada@shopper.example"),
    "customers by registration": (Customer, {}, Customer.remote_created_at, NOON),
    "customers by change": (Customer, {}, Customer.remote_updated_at, NOON),
    "coupons by code": (Coupon, {}, Coupon.code_key, "ten"),
    "coupons by change": (Coupon, {}, Coupon.remote_updated_at, NOON),
}


def page_behind(
    table: type[MirrorTable], same: dict[str, Any], field: Field, place: Any
) -> ModelSelect:
    """Return the query of a page in the middle of a list, latest first.

    The pair is compared as a row value. Otherwise each page of a million customers without a name
    would scan them from the first.
    """
    query = table.select().where(table.store == STORE, table.deleted_at.is_null())
    for name, value in same.items():
        query = query.where(getattr(table, name) == value)
    query = query.where(Tuple(field, table.remote_id) < Tuple(place, 5))
    return query.order_by(field.desc(), table.remote_id.desc()).limit(50)


@pytest.mark.promise(11)
@pytest.mark.parametrize("name", LISTS)
def test_page_is_read_with_an_index_in_order(database: Database, name: str) -> None:
    table, same, field, place = LISTS[name]

    with database.atomic():
        plan = plan_of(database, page_behind(table, same, field, place))

    assert f"{table._meta.table_name}_store_id_{next(iter(same), field.column_name)}" in plan
    assert f"({field.column_name},remote_id)<(?,?)" in plan or "ROW(" in plan.split("Cond")[1]
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan


@pytest.mark.parametrize("table", [Order, Customer, Coupon])
def test_every_mirrored_table_is_keyed_by_store_and_remote_id(table: type[MirrorTable]) -> None:
    assert tuple(table.key_fields()) == ("store", "remote_id")
