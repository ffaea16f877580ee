"""Where nobody knows how Ecwid treats catalogue, orders and coupons, one decision holds.

Each test's name is the decision; the sandbox has a switch where the real service may differ.
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
FIVE = tuple(ORDER)


def second_of(moment: float) -> datetime:
    return datetime.fromtimestamp(moment, UTC)


def test_from_includes_its_instant_and_to_excludes_it(sides: Sides) -> None:
    _, transport, client = sides.store()
    product_id = transport.call("POST", "/products", body={"name": "Mug"})["id"]
    at = second_of(int(client.product(product_id)["updateTimestamp"]))

    def found(**bounds: datetime) -> int:
        return client.products(sort_by="UPDATED_TIME_ASC", **bounds).total

    assert found(updated_from=at) == 1
    assert found(updated_from=at + timedelta(seconds=1)) == 0
    assert found(updated_to=at) == 0
    assert found(updated_to=at + timedelta(seconds=1)) == 1


def test_a_product_needs_a_name_alone(sides: Sides) -> None:
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
def test_we_name_orders_by_their_text_and_the_number_may_do(
    sides: Sides, switch: str, is_found: bool
) -> None:
    _, transport, client = sides.store()
    number = str(client.create_order(ORDER))
    internal_id = client.order(number)["internalId"]
    sides.turn(order_path_internal_id=switch)

    assert client.order(number)["id"] == number
    if is_found:
        assert transport.get(f"/orders/{internal_id}")["id"] == number
    else:
        with pytest.raises(EcwidNotFoundError):
            transport.get(f"/orders/{internal_id}")


def test_the_newest_order_comes_first(sides: Sides) -> None:
    _, _, client = sides.store(products=5, orders=60)

    created = [order["createTimestamp"] for order in client.orders().items]

    assert created == sorted(created, reverse=True)


def test_discount_and_coupon_discount_are_two_reductions(sides: Sides) -> None:
    _, _, client = sides.store(products=9, orders=80, coupons=4)

    for order in client.orders().items:
        shipping = order["shippingOption"]["shippingRate"]
        reduction = order["couponDiscount"] + order["discount"]
        assert order["total"] == order["subtotal"] + shipping - reduction


@pytest.mark.parametrize("name", FIVE)
def test_a_strict_store_wants_the_five_fields_that_we_always_send(sides: Sides, name: str) -> None:
    _, _, client = sides.store()

    with pytest.raises(EcwidInvalidError) as raised:
        client.create_order({k: v for k, v in ORDER.items() if k != name})

    assert raised.value.field == f"Order.{name}"


def test_a_lax_store_takes_an_order_without_them(sides: Sides) -> None:
    sides.turn(strict_orders="off")
    _, _, client = sides.store()

    assert client.create_order({})


@pytest.mark.parametrize(
    ("spelling", "is_told"), [("both", True), ("orderid", True), ("orderId", True), ("id", False)]
)
def test_a_new_order_is_named_in_either_spelling_or_not_at_all(
    sides: Sides, spelling: str, is_told: bool
) -> None:
    sides.turn(order_create_answer=spelling)
    _, _, client = sides.store()

    number = client.create_order(ORDER)

    (order,) = client.orders().items
    assert number == (order["id"] if is_told else None)


@pytest.mark.parametrize("kind", ["error_after", "reset_after"])
def test_an_order_whose_answer_was_lost_is_found_by_our_reference(sides: Sides, kind: str) -> None:
    _, _, client = sides.store()
    fault = {"path_prefix": "/orders", "method": "POST", "kind": kind, "status": 500}
    sides.outside.control("POST", "/faults", fault)

    with pytest.raises(EcwidUnavailableError):
        client.create_order(ORDER | {"refererId": "our-reference"})

    assert client.orders(referer_id="our-reference").total == 1


def test_a_coupon_in_an_order_is_kept_as_given(sides: Sides) -> None:
    _, transport, client = sides.store()
    transport.call("POST", "/discount_coupons", body={"code": "TEN", "usesLimit": "SINGLE"})
    given = {"code": "TEN", "discount": 99, "status": "EXPIRED"}

    number = str(client.create_order(ORDER | {"discountCoupon": given}))

    assert client.order(number)["discountCoupon"] == given
    assert client.coupon("TEN")["orderCount"] == 0


def test_items_of_an_update_are_matched_by_id_and_a_cancelled_order_gives_stock_back(
    sides: Sides,
) -> None:
    _, transport, client = sides.store()
    mug = transport.call("POST", "/products", body={"name": "Mug", "quantity": 5})["id"]
    items: list[dict[str, Any]] = [
        {"name": "Mug", "price": 10, "quantity": 2, "productId": mug},
        {"name": "Bow", "price": 1, "quantity": 1},
    ]
    number = str(client.create_order(ORDER | {"items": items}))
    first = client.order(number)["items"][0]

    assert client.product(mug)["quantity"] == 3
    client.update_order(number, {"items": [{"id": first["id"], "quantity": 4}]})
    (left,) = client.order(number)["items"]
    assert (left["name"], left["quantity"]) == ("Mug", 4)
    assert client.product(mug)["quantity"] == 1
    client.update_order(number, {"paymentStatus": "CANCELED"})
    assert client.product(mug)["quantity"] == 5


@pytest.mark.parametrize(
    ("path", "by_id", "by_code"),
    [("both", True, True), ("id", True, False), ("code", False, True)],
)
def test_a_coupon_is_named_by_its_id_its_code_or_both(
    sides: Sides, path: str, by_id: bool, by_code: bool
) -> None:
    _, transport, client = sides.store()
    made = transport.call("POST", "/discount_coupons", body={"code": "TEN"})
    sides.turn(coupon_path=path)

    for reference, is_found in ((made["id"], by_id), ("TEN", by_code)):
        if is_found:
            assert client.coupon(reference)["code"] == "TEN"
        else:
            with pytest.raises(EcwidNotFoundError):
                client.coupon(reference)


def test_a_coupon_without_a_code_gets_one_of_sixteen_characters(sides: Sides) -> None:
    _, transport, client = sides.store()

    made = transport.call("POST", "/discount_coupons", body={"discount": 5})

    assert len(made["code"]) == 16
    assert client.coupons_with_code(made["code"]).total == 1
