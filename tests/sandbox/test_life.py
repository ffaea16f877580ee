"""Whatever can happen in a store's life happens by one click, and is told."""

from __future__ import annotations

from typing import Any

import pytest

from portal.sandbox.life import LIFE_EVENTS
from tests.sandbox.outside import Outside, words

ALL = tuple(
    f"{entity}.{what}"
    for entity in ("product", "order", "unfinished_order", "customer", "discount_coupon")
    for what in ("created", "updated", "deleted")
)
REQUESTS = ("customer.personalDataRemovalRequest", "customer.personalDataExportRequest")
ACCOUNT = ("profile.updated", "profile.subscriptionStatusChanged", "application.uninstalled")
CAUSED: dict[str, set[str]] = {
    "rename-product": {"product.updated"},
    "change-price": {"product.updated"},
    "sell-out": {"product.updated"},
    "add-product": {"product.created"},
    "delete-product": {"product.deleted"},
    "make-coupon": {"discount_coupon.created"},
    "pause-coupon": {"discount_coupon.updated"},
    "place-order": {"order.created", "customer.created"},
    "place-order-with-coupon": {"order.created", "customer.created", "discount_coupon.updated"},
    "leave-cart": {"unfinished_order.created"},
    "register-customer": {"customer.created"},
    "ask-for-data": {"customer.personalDataExportRequest"},
    "ask-to-be-forgotten": {"customer.personalDataRemovalRequest"},
    "pay-order": {"order.updated"},
    "ship-order": {"order.updated"},
    "cancel-order": {"order.updated"},
    "downgrade": {"profile.updated", "profile.subscriptionStatusChanged"},
    "upgrade": {"profile.updated"},
    "suspend": {"profile.updated"},
    "revoke-scope": set(),
    "uninstall": {"application.uninstalled"},
}


@pytest.fixture
def shop_id(outside: Outside) -> int:
    """A shop that has sold and is listened to."""
    store_id = outside.make_store(products=20, orders=40, customers=10, coupons=8, seed=3)
    outside.connect(store_id)
    # One that isn't paid yet.
    happen(outside, store_id, "place-order")
    outside.listen(store_id, *ALL, *ACCOUNT, *REQUESTS)
    return store_id


