"""Tests for the simulated actions of store owner and shoppers."""

from __future__ import annotations

from typing import Any

import pytest

from portal.sandbox.actions import ACTIONS
from tests.sandbox.client import SandboxClient, page_text

ALL = tuple(
    f"{entity}.{what}"
    for entity in ("product", "order", "unfinished_order", "customer", "discount_coupon")
    for what in ("created", "updated", "deleted")
)
RECORDS = ("review.created", "invoice.created", "invoice.deleted")
REQUESTS = ("customer.personalDataRemovalRequest", "customer.personalDataExportRequest")
ACCOUNT = ("profile.updated", "profile.subscriptionStatusChanged", "application.uninstalled")
EMITTED: dict[str, set[str]] = {
    "rename-product": {"product.updated"},
    "change-price": {"product.updated"},
    "sell-out": {"product.updated"},
    "add-product": {"product.created"},
    "delete-product": {"product.deleted"},
    "create-coupon": {"discount_coupon.created"},
    "pause-coupon": {"discount_coupon.updated"},
    "place-order": {"order.created", "customer.created"},
    "place-order-with-coupon": {"order.created", "customer.created", "discount_coupon.updated"},
    "place-order-with-extras": {"order.created", "customer.created"},
    "abandon-cart": {"unfinished_order.created"},
    "create-invoice": {"invoice.created"},
    "delete-invoice": {"invoice.deleted"},
    "subscribe": set(),
    "write-review": {"review.created"},
    "register-customer": {"customer.created"},
    "request-data-export": {"customer.personalDataExportRequest"},
    "request-data-removal": {"customer.personalDataRemovalRequest"},
    "pay-order": {"order.updated"},
    "ship-order": {"order.updated"},
    "refund-order": {"order.updated"},
    "cancel-order": {"order.updated"},
    "downgrade": {"profile.updated", "profile.subscriptionStatusChanged"},
    "upgrade": {"profile.updated"},
    "toggle-suspension": {"profile.updated"},
    "revoke-scope": set(),
    "accept-invite": set(),
    "uninstall": {"application.uninstalled"},
}


@pytest.fixture
def shop_id(sandbox: SandboxClient) -> int:
    """Id of a store with sample data whose events are logged."""
    store_id = sandbox.make_store(products=20, orders=40, customers=10, coupons=8, seed=3)
    sandbox.connect(store_id)
    # An order that isn't paid yet.
    run(sandbox, store_id, "place-order")
    run(sandbox, store_id, "create-invoice")
    invite = {"email": "mo@staff.example"}
    assert sandbox.api(store_id, "/staff", method="POST", json=invite).ok
    sandbox.subscribe(store_id, *ALL, *ACCOUNT, *REQUESTS, *RECORDS)
    return store_id


