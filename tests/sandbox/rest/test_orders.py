"""Tests for orders: creation, reading, search, update and deletion."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of
from tests.sandbox.conftest import SetSwitches
from tests.sandbox.rest.conftest import SampleStore

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


def place(sandbox: SandboxClient, store_id: int, **changes: Any) -> Order:
    """Create an order and return it as the API sends it."""
    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER | changes)
    assert answer.status_code == 200, answer.text
    return read(sandbox, store_id, answer.json()["orderid"])


def read(sandbox: SandboxClient, store_id: int, reference: Any) -> Order:
    """Return an order by number or internal id."""
    answer = sandbox.api(store_id, f"/orders/{reference}")
    assert answer.status_code == 200, answer.text
    order: Order = answer.json()
    return order


def put(sandbox: SandboxClient, store_id: int, reference: Any, **changes: Any) -> int:
    """Update an order and return the ``updateCount``."""
    answer = sandbox.api(store_id, f"/orders/{reference}", method="PUT", json=changes)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["updateCount"])


# Creation.


def test_creating_an_order_returns_its_number_in_both_spellings(
    sandbox: SandboxClient, store_id: int
) -> None:
    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER).json()

    order = read(sandbox, store_id, answer["orderid"])
    assert answer == {"id": order["internalId"], "orderid": order["id"], "orderId": order["id"]}
    assert order["id"].isalpha()
    assert order["id"] == order["vendorOrderNumber"] == order["publicUid"]
    assert order["internalId"] == order["orderNumber"]


@pytest.mark.parametrize(
    ("variant", "names"),
    [("orderid", {"id", "orderid"}), ("orderId", {"id", "orderId"}), ("id", {"id"})],
)
def test_the_switch_selects_the_fields_of_the_create_response(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches, variant: str, names: set[str]
) -> None:
    set_switches(order_create_response=variant)

    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER).json()

    assert answer.keys() == names


def test_amounts_and_unknown_fields_are_stored_as_sent(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = place(sandbox, store_id, total=1, externalOrderId="ref-7", giftWrap={"color": "red"})

    assert (order["subtotal"], order["total"]) == (20, 1)
    assert order["externalOrderId"] == "ref-7"
    assert order["giftWrap"] == {"color": "red"}


@pytest.mark.parametrize(
    "name", ["subtotal", "total", "email", "fulfillmentStatus", "paymentStatus"]
)
def test_with_strict_orders_a_new_order_requires_five_fields(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches, name: str
) -> None:
    set_switches(strict_orders="on")

    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER | {name: None})

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert answer.json()["errorMessage"] == f"Field Order.{name} is absent"


@pytest.mark.parametrize("body", [{}, {"email": "ada@shopper.example"}], ids=["empty", "email"])
def test_a_new_order_needs_no_field(
    sandbox: SandboxClient, store_id: int, body: dict[str, Any]
) -> None:
    answer = sandbox.api(store_id, "/orders", method="POST", json=body)

    order = read(sandbox, store_id, answer.json()["orderid"])
    assert (order["total"], order["email"]) == (0, body.get("email", ""))
    assert order["paymentStatus"] == "AWAITING_PAYMENT"
    assert order["fulfillmentStatus"] == "AWAITING_PROCESSING"


def test_the_creation_date_is_taken_from_a_new_order_and_an_update(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = place(sandbox, store_id, createDate="2024-05-01 07:26:28 UTC", pickupTime="1714629600")

    assert order["createDate"] == "2024-05-01 07:26:28 +0000"
    assert order["createTimestamp"] == 1714548388
    assert order["updateTimestamp"] > order["createTimestamp"]
    assert order["pickupTime"] == "2024-05-02 06:00:00 +0000"
    found = sandbox.list_items(store_id, "/orders", createdTo="2024-05-02")
    assert [item["id"] for item in found] == [order["id"]]

    put(sandbox, store_id, order["id"], createDate="2024-05-01 00:00:00 -0100")

    changed = read(sandbox, store_id, order["id"])
    assert changed["createDate"] == "2024-05-01 01:00:00 +0000"
    assert changed["pickupTime"] == order["pickupTime"]


def test_an_order_with_a_wrong_date_is_rejected(sandbox: SandboxClient, store_id: int) -> None:
    body = ORDER | {"createDate": "yesterday"}

    answer = sandbox.api(store_id, "/orders", method="POST", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(
    ("changes", "message"),
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
def test_an_invalid_order_is_rejected_with_the_field_name(
    sandbox: SandboxClient, store_id: int, changes: Order, message: str
) -> None:
    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER | changes)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert message in answer.json()["errorMessage"]
    assert sandbox.list_items(store_id, "/orders") == []


def test_an_order_for_an_unknown_customer_is_a_404(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/orders", method="POST", json=ORDER | {"customerId": 42})

    assert answer.status_code == 404
    assert answer.json()["errorMessage"] == "Customer #42 not found"


def test_an_order_stores_the_coupon_without_checking_or_counting_it(
    sandbox: SandboxClient, store_id: int
) -> None:
    made = {"code": "TEN", "discountType": "ABS", "discount": 10, "usesLimit": "SINGLE"}
    sandbox.api(store_id, "/discount_coupons", method="POST", json=made)
    sent = made | {"status": "EXPIRED", "catalogLimit": {"products": [1]}}

    order = place(sandbox, store_id, discountCoupon=sent, couponDiscount=10)

    assert order["discountCoupon"] == made | {"status": "EXPIRED"}
    coupon = sandbox.api(store_id, "/discount_coupons/TEN").json()
    assert (coupon["orderCount"], coupon["status"]) == (0, "ACTIVE")


def test_an_order_creates_or_updates_the_customer_with_its_address(
    sandbox: SandboxClient, store_id: int
) -> None:
    first = place(sandbox, store_id)
    second = place(sandbox, store_id, email="ADA@shopper.example")

    (customer,) = sandbox.list_items(store_id, "/customers")
    assert first["customerId"] == second["customerId"] == customer["id"]
    assert customer["totalOrderCount"] == 2
    assert customer["stats"]["salesValue"] == 49.8
    assert customer["stats"]["averageOrderValue"] == 24.9


def test_an_order_reduces_stock_and_canceling_restores_it(
    sandbox: SandboxClient, store_id: int
) -> None:
    mug = sandbox.make_product(store_id, quantity=5)
    made = sandbox.api(store_id, "/products", method="POST", json={"name": "Advice"}).json()
    unlimited = made["id"]
    lines = [
        {"name": "Mug", "quantity": 2, "price": 10, "productId": mug},
        {"name": "Advice", "quantity": 9, "price": 1, "productId": unlimited},
        {"name": "Gone", "quantity": 1, "price": 1, "productId": 42},
    ]

    def stock() -> int:
        return int(sandbox.api(store_id, f"/products/{mug}").json()["quantity"])

    order = place(sandbox, store_id, items=lines)
    assert stock() == 3
    put(sandbox, store_id, order["id"], paymentStatus="CANCELLED")
    assert stock() == 5
    put(sandbox, store_id, order["id"], paymentStatus="PAID")
    assert stock() == 3
    assert sandbox.api(store_id, f"/products/{unlimited}").json()["unlimited"]


def test_an_order_of_a_variation_reduces_only_the_variations_stock(
    sandbox: SandboxClient, store_id: int
) -> None:
    sizes = [{"options": [{"name": "Size", "value": size}], "quantity": 4} for size in "SM"]
    shirt = sandbox.make_product(store_id, quantity=9, combinations=sizes)
    small, medium = sandbox.api(store_id, f"/products/{shirt}/combinations").json()

    item = {"name": "Shirt", "quantity": 4, "productId": shirt, "combinationId": small["id"]}
    place(sandbox, store_id, items=[item])

    after = sandbox.api(store_id, f"/products/{shirt}").json()
    assert [c["quantity"] for c in after["combinations"]] == [0, 4]
    assert [c["inStock"] for c in after["combinations"]] == [False, True]
    assert after["quantity"] == 9
    assert medium["id"] == after["combinations"][1]["id"]


def test_an_order_emits_order_customer_and_product_events(
    sandbox: SandboxClient, store_id: int
) -> None:
    mug = sandbox.make_product(store_id)
    sandbox.subscribe(store_id, *EVENTS)

    order = place(
        sandbox, store_id, items=[{"name": "Mug", "quantity": 1, "price": 5, "productId": mug}]
    )

    emitted = {kind: (entity, data) for kind, entity, data in sandbox.events(store_id)}
    assert emitted == {
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


# Reading and search.


def test_an_order_can_be_read_by_number_and_by_internal_id(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = place(sandbox, store_id)

    assert read(sandbox, store_id, order["internalId"]) == order


def test_the_switch_turns_off_order_paths_with_internal_ids(
    sandbox: SandboxClient, store_id: int, set_switches: SetSwitches
) -> None:
    order = place(sandbox, store_id)
    set_switches(order_path_internal_id="off")

    assert sandbox.api(store_id, f"/orders/{order['id']}").status_code == 200
    answer = sandbox.api(store_id, f"/orders/{order['internalId']}")
    assert error_of(answer) == (404, "ORDER_NOT_FOUND")


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
@pytest.mark.parametrize("reference", ["EBJFT", "42", "9" * 30])
def test_an_unknown_order_is_a_404(
    sandbox: SandboxClient, store_id: int, method: str, reference: str
) -> None:
    answer = sandbox.api(store_id, f"/orders/{reference}", method=method, json={})

    assert error_of(answer) == (404, "ORDER_NOT_FOUND")
    assert answer.json()["errorMessage"] == f"Order #{reference} not found"


def test_orders_are_listed_newest_first_and_last_returns_the_newest(
    sample_store: SampleStore,
) -> None:
    truth = sorted(
        sample_store.records("purchase"), key=lambda o: (o["createTimestamp"], o["internalId"])
    )

    assert sample_store.ids("/orders") == [order["id"] for order in reversed(truth)]
    last = sample_store.sandbox.api(sample_store.store_id, "/orders/last").json()
    assert last["id"] == truth[-1]["id"]


def test_last_order_of_an_empty_store_is_a_404(sandbox: SandboxClient, store_id: int) -> None:
    assert error_of(sandbox.api(store_id, "/orders/last")) == (404, "ORDER_NOT_FOUND")


MIDDLE = 1_750_000_000
Predicate = Callable[[Order], bool]
SEARCHES: list[tuple[dict[str, Any], Predicate]] = [
    ({"paymentStatus": "PAID"}, lambda o: o["paymentStatus"] == "PAID"),
    (
        {"paymentStatus": "refunded,CANCELLED"},
        lambda o: o["paymentStatus"] in {"REFUNDED", "CANCELLED"},
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
        {"couponCode": "Welcome-10"},
        lambda o: o.get("discountCoupon", {}).get("code") == "WELCOME-10",
    ),
    ({"containsPreorderItems": "true"}, lambda _: False),
    ({"refererId": "nobody"}, lambda _: False),
    ({"subscriptionId": 5}, lambda _: False),
    ({"pickupTimeFrom": MIDDLE}, lambda o: o.get("pickupTime", "") >= "2025-06-15 15:06:40"),
]


@pytest.mark.parametrize(("params", "matches"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_the_matching_orders(
    sample_store: SampleStore, params: dict[str, Any], matches: Predicate
) -> None:
    wanted = {order["id"] for order in sample_store.records("purchase") if matches(order)}

    assert set(sample_store.ids("/orders", **params)) == wanted


def test_orders_can_be_searched_by_content(sample_store: SampleStore) -> None:
    orders = sample_store.records("purchase")
    some = orders[17]
    product = some["items"][0]["productId"]

    assert set(sample_store.ids("/orders", email=some["email"].upper())) == {
        o["id"] for o in orders if o["email"] == some["email"]
    }
    assert set(sample_store.ids("/orders", customerId=some["customerId"])) == {
        o["id"] for o in orders if o["customerId"] == some["customerId"]
    }
    assert set(sample_store.ids("/orders", productId=product)) == {
        o["id"] for o in orders if any(i["productId"] == product for i in o["items"])
    }
    assert sample_store.ids("/orders", vendorOrderNumber=some["id"]) == [some["id"]]
    assert sample_store.ids("/orders", orderNumber=some["internalId"]) == [some["id"]]
    assert some["id"] in sample_store.ids(
        "/orders", keywords=some["billingPerson"]["lastName"].upper()
    )


def test_ids_accepts_public_numbers_and_internal_ids(sample_store: SampleStore) -> None:
    some = sample_store.records("purchase")[:3]
    asked = f"{some[0]['id']}, {some[1]['internalId']},nothing,{some[2]['id']}"

    assert set(sample_store.ids("/orders", ids=asked)) == {order["id"] for order in some}


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
def test_an_invalid_filter_value_is_rejected(
    sample_store: SampleStore, name: str, value: str
) -> None:
    answer = sample_store.sandbox.api(sample_store.store_id, "/orders", **{name: value})

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_unfinished_orders_are_found_only_by_status_or_id(
    sandbox: SandboxClient, store_id: int
) -> None:
    sandbox.subscribe(store_id, *EVENTS)
    cart = place(sandbox, store_id, paymentStatus="INCOMPLETE")

    assert sandbox.list_items(store_id, "/orders") == []
    assert sandbox.list_items(store_id, "/customers") == []
    for params in ({"paymentStatus": "INCOMPLETE"}, {"ids": cart["id"]}):
        (found,) = sandbox.list_items(store_id, "/orders", **params)
        assert found["id"] == cart["id"]
    put(sandbox, store_id, cart["id"], paymentStatus="PAID")
    assert [kind for kind, _, _ in sandbox.events(store_id) if "order" in kind] == [
        "unfinished_order.created",
        "order.created",
    ]
    assert len(sandbox.list_items(store_id, "/customers")) == 1


def test_the_coupon_filter_finds_orders_only_while_the_coupon_exists(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = place(sandbox, store_id, discountCoupon={"code": "TEN"})

    assert sandbox.list_items(store_id, "/orders", couponCode="TEN") == []
    sandbox.api(store_id, "/discount_coupons", method="POST", json={"code": "TEN"})
    (found,) = sandbox.list_items(store_id, "/orders", couponCode="TEN")
    assert found["id"] == order["id"]


# Update and deletion.


def test_an_update_keeps_fields_that_are_not_sent(sandbox: SandboxClient, store_id: int) -> None:
    order = place(sandbox, store_id)
    sandbox.subscribe(store_id, *EVENTS)

    count = put(
        sandbox,
        store_id,
        order["id"],
        paymentStatus="PAID",
        fulfillmentStatus="SHIPPED",
        trackingNumber="RX1",
        id="OTHER",
        createTimestamp=5,
    )

    after = read(sandbox, store_id, order["id"])
    changed = {"paymentStatus", "fulfillmentStatus", "trackingNumber"}
    changed |= {"updateDate", "updateTimestamp"}
    assert count == 1
    assert {n: v for n, v in after.items() if n not in changed} == {
        n: v for n, v in order.items() if n not in changed
    }
    assert (after["paymentStatus"], after["trackingNumber"]) == ("PAID", "RX1")
    assert sandbox.events(store_id) == [
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


def test_an_update_with_unchanged_values_counts_but_emits_nothing(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = place(sandbox, store_id)
    sandbox.subscribe(store_id, *EVENTS)

    assert put(sandbox, store_id, order["id"], paymentStatus="AWAITING_PAYMENT") == 1
    assert sandbox.events(store_id) == []


def test_an_update_matches_items_by_id(sandbox: SandboxClient, store_id: int) -> None:
    items = [{"name": n, "quantity": 1, "price": 5} for n in ("Mug", "Bowl")]
    order = place(sandbox, store_id, items=items)
    mug, bowl = order["items"]

    put(sandbox, store_id, order["id"], items=[{"id": bowl["id"], "quantity": 3}])

    (left,) = read(sandbox, store_id, order["id"])["items"]
    assert (left["id"], left["name"], left["quantity"]) == (bowl["id"], "Bowl", 3)
    assert mug["id"] != bowl["id"]


def test_an_update_with_an_unknown_status_is_rejected(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = place(sandbox, store_id)

    answer = sandbox.api(
        store_id, f"/orders/{order['id']}", method="PUT", json={"paymentStatus": "LOST"}
    )

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert read(sandbox, store_id, order["id"]) == order


def test_the_deletion_history_lists_both_ids_of_an_order(
    sandbox: SandboxClient, store_id: int
) -> None:
    order = place(sandbox, store_id)
    sandbox.subscribe(store_id, *EVENTS)

    answer = sandbox.api(store_id, f"/orders/{order['id']}", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert sandbox.api(store_id, f"/orders/{order['id']}").status_code == 404
    (gone,) = sandbox.list_items(store_id, "/orders/deleted")
    assert (gone["id"], gone["orderId"]) == (order["internalId"], order["id"])
    assert sandbox.events(store_id) == [
        ("order.deleted", order["internalId"], {"orderId": order["id"]})
    ]