def happen(outside: Outside, store_id: int, name: str) -> str:
    """Let something happen; return the sentence that tells it."""
    answer = outside.control("POST", f"/stores/{store_id}/life/{name}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["happened"])


def order_of(outside: Outside, store_id: int, sentence: str) -> dict[str, Any]:
    """Return the order that a sentence names."""
    number = sentence.removeprefix("Order ").split()[0]
    order: dict[str, Any] = outside.api(store_id, f"/orders/{number}").json()
    return order


def test_the_table_of_consequences_is_whole() -> None:
    assert CAUSED.keys() == LIFE_EVENTS.keys()


@pytest.mark.parametrize("name", CAUSED)
def test_what_happens_causes_its_events_and_is_told(
    outside: Outside, shop_id: int, name: str
) -> None:
    sentence = happen(outside, shop_id, name)

    # A sale may lower stock, or not: some products are unlimited.
    caused = {kind for kind, _, _ in outside.events(shop_id)}
    assert CAUSED[name] <= caused <= CAUSED[name] | {"product.updated"}
    assert sentence.endswith(".")


def test_an_order_with_a_coupon_takes_its_share_off(outside: Outside, shop_id: int) -> None:
    order = order_of(outside, shop_id, happen(outside, shop_id, "place-order-with-coupon"))

    coupon = outside.api(shop_id, f"/discount_coupons/{order['discountCoupon']['code']}").json()
    assert order["couponDiscount"] > 0
    assert coupon["orderCount"] == 1
    shipping = order["shippingOption"]["shippingRate"]
    assert order["total"] == pytest.approx(order["subtotal"] + shipping - order["couponDiscount"])


def test_a_store_without_coupons_gets_one_for_the_order(outside: Outside) -> None:
    store_id = outside.make_store(products=3)
    outside.connect(store_id)

    first = happen(outside, store_id, "place-order-with-coupon")
    second = happen(outside, store_id, "place-order-with-coupon")

    assert "with the coupon THANKYOU-10" in first
    assert "with the coupon THANKYOU-10" in second


@pytest.mark.parametrize(
    ("name", "thing"),
    [("rename-product", "product"), ("pay-order", "order"), ("pause-coupon", "coupon")],
)
def test_nothing_happens_where_there_is_nothing(
    outside: Outside, store_id: int, name: str, thing: str
) -> None:
    answer = outside.control("POST", f"/stores/{store_id}/life/{name}")

    assert answer.status_code == 404
    assert answer.json()["error"] == f"the store has no {thing} that this could happen to"


@pytest.mark.parametrize("name", ["revoke-scope", "uninstall"])
def test_an_app_that_is_not_there_loses_nothing(outside: Outside, name: str) -> None:
    answer = outside.control("POST", f"/stores/{outside.make_store()}/life/{name}")

    assert answer.status_code == 404


def test_what_nobody_knows_cannot_happen(outside: Outside, store_id: int) -> None:
    assert outside.control("POST", f"/stores/{store_id}/life/flood").status_code == 404


def test_a_revoked_scope_is_refused_from_then_on(outside: Outside, shop_id: int) -> None:
    before = set(outside.control("GET", f"/stores/{shop_id}").json()["scopes"])

    sentence = happen(outside, shop_id, "revoke-scope")

    (gone,) = before - set(outside.control("GET", f"/stores/{shop_id}").json()["scopes"])
    assert gone in sentence


def test_a_click_is_answered_on_the_page(outside: Outside, shop_id: int) -> None:
    answer = outside.call("POST", f"/_sandbox/stores/{shop_id}/life/downgrade")

    assert answer.status_code == 303
    shown = words(outside.call("GET", f"/_sandbox/stores/{shop_id}"))
    assert shown.startswith("The store is on the plan Free now.")


@pytest.mark.parametrize("kind", ["products", "orders", "customers", "coupons"])
def test_every_kind_is_listed_searched_and_has_an_end(
    outside: Outside, shop_id: int, kind: str
) -> None:
    path = f"/_sandbox/stores/{shop_id}/{kind}"

    listed = words(outside.call("GET", path))
    nothing = words(outside.call("GET", path, params={"q": "%<"}))
    beyond = words(outside.call("GET", path, params={"page": "99"}))

    assert "Search" in listed
    assert "Nothing matches “%<”." in nothing
    assert "The list ends before this page." in beyond


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("products", "No product yet."),
        ("orders", "Nobody has bought anything yet."),
        ("customers", "No customer yet."),
        ("coupons", "No coupon yet."),
    ],
)
def test_an_empty_list_says_so(outside: Outside, store_id: int, kind: str, sentence: str) -> None:
    assert sentence in words(outside.call("GET", f"/_sandbox/stores/{store_id}/{kind}"))


def test_an_order_is_seen_changed_and_deleted(outside: Outside, shop_id: int) -> None:
    order = order_of(outside, shop_id, happen(outside, shop_id, "place-order"))
    path = f"/_sandbox/stores/{shop_id}/orders/{order['id']}"
    form = {"paymentStatus": "PAID", "fulfillmentStatus": "SHIPPED", "trackingNumber": "RX1"}

    shown = words(outside.call("GET", path))
    assert order["email"] in shown
    assert order["items"][0]["name"] in shown
    outside.call("POST", path, data=form)
    assert outside.api(shop_id, f"/orders/{order['id']}").json()["trackingNumber"] == "RX1"
    outside.call("POST", path, data=form)
    assert "That says nothing new." in words(outside.call("GET", path))
    outside.call("POST", path, data={"action": "delete"})
    assert outside.call("GET", path).status_code == 404
