"""A new shop has sold: its orders, customers and coupons fit together."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.outside import Outside

COUNTS = {"products": 30, "orders": 200, "customers": 50, "coupons": 12}


def records(outside: Outside, store_id: int, table: str) -> list[dict[str, Any]]:
    """Return every record of a table."""
    sql = f"SELECT body FROM {table} WHERE store = ? ORDER BY id"
    return [json.loads(row["body"]) for row in outside.parts.state.rows(sql, store_id)]


@pytest.fixture(scope="module")
def shop_id(outside: Outside) -> int:
    """A shop that has sold."""
    return outside.make_store(seed=5, **COUNTS)


def test_there_are_as_many_as_wished(outside: Outside, shop_id: int) -> None:
    tables = {
        "products": "product",
        "orders": "purchase",
        "customers": "customer",
        "coupons": "coupon",
    }

    counted = {name: len(records(outside, shop_id, table)) for name, table in tables.items()}

    assert counted == COUNTS


def test_orders_come_to_what_their_items_cost_less_the_coupon(
    outside: Outside, shop_id: int
) -> None:
    for order in records(outside, shop_id, "purchase"):
        cost = sum(item["price"] * item["quantity"] for item in order["items"])
        shipping = order["shippingOption"]["shippingRate"]
        assert order["subtotal"] == round(cost, 2)
        assert order["total"] == round(cost + shipping - order["couponDiscount"], 2)
        assert order["total"] >= 0


def test_customers_have_bought_what_the_orders_say(outside: Outside, shop_id: int) -> None:
    orders = records(outside, shop_id, "purchase")
    for customer in records(outside, shop_id, "customer"):
        own = [order for order in orders if order["customerId"] == customer["id"]]
        assert customer["totalOrderCount"] == len(own)
        assert customer["stats"]["salesValue"] == pytest.approx(sum(o["total"] for o in own))
        assert all(order["email"] == customer["email"] for order in own)


def test_some_orders_used_a_coupon_of_the_store(outside: Outside, shop_id: int) -> None:
    codes = {coupon["code"] for coupon in records(outside, shop_id, "coupon")}
    used = {
        order["discountCoupon"]["code"]
        for order in records(outside, shop_id, "purchase")
        if "discountCoupon" in order
    }

    assert used
    assert used <= codes
    assert "WELCOME-10" in codes


def test_no_order_number_is_used_twice(outside: Outside, shop_id: int) -> None:
    orders = records(outside, shop_id, "purchase")

    assert len({order["id"] for order in orders}) == len(orders)
    assert all(order["createTimestamp"] <= order["updateTimestamp"] for order in orders)


def test_the_same_seed_is_the_same_shop(outside: Outside) -> None:
    first, second = (outside.make_store(seed=8, **COUNTS) for _ in range(2))

    def told(store_id: int) -> list[Any]:
        return [(o["id"], o["total"], o["email"]) for o in records(outside, store_id, "purchase")]

    assert told(first) == told(second)


def test_guests_buy_where_there_are_no_customers(outside: Outside) -> None:
    store_id = outside.make_store(products=3, orders=4)

    assert all(o["email"].startswith("guest.") for o in records(outside, store_id, "purchase"))


def test_a_shop_without_products_has_sold_nothing(outside: Outside) -> None:
    answer = outside.control("POST", "/stores", {"orders": 5})

    assert answer.status_code == 400
    assert "orders must be 0" in answer.json()["error"]
