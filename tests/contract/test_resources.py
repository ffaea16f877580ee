"""Decisions on undocumented behavior of catalog, orders and coupons, tested on both sides.

Each test's name states a decision. Where the real service may behave differently, the sandbox has
a switch.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.ecwid.errors import EcwidInvalidError, EcwidNotFoundError, EcwidUnavailableError
from tests.contract.conftest import Sides

ORDER = {
    "subtotal": 20,
    "total": 20,
    "email": "ada@shopper.example",
    "paymentStatus": "AWAITING_PAYMENT",
    "fulfillmentStatus": "AWAITING_PROCESSING",
}
REQUIRED_FIELDS = tuple(ORDER)


def utc(timestamp: float) -> datetime:
    return datetime.fromtimestamp(timestamp, UTC)


def test_from_is_inclusive_and_to_is_exclusive(sides: Sides) -> None:
    _, transport, client = sides.store()
    product_id = transport.call("POST", "/products", body={"name": "Mug"})["id"]
    at = utc(int(client.product(product_id)["updateTimestamp"]))

    def found(**bounds: datetime) -> int:
        return client.products(sort_by="UPDATED_TIME_ASC", **bounds).total

    assert found(updated_from=at) == 1
    assert found(updated_from=at + timedelta(seconds=1)) == 0
    assert found(updated_to=at) == 0
    assert found(updated_to=at + timedelta(seconds=1)) == 1


def test_a_product_needs_only_a_name(sides: Sides) -> None:
    _, transport, client = sides.store()

    assert client.product(transport.call("POST", "/products", body={"name": "Mug"})["id"])
    with pytest.raises(EcwidInvalidError):
        transport.call("POST", "/products", body={"sku": "M-1"})


def test_deleted_coupons_are_listed_at_both_addresses(sides: Sides) -> None:
    _, transport, _ = sides.store()
    coupon = transport.call("POST", "/discount_coupons", body={"code": "TEN"})
    transport.call("DELETE", f"/discount_coupons/{coupon['id']}")

    for path in ("/coupons/deleted", "/discount_coupons/deleted"):
        assert [item["id"] for item in transport.get(path)["items"]] == [coupon["id"]]


@pytest.mark.parametrize(("switch", "is_found"), [("on", True), ("off", False)])
def test_the_client_uses_order_numbers_and_internal_ids_are_optional(
    sides: Sides, switch: str, is_found: bool
) -> None:
    _, transport, client = sides.store()
    number = str(client.create_order(ORDER).number)
    internal_id = client.order(number)["internalId"]
    sides.set_switches(order_path_internal_id=switch)

    assert client.order(number)["id"] == number
    if is_found:
        assert transport.get(f"/orders/{internal_id}")["id"] == number
    else:
        with pytest.raises(EcwidNotFoundError):
            transport.get(f"/orders/{internal_id}")


def test_orders_are_listed_newest_first(sides: Sides) -> None:
    _, _, client = sides.store(products=5, orders=60)

    created = [order["createTimestamp"] for order in client.orders().items]

    assert created == sorted(created, reverse=True)


def test_discount_and_coupon_discount_are_separate(sides: Sides) -> None:
    _, _, client = sides.store(products=9, orders=80, coupons=4)

    for order in client.orders().items:
        added = order["shippingOption"]["shippingRate"]
        added += order.get("handlingFee", {}).get("value", 0)
        added += sum(surcharge["total"] for surcharge in order.get("customSurcharges", ()))
        reduction = order["couponDiscount"] + order["discount"]
        reduction += order.get("giftCardRedemption", 0)
        assert order["total"] == order["subtotal"] + added - reduction


@pytest.mark.parametrize("name", REQUIRED_FIELDS)
def test_with_strict_orders_a_new_order_requires_five_fields(sides: Sides, name: str) -> None:
    sides.set_switches(strict_orders="on")
    _, _, client = sides.store()

    with pytest.raises(EcwidInvalidError) as raised:
        client.create_order({k: v for k, v in ORDER.items() if k != name})

    assert raised.value.field == f"Order.{name}"


def test_an_empty_order_is_accepted(sides: Sides) -> None:
    _, _, client = sides.store()

    assert client.create_order({})


@pytest.mark.parametrize(
    ("spelling", "is_sent"), [("both", True), ("orderid", True), ("orderId", True), ("id", False)]
)
def test_the_client_reads_the_order_number_in_either_spelling(
    sides: Sides, spelling: str, is_sent: bool
) -> None:
    sides.set_switches(order_create_response=spelling)
    _, _, client = sides.store()

    number = client.create_order(ORDER).number

    (order,) = client.orders().items
    assert number == (order["id"] if is_sent else None)


@pytest.mark.parametrize("kind", ["error_after", "reset_after"])
def test_an_order_with_a_lost_response_is_found_by_its_reference(sides: Sides, kind: str) -> None:
    _, _, client = sides.store()
    fault = {"path_prefix": "/orders", "method": "POST", "kind": kind, "status": 500}
    sides.sandbox.admin("POST", "/faults", fault)

    with pytest.raises(EcwidUnavailableError):
        client.create_order(ORDER | {"refererId": "our-reference"})

    assert client.orders(referer_id="our-reference").total == 1


def test_an_order_stores_the_coupon_as_sent(sides: Sides) -> None:
    _, transport, client = sides.store()
    transport.call("POST", "/discount_coupons", body={"code": "TEN", "usesLimit": "SINGLE"})
    given = {"code": "TEN", "discount": 99, "status": "EXPIRED"}

    number = str(client.create_order(ORDER | {"discountCoupon": given}).number)

    assert client.order(number)["discountCoupon"] == given
    assert client.coupon("TEN")["orderCount"] == 0


def test_an_update_matches_items_by_id_and_canceling_restores_stock(
    sides: Sides,
) -> None:
    _, transport, client = sides.store()
    mug = transport.call("POST", "/products", body={"name": "Mug", "quantity": 5})["id"]
    items: list[dict[str, Any]] = [
        {"name": "Mug", "price": 10, "quantity": 2, "productId": mug},
        {"name": "Bow", "price": 1, "quantity": 1},
    ]
    number = str(client.create_order(ORDER | {"items": items}).number)
    first = client.order(number)["items"][0]

    assert client.product(mug)["quantity"] == 3
    client.update_order(number, {"items": [{"id": first["id"], "quantity": 4}]})
    (left,) = client.order(number)["items"]
    assert (left["name"], left["quantity"]) == ("Mug", 4)
    assert client.product(mug)["quantity"] == 1
    client.update_order(number, {"paymentStatus": "CANCELLED"})
    assert client.product(mug)["quantity"] == 5


@pytest.mark.parametrize(
    ("path", "by_id", "by_code"),
    [("both", True, True), ("id", True, False), ("code", False, True)],
)
def test_coupon_paths_accept_the_id_the_code_or_both(
    sides: Sides, path: str, by_id: bool, by_code: bool
) -> None:
    _, transport, client = sides.store()
    made = transport.call("POST", "/discount_coupons", body={"code": "TEN"})
    sides.set_switches(coupon_path=path)

    for reference, is_found in ((made["id"], by_id), ("TEN", by_code)):
        if is_found:
            assert client.coupon(reference)["code"] == "TEN"
        else:
            with pytest.raises(EcwidNotFoundError):
                client.coupon(reference)


def test_a_coupon_without_a_code_gets_a_random_one(sides: Sides) -> None:
    _, transport, client = sides.store()

    made = transport.call("POST", "/discount_coupons", body={"discount": 5})

    assert len(made["code"]) == 16
    assert client.coupons_with_code(made["code"]).total == 1
