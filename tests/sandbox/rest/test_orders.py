"""Orders are placed, changed, deleted and found as Ecwid documents and was seen to do it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.conftest import Turn
from tests.sandbox.outside import Outside, refusal
from tests.sandbox.rest.conftest import Sold

Order = dict[str, Any]
ORDER = {
    "subtotal": 20,
    "total": 24.9,
    "email": "ada@shopper.example",
    "paymentStatus": "AWAITING_PAYMENT",
    "fulfillmentStatus": "AWAITING_PROCESSING",
    "items": [{"name": "Mug", "quantity": 2, "price": 10}],
}
EVENTS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "unfinished_order.created",
    "unfinished_order.updated",
    "product.updated",
    "customer.created",
    "customer.updated",
)


def place(outside: Outside, store_id: int, **changes: Any) -> Order:
    """Place an order and return it as the store has it."""
    answer = outside.api(store_id, "/orders", method="POST", json=ORDER | changes)
    assert answer.status_code == 200, answer.text
    return read(outside, store_id, answer.json()["orderid"])


def read(outside: Outside, store_id: int, reference: Any) -> Order:
    """Return an order."""
    answer = outside.api(store_id, f"/orders/{reference}")
    assert answer.status_code == 200, answer.text
    order: Order = answer.json()
    return order


def put(outside: Outside, store_id: int, reference: Any, **changes: Any) -> int:
    """Change an order; return how many were updated."""
    answer = outside.api(store_id, f"/orders/{reference}", method="PUT", json=changes)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["updateCount"])


# Placing.


def test_a_new_order_is_answered_with_both_spellings_of_its_number(
    outside: Outside, store_id: int
) -> None:
    answer = outside.api(store_id, "/orders", method="POST", json=ORDER).json()

    order = read(outside, store_id, answer["orderid"])
    assert answer == {"id": order["internalId"], "orderid": order["id"], "orderId": order["id"]}
    assert order["id"].isalpha()
    assert order["id"] == order["vendorOrderNumber"] == order["publicUid"]
    assert order["internalId"] == order["orderNumber"]


@pytest.mark.parametrize(
    ("shown", "names"),
    [("orderid", {"id", "orderid"}), ("orderId", {"id", "orderId"}), ("id", {"id"})],
)
def test_the_answer_to_a_new_order_has_the_names_of_the_switch(
    outside: Outside, store_id: int, turn: Turn, shown: str, names: set[str]
) -> None:
    turn(order_create_answer=shown)

    answer = outside.api(store_id, "/orders", method="POST", json=ORDER).json()

    assert answer.keys() == names


def test_amounts_and_unknown_fields_are_kept_as_they_were_sent(
    outside: Outside, store_id: int
) -> None:
    order = place(outside, store_id, total=1, externalOrderId="ref-7", giftWrap={"colour": "red"})

    assert (order["subtotal"], order["total"]) == (20, 1)
    assert order["externalOrderId"] == "ref-7"
    assert order["giftWrap"] == {"colour": "red"}


@pytest.mark.parametrize(
    "name", ["subtotal", "total", "email", "fulfillmentStatus", "paymentStatus"]
)
def test_a_new_order_needs_its_five_fields(outside: Outside, store_id: int, name: str) -> None:
    answer = outside.api(store_id, "/orders", method="POST", json=ORDER | {name: None})

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert answer.json()["errorMessage"] == f"Field Order.{name} is absent"


def test_a_lax_store_takes_an_empty_order(outside: Outside, store_id: int, turn: Turn) -> None:
    turn(strict_orders="off")

    answer = outside.api(store_id, "/orders", method="POST", json={})

    order = read(outside, store_id, answer.json()["orderid"])
    assert (order["total"], order["paymentStatus"]) == (0, "AWAITING_PAYMENT")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"items": [{"name": "Mug"}]}, "Field OrderItem.quantity is absent"),
        ({"items": [{"quantity": 1}]}, "Field OrderItem.name is absent"),
        ({"items": [{"name": "Mug", "quantity": 0}]}, "Field OrderItem.quantity has a wrong"),
        ({"items": {}}, "Field Order.items has a wrong value"),
        ({"total": "much"}, "Field Order.total has a wrong value"),
        ({"discountCoupon": "TEN"}, "Field Order.discountCoupon has a wrong value"),
        (
            {"paymentStatus": "QUEUED"},
            "Status QUEUED is deprecated, use AWAITING_PAYMENT instead",
        ),
        ({"paymentStatus": "LOST"}, "Wrong parameter 'paymentStatus' value: expected one of"),
        ({"fulfillmentStatus": "LOST"}, "Wrong parameter 'fulfillmentStatus' value"),
        ({"extraFields": {"a": "x" * 256}}, "more than 255 characters"),
        ({"extraFields": {f"name{n}": "x" * 250 for n in range(40)}}, "larger than 8 kB"),
    ],
)
def test_an_order_that_cannot_be_is_refused_with_the_field(
    outside: Outside, store_id: int, changes: Order, words: str
) -> None:
    answer = outside.api(store_id, "/orders", method="POST", json=ORDER | changes)

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert words in answer.json()["errorMessage"]
    assert outside.listed(store_id, "/orders") == []


def test_an_order_of_an_unknown_customer_is_a_404(outside: Outside, store_id: int) -> None:
    answer = outside.api(store_id, "/orders", method="POST", json=ORDER | {"customerId": 42})

    assert answer.status_code == 404
    assert answer.json()["errorMessage"] == "Customer #42 not found"


def test_a_coupon_is_kept_as_a_snapshot_neither_checked_nor_counted(
    outside: Outside, store_id: int
) -> None:
    made = {"code": "TEN", "discountType": "ABS", "discount": 10, "usesLimit": "SINGLE"}
    outside.api(store_id, "/discount_coupons", method="POST", json=made)
    sent = made | {"status": "EXPIRED", "catalogLimit": {"products": [1]}}

    order = place(outside, store_id, discountCoupon=sent, couponDiscount=10)

    assert order["discountCoupon"] == made | {"status": "EXPIRED"}
    coupon = outside.api(store_id, "/discount_coupons/TEN").json()
    assert (coupon["orderCount"], coupon["status"]) == (0, "ACTIVE")


def test_an_order_makes_a_customer_of_its_address_or_counts_for_the_one_there_is(
    outside: Outside, store_id: int
) -> None:
    first = place(outside, store_id)
    second = place(outside, store_id, email="ADA@shopper.example")

    (customer,) = outside.listed(store_id, "/customers")
    assert first["customerId"] == second["customerId"] == customer["id"]
    assert customer["totalOrderCount"] == 2
    assert customer["stats"]["salesValue"] == 49.8
    assert customer["stats"]["averageOrderValue"] == 24.9


def test_stock_falls_with_an_order_and_comes_back_when_it_is_cancelled(
    outside: Outside, store_id: int
) -> None:
    mug = outside.make_product(store_id, quantity=5)
    made = outside.api(store_id, "/products", method="POST", json={"name": "Advice"}).json()
    endless = made["id"]
    lines = [
        {"name": "Mug", "quantity": 2, "price": 10, "productId": mug},
        {"name": "Advice", "quantity": 9, "price": 1, "productId": endless},
        {"name": "Gone", "quantity": 1, "price": 1, "productId": 42},
    ]

    def stock() -> int:
        return int(outside.api(store_id, f"/products/{mug}").json()["quantity"])

    order = place(outside, store_id, items=lines)
    assert stock() == 3
    put(outside, store_id, order["id"], paymentStatus="CANCELED")
    assert stock() == 5
    put(outside, store_id, order["id"], paymentStatus="PAID")
    assert stock() == 3
    assert outside.api(store_id, f"/products/{endless}").json()["unlimited"]


def test_the_stock_of_a_variation_falls_not_that_of_its_product(
    outside: Outside, store_id: int
) -> None:
    sizes = [{"options": [{"name": "Size", "value": size}], "quantity": 4} for size in "SM"]
    shirt = outside.make_product(store_id, quantity=9, combinations=sizes)
    small, medium = outside.api(store_id, f"/products/{shirt}/combinations").json()

    item = {"name": "Shirt", "quantity": 4, "productId": shirt, "combinationId": small["id"]}
    place(outside, store_id, items=[item])

    after = outside.api(store_id, f"/products/{shirt}").json()
    assert [c["quantity"] for c in after["combinations"]] == [0, 4]
    assert [c["inStock"] for c in after["combinations"]] == [False, True]
    assert after["quantity"] == 9
    assert medium["id"] == after["combinations"][1]["id"]


def test_every_consequence_of_an_order_is_told(outside: Outside, store_id: int) -> None:
    mug = outside.make_product(store_id)
    outside.listen(store_id, *EVENTS)

    order = place(
        outside, store_id, items=[{"name": "Mug", "quantity": 1, "price": 5, "productId": mug}]
    )

    heard = {kind: (entity, data) for kind, entity, data in outside.events(store_id)}
    assert heard == {
        "customer.created": (order["customerId"], {"customerEmail": order["email"]}),
        "product.updated": (mug, {}),
        "order.created": (
            order["internalId"],
            {
                "orderId": order["id"],
                "newPaymentStatus": "AWAITING_PAYMENT",
                "newFulfillmentStatus": "AWAITING_PROCESSING",
            },
        ),
    }


# Reading and finding.


def test_an_order_is_read_by_its_number_and_by_its_internal_id(
    outside: Outside, store_id: int
) -> None:
    order = place(outside, store_id)

    assert read(outside, store_id, order["internalId"]) == order


def test_a_strict_store_knows_orders_by_their_number_only(
    outside: Outside, store_id: int, turn: Turn
) -> None:
    order = place(outside, store_id)
    turn(order_path_internal_id="off")

    assert outside.api(store_id, f"/orders/{order['id']}").status_code == 200
    answer = outside.api(store_id, f"/orders/{order['internalId']}")
    assert refusal(answer) == (404, "ORDER_NOT_FOUND")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("reference", ["EBJFT", "42", "9" * 30])
def test_an_unknown_order_is_a_404(
    outside: Outside, store_id: int, method: str, reference: str
) -> None:
    answer = outside.api(store_id, f"/orders/{reference}", method=method, json={})

    assert refusal(answer) == (404, "ORDER_NOT_FOUND")
    assert answer.json()["errorMessage"] == f"Order #{reference} not found"


def test_the_newest_order_comes_first_and_alone_as_the_last(sold: Sold) -> None:
    truth = sorted(sold.truth("purchase"), key=lambda o: (o["createTimestamp"], o["internalId"]))

    assert sold.ids("/orders") == [order["id"] for order in reversed(truth)]
    last = sold.outside.api(sold.store_id, "/orders/last").json()
    assert last["id"] == truth[-1]["id"]


def test_a_store_without_orders_has_no_last_one(outside: Outside, store_id: int) -> None:
    assert refusal(outside.api(store_id, "/orders/last")) == (404, "ORDER_NOT_FOUND")


MIDDLE = 1_750_000_000
Is = Callable[[Order], bool]
SEARCHES: list[tuple[dict[str, Any], Is]] = [
    ({"paymentStatus": "PAID"}, lambda o: o["paymentStatus"] == "PAID"),
    (
        {"paymentStatus": "refunded,CANCELLED"},
        lambda o: o["paymentStatus"] in {"REFUNDED", "CANCELED"},
    ),
    ({"fulfillmentStatus": "DELIVERED"}, lambda o: o["fulfillmentStatus"] == "DELIVERED"),
    ({"totalFrom": 100}, lambda o: o["total"] >= 100),
    ({"totalTo": 50}, lambda o: o["total"] <= 50),
    ({"createdFrom": MIDDLE}, lambda o: o["createTimestamp"] >= MIDDLE),
    ({"createdTo": MIDDLE}, lambda o: o["createTimestamp"] < MIDDLE),
    ({"updatedFrom": MIDDLE}, lambda o: o["updateTimestamp"] >= MIDDLE),
    ({"updatedTo": "2025-06-15 15:06:40 +0000"}, lambda o: o["updateTimestamp"] < MIDDLE),
    ({"paymentMethod": "PayPal"}, lambda o: o["paymentMethod"] == "PayPal"),
    ({"shippingMethod": "Express delivery"}, lambda _: False),
    ({"acceptMarketing": "no"}, lambda o: not o["acceptMarketing"]),
    (
        {"couponCode": "WELCOME-10"},
        lambda o: o.get("discountCoupon", {}).get("code") == "WELCOME-10",
    ),
    ({"containsPreorderItems": "true"}, lambda _: False),
    ({"refererId": "nobody"}, lambda _: False),
    ({"subscriptionId": 5}, lambda _: False),
    ({"pickupTimeFrom": MIDDLE}, lambda _: False),
]


@pytest.mark.parametrize(("question", "is_wanted"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_what_it_is_for(sold: Sold, question: dict[str, Any], is_wanted: Is) -> None:
    wanted = {order["id"] for order in sold.truth("purchase") if is_wanted(order)}

    assert set(sold.ids("/orders", **question)) == wanted


def test_orders_are_found_by_what_is_in_them(sold: Sold) -> None:
    orders = sold.truth("purchase")
    some = orders[17]
    product = some["items"][0]["productId"]

    assert set(sold.ids("/orders", email=some["email"].upper())) == {
        o["id"] for o in orders if o["email"] == some["email"]
    }
    assert set(sold.ids("/orders", customerId=some["customerId"])) == {
        o["id"] for o in orders if o["customerId"] == some["customerId"]
    }
    assert set(sold.ids("/orders", productId=product)) == {
        o["id"] for o in orders if any(i["productId"] == product for i in o["items"])
    }
    assert sold.ids("/orders", vendorOrderNumber=some["id"]) == [some["id"]]
    assert sold.ids("/orders", orderNumber=some["internalId"]) == [some["id"]]
    assert some["id"] in sold.ids("/orders", keywords=some["billingPerson"]["lastName"].upper())


def test_ids_are_public_numbers_or_internal_ones(sold: Sold) -> None:
    some = sold.truth("purchase")[:3]
    asked = f"{some[0]['id']}, {some[1]['internalId']},nothing,{some[2]['id']}"

    assert set(sold.ids("/orders", ids=asked)) == {order["id"] for order in some}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("paymentStatus", "QUEUED"),
        ("fulfillmentStatus", "LOST"),
        ("createdFrom", "yesterday"),
        ("totalFrom", "much"),
        ("acceptMarketing", "perhaps"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(sold: Sold, name: str, value: str) -> None:
    answer = sold.outside.api(sold.store_id, "/orders", **{name: value})

    assert refusal(answer) == (400, "WRONG_PARAMETER")


def test_unfinished_orders_are_found_only_when_asked_for(outside: Outside, store_id: int) -> None:
    outside.listen(store_id, *EVENTS)
    cart = place(outside, store_id, paymentStatus="INCOMPLETE")

    assert outside.listed(store_id, "/orders") == []
    assert outside.listed(store_id, "/customers") == []
    for question in ({"paymentStatus": "INCOMPLETE"}, {"ids": cart["id"]}):
        (found,) = outside.listed(store_id, "/orders", **question)
        assert found["id"] == cart["id"]
    put(outside, store_id, cart["id"], paymentStatus="PAID")
    assert [kind for kind, _, _ in outside.events(store_id) if "order" in kind] == [
        "unfinished_order.created",
        "order.created",
    ]
    assert len(outside.listed(store_id, "/customers")) == 1


def test_an_order_is_found_by_its_coupon_only_while_the_store_has_that_coupon(
    outside: Outside, store_id: int
) -> None:
    order = place(outside, store_id, discountCoupon={"code": "TEN"})

    assert outside.listed(store_id, "/orders", couponCode="TEN") == []
    outside.api(store_id, "/discount_coupons", method="POST", json={"code": "TEN"})
    (found,) = outside.listed(store_id, "/orders", couponCode="TEN")
    assert found["id"] == order["id"]


# Changing and deleting.


def test_an_update_keeps_what_it_does_not_name(outside: Outside, store_id: int) -> None:
    order = place(outside, store_id)
    outside.listen(store_id, *EVENTS)

    count = put(
        outside,
        store_id,
        order["id"],
        paymentStatus="PAID",
        fulfillmentStatus="SHIPPED",
        trackingNumber="RX1",
        id="OTHER",
        createTimestamp=5,
    )

    after = read(outside, store_id, order["id"])
    changed = {"paymentStatus", "fulfillmentStatus", "trackingNumber"}
    changed |= {"updateDate", "updateTimestamp"}
    assert count == 1
    assert {n: v for n, v in after.items() if n not in changed} == {
        n: v for n, v in order.items() if n not in changed
    }
    assert (after["paymentStatus"], after["trackingNumber"]) == ("PAID", "RX1")
    assert outside.events(store_id) == [
        (
            "order.updated",
            order["internalId"],
            {
                "orderId": order["id"],
                "oldPaymentStatus": "AWAITING_PAYMENT",
                "newPaymentStatus": "PAID",
                "oldFulfillmentStatus": "AWAITING_PROCESSING",
                "newFulfillmentStatus": "SHIPPED",
            },
        )
    ]


def test_an_update_that_says_nothing_new_changes_nothing(outside: Outside, store_id: int) -> None:
    order = place(outside, store_id)
    outside.listen(store_id, *EVENTS)

    assert put(outside, store_id, order["id"], paymentStatus="AWAITING_PAYMENT") == 0
    assert outside.events(store_id) == []


def test_items_are_matched_by_their_id(outside: Outside, store_id: int) -> None:
    items = [{"name": n, "quantity": 1, "price": 5} for n in ("Mug", "Bowl")]
    order = place(outside, store_id, items=items)
    mug, bowl = order["items"]

    put(outside, store_id, order["id"], items=[{"id": bowl["id"], "quantity": 3}])

    (left,) = read(outside, store_id, order["id"])["items"]
    assert (left["id"], left["name"], left["quantity"]) == (bowl["id"], "Bowl", 3)
    assert mug["id"] != bowl["id"]


def test_an_update_with_an_unknown_status_is_refused(outside: Outside, store_id: int) -> None:
    order = place(outside, store_id)

    answer = outside.api(
        store_id, f"/orders/{order['id']}", method="PUT", json={"paymentStatus": "LOST"}
    )

    assert refusal(answer) == (400, "WRONG_PARAMETER")
    assert read(outside, store_id, order["id"]) == order


def test_a_deleted_order_is_in_the_history_by_both_its_numbers(
    outside: Outside, store_id: int
) -> None:
    order = place(outside, store_id)
    outside.listen(store_id, *EVENTS)

    answer = outside.api(store_id, f"/orders/{order['id']}", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert outside.api(store_id, f"/orders/{order['id']}").status_code == 404
    (gone,) = outside.listed(store_id, "/orders/deleted")
    assert (gone["id"], gone["orderId"]) == (order["internalId"], order["id"])
    assert outside.events(store_id) == [
        ("order.deleted", order["internalId"], {"orderId": order["id"]})
    ]
