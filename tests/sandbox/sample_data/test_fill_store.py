"""Tests for new stores: orders, customers and coupons are consistent."""

from __future__ import annotations

import json
from typing import Any

import pytest

from portal.sandbox.order_sums import order_sums
from tests.sandbox.client import SandboxClient

COUNTS = {"products": 30, "orders": 250, "customers": 50, "coupons": 12}


def records(sandbox: SandboxClient, store_id: int, table: str) -> list[dict[str, Any]]:
    """Return all records of a table."""
    sql = f"SELECT body FROM {table} WHERE store = ? ORDER BY id"
    return [json.loads(row["body"]) for row in sandbox.parts.state.rows(sql, store_id)]


@pytest.fixture(scope="module")
def shop_id(sandbox: SandboxClient) -> int:
    """Id of a store with sample data."""
    return sandbox.make_store(seed=5, **COUNTS)


def test_a_store_has_the_requested_number_of_records(sandbox: SandboxClient, shop_id: int) -> None:
    tables = {
        "products": "product",
        "orders": "purchase",
        "customers": "customer",
        "coupons": "coupon",
    }

    counted = {name: len(records(sandbox, shop_id, table)) for name, table in tables.items()}

    assert counted == COUNTS


def test_order_totals_match_items_shipping_and_coupon(sandbox: SandboxClient, shop_id: int) -> None:
    for order in records(sandbox, shop_id, "purchase"):
        cost = sum(item["price"] * item["quantity"] for item in order["items"])
        shipping = order["shippingOption"]["shippingRate"]
        assert order["subtotal"] == round(cost, 2)
        parts = [line.amount for line in order_sums(order) if line.counts]
        assert shipping in {*parts, 0}
        assert order["total"] == pytest.approx(sum(parts))
        assert order["total"] >= 0


def test_some_orders_have_every_kind_of_amount(sandbox: SandboxClient, shop_id: int) -> None:
    orders = records(sandbox, shop_id, "purchase")
    (group,) = records(sandbox, shop_id, "customer_group")

    for name in (
        "handlingFee",
        "customSurcharges",
        "volumeDiscount",
        "membershipBasedDiscount",
        "refunds",
        "giftCardRedemption",
        "taxesOnShipping",
        "orderExtraFields",
    ):
        assert any(order.get(name) for order in orders), name
    groups = {order["customerGroup"] for order in orders if "customerGroup" in order}
    assert groups == {group["name"]}


def test_some_records_have_every_detail(sandbox: SandboxClient, shop_id: int) -> None:
    orders, customers, coupons = (
        records(sandbox, shop_id, table) for table in ("purchase", "customer", "coupon")
    )

    for name in (
        "lang",
        "customerTaxId",
        "externalTransactionId",
        "privateAdminNotes",
        "pickupTime",
        "latestShipDate",
        "trackingUrl",
        "shipments",
        "customDiscount",
    ):
        assert any(order.get(name) for order in orders), name
    assert any(len(order["shipments"]) > 1 for order in orders)
    assert any(order["billingPerson"].get("companyName") for order in orders)
    chosen = [
        each for order in orders for item in order["items"] for each in item["selectedOptions"]
    ]
    assert chosen
    assert all(each["selections"][0]["selectionTitle"] == each["value"] for each in chosen)
    for name in ("taxId", "privateAdminNotes", "shippingAddresses"):
        assert any(customer.get(name) for customer in customers), name
    assert {"catalogLimit", "shippingLimit", "applicationLimit"} <= {
        name for coupon in coupons for name in coupon
    }


def test_customer_statistics_match_the_orders(sandbox: SandboxClient, shop_id: int) -> None:
    orders = records(sandbox, shop_id, "purchase")
    for customer in records(sandbox, shop_id, "customer"):
        customer_orders = [order for order in orders if order["customerId"] == customer["id"]]
        assert customer["totalOrderCount"] == len(customer_orders)
        assert customer["stats"]["salesValue"] == pytest.approx(
            sum(o["total"] for o in customer_orders)
        )
        assert all(order["email"] == customer["email"] for order in customer_orders)


def test_some_orders_use_a_coupon_of_the_store(sandbox: SandboxClient, shop_id: int) -> None:
    codes = {coupon["code"] for coupon in records(sandbox, shop_id, "coupon")}
    used_codes = {
        order["discountCoupon"]["code"]
        for order in records(sandbox, shop_id, "purchase")
        if "discountCoupon" in order
    }

    assert used_codes
    assert used_codes <= codes
    assert "WELCOME-10" in codes


def test_order_numbers_are_unique(sandbox: SandboxClient, shop_id: int) -> None:
    orders = records(sandbox, shop_id, "purchase")

    assert len({order["id"] for order in orders}) == len(orders)
    assert all(order["createTimestamp"] <= order["updateTimestamp"] for order in orders)


def test_the_same_seed_gives_the_same_orders(sandbox: SandboxClient) -> None:
    first, second = (sandbox.make_store(seed=8, **COUNTS) for _ in range(2))

    def orders(store_id: int) -> list[Any]:
        return [(o["id"], o["total"], o["email"]) for o in records(sandbox, store_id, "purchase")]

    assert orders(first) == orders(second)


def test_without_customers_orders_come_from_guests(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=3, orders=4)

    assert all(o["email"].startswith("guest.") for o in records(sandbox, store_id, "purchase"))


def test_orders_without_products_are_rejected(sandbox: SandboxClient) -> None:
    answer = sandbox.admin("POST", "/stores", {"orders": 5})

    assert answer.status_code == 400
    assert "orders must be 0" in answer.json()["error"]