def run(sandbox: SandboxClient, store_id: int, name: str) -> str:
    """Run an action and return its sentence."""
    answer = sandbox.admin("POST", f"/stores/{store_id}/actions/{name}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["message"])


def order_of(sandbox: SandboxClient, store_id: int, sentence: str) -> dict[str, Any]:
    """Return the order that a sentence mentions."""
    number = sentence.removeprefix("Order ").split()[0]
    order: dict[str, Any] = sandbox.api(store_id, f"/orders/{number}").json()
    return order


def test_the_table_covers_every_action() -> None:
    assert EMITTED.keys() == ACTIONS.keys()


@pytest.mark.parametrize("name", EMITTED)
def test_an_action_emits_its_events_and_returns_a_sentence(
    sandbox: SandboxClient, shop_id: int, name: str
) -> None:
    sentence = run(sandbox, shop_id, name)

    # Some products have unlimited stock, so an order doesn't always change one.
    emitted = {event for event, _, _ in sandbox.events(shop_id)}
    assert EMITTED[name] <= emitted <= EMITTED[name] | {"product.updated"}
    assert sentence.endswith(".")


def test_an_order_with_a_coupon_is_discounted(sandbox: SandboxClient) -> None:
    # A sample coupon may exclude the random product, so the store has none.
    store_id = sandbox.make_store(products=20, seed=3)
    sandbox.connect(store_id)

    order = order_of(sandbox, store_id, run(sandbox, store_id, "place-order-with-coupon"))

    coupon = sandbox.api(store_id, f"/discount_coupons/{order['discountCoupon']['code']}").json()
    assert order["couponDiscount"] > 0
    assert coupon["orderCount"] == 1
    shipping = order["shippingOption"]["shippingRate"]
    assert order["total"] == pytest.approx(order["subtotal"] + shipping - order["couponDiscount"])


def test_an_order_with_extras_has_every_amount(sandbox: SandboxClient, shop_id: int) -> None:
    order = order_of(sandbox, shop_id, run(sandbox, shop_id, "place-order-with-extras"))

    assert order["handlingFee"]["value"] == 3.5
    assert [(s["id"], s["total"]) for s in order["customSurcharges"]] == [("tips", 2)]
    assert order["discountInfo"][0]["description"] == "Thanks for coming back"
    assert order["items"][0]["taxes"][0]["name"] == "VAT"
    shipping = order["shippingOption"]["shippingRate"]
    assert order["total"] == pytest.approx(order["subtotal"] - order["discount"] + shipping + 5.5)


def test_a_refund_has_amount_and_reason(sandbox: SandboxClient, shop_id: int) -> None:
    sentence = run(sandbox, shop_id, "refund-order")

    number = sentence.partition("order ")[2].split()[0]
    order = sandbox.api(shop_id, f"/orders/{number}").json()
    refund = order["refunds"][-1]
    assert order["paymentStatus"] == "PARTIALLY_REFUNDED"
    assert order["refundedAmount"] == sum(found["amount"] for found in order["refunds"])
    assert sentence.endswith(f"{refund['reason']}.")


def test_a_canceled_or_deleted_order_gives_the_use_of_its_coupon_back(
    sandbox: SandboxClient,
) -> None:
    store_id = sandbox.make_store(products=20)
    sandbox.connect(store_id)
    coupon = {"code": "ONE", "discountType": "PERCENT", "discount": 5, "usesLimit": "SINGLE"}
    sandbox.api(store_id, "/discount_coupons", method="POST", json=coupon)
    number = order_of(sandbox, store_id, run(sandbox, store_id, "place-order-with-coupon"))["id"]

    def uses() -> tuple[int, str]:
        found = sandbox.api(store_id, "/discount_coupons/ONE").json()
        return found["orderCount"], found["status"]

    def change(method: str, **fields: str) -> None:
        assert sandbox.api(store_id, f"/orders/{number}", method=method, json=fields).ok

    seen = [uses()]
    for status in ("CANCELLED", "PAID", "REFUNDED"):
        change("PUT", paymentStatus=status)
        seen.append(uses())
    change("DELETE")

    used, free = (1, "USEDUP"), (0, "ACTIVE")
    assert [*seen, uses()] == [used, free, used, used, free]


def test_a_deleted_coupon_has_no_use_to_give_back(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=20)
    sandbox.connect(store_id)
    number = order_of(sandbox, store_id, run(sandbox, store_id, "place-order-with-coupon"))["id"]
    sandbox.api(store_id, "/discount_coupons/THANKYOU-10", method="DELETE")

    answer = sandbox.api(store_id, f"/orders/{number}", method="DELETE")

    assert answer.json() == {"deleteCount": 1}


def test_a_coupon_order_creates_a_missing_coupon(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=3)
    sandbox.connect(store_id)

    first = run(sandbox, store_id, "place-order-with-coupon")
    second = run(sandbox, store_id, "place-order-with-coupon")

    assert "with the coupon THANKYOU-10" in first
    assert "with the coupon THANKYOU-10" in second


@pytest.mark.parametrize(
    ("name", "resource"),
    [("rename-product", "product"), ("pay-order", "order"), ("pause-coupon", "coupon")],
)
def test_an_action_without_a_suitable_record_is_a_404(
    sandbox: SandboxClient, store_id: int, name: str, resource: str
) -> None:
    answer = sandbox.admin("POST", f"/stores/{store_id}/actions/{name}")

    assert answer.status_code == 404
    assert answer.json()["error"] == f"the store has no {resource} for this action"


@pytest.mark.parametrize("name", ["revoke-scope", "uninstall"])
def test_an_app_action_without_the_app_is_a_404(sandbox: SandboxClient, name: str) -> None:
    answer = sandbox.admin("POST", f"/stores/{sandbox.make_store()}/actions/{name}")

    assert answer.status_code == 404


def test_an_unknown_action_is_a_404(sandbox: SandboxClient, store_id: int) -> None:
    assert sandbox.admin("POST", f"/stores/{store_id}/actions/unknown").status_code == 404


def test_revoking_a_scope_removes_it_from_the_token(sandbox: SandboxClient, shop_id: int) -> None:
    before = set(sandbox.admin("GET", f"/stores/{shop_id}").json()["scopes"])

    sentence = run(sandbox, shop_id, "revoke-scope")

    (gone,) = before - set(sandbox.admin("GET", f"/stores/{shop_id}").json()["scopes"])
    assert gone in sentence


def test_the_page_shows_the_result_of_an_action(sandbox: SandboxClient, shop_id: int) -> None:
    answer = sandbox.call("POST", f"/_sandbox/stores/{shop_id}/actions/downgrade")

    assert answer.status_code == 303
    shown = page_text(sandbox.call("GET", f"/_sandbox/stores/{shop_id}"))
    assert shown.startswith("The store is now on the plan Free.")


@pytest.mark.parametrize("resource", ["products", "orders", "customers", "coupons"])
def test_every_list_page_handles_search_and_pagination(
    sandbox: SandboxClient, shop_id: int, resource: str
) -> None:
    path = f"/_sandbox/stores/{shop_id}/{resource}"

    listed = page_text(sandbox.call("GET", path))
    nothing = page_text(sandbox.call("GET", path, params={"q": "%<"}))
    beyond = page_text(sandbox.call("GET", path, params={"page": "99"}))

    assert "Search" in listed
    assert "Nothing matches “%<”." in nothing
    assert "This page is past the end of the list." in beyond


@pytest.mark.parametrize(
    ("resource", "sentence"),
    [
        ("products", "No products yet."),
        ("orders", "No orders yet."),
        ("customers", "No customers yet."),
        ("coupons", "No coupons yet."),
    ],
)
def test_an_empty_list_shows_a_hint(
    sandbox: SandboxClient, store_id: int, resource: str, sentence: str
) -> None:
    assert sentence in page_text(sandbox.call("GET", f"/_sandbox/stores/{store_id}/{resource}"))


def test_the_order_page_shows_changes_and_deletes_an_order(
    sandbox: SandboxClient, shop_id: int
) -> None:
    order = order_of(sandbox, shop_id, run(sandbox, shop_id, "place-order"))
    path = f"/_sandbox/stores/{shop_id}/orders/{order['id']}"
    form = {"paymentStatus": "PAID", "fulfillmentStatus": "SHIPPED", "trackingNumber": "RX1"}

    shown = page_text(sandbox.call("GET", path))
    assert order["email"] in shown
    assert order["items"][0]["name"] in shown
    sandbox.call("POST", path, data=form)
    assert sandbox.api(shop_id, f"/orders/{order['id']}").json()["trackingNumber"] == "RX1"
    sandbox.call("POST", path, data=form)
    assert "Nothing changed." in page_text(sandbox.call("GET", path))
    sandbox.call("POST", path, data={"action": "delete"})
    assert sandbox.call("GET", path).status_code == 404
