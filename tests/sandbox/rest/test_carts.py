"""Tests for the endpoints of abandoned carts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

CART = {
    "subtotal": 20,
    "total": 20,
    "email": "Ada@shopper.example",
    "paymentStatus": "INCOMPLETE",
    "fulfillmentStatus": "AWAITING_PROCESSING",
}


def make_cart(sandbox: SandboxClient, store_id: int, **fields: Any) -> str:
    """Leave a cart and return its id."""
    answer = sandbox.api(store_id, "/orders", method="POST", json=CART | fields)
    assert answer.status_code == 200, answer.text
    newest = sandbox.list_items(store_id, "/carts")[0]
    return str(newest["cartId"])


def cart_ids(sandbox: SandboxClient, store_id: int, **params: str) -> list[str]:
    """Return the ids of the carts that a search finds."""
    return [cart["cartId"] for cart in sandbox.list_items(store_id, "/carts", **params)]


def test_a_cart_that_an_action_leaves_can_be_read(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=2)
    sandbox.connect(store_id)
    sandbox.subscribe(store_id, "unfinished_order.created")

    sandbox.admin("POST", f"/stores/{store_id}/actions/abandon-cart")

    ((_, entity_id, data),) = sandbox.events(store_id)
    cart = sandbox.api(store_id, f"/carts/{data['cartId']}").json()
    assert cart["cartId"] == data["cartId"]
    assert cart["total"] > 0
    assert cart["items"]
    assert not cart.keys() & {"id", "orderNumber", "paymentStatus", "fulfillmentStatus"}
    order = sandbox.api(store_id, f"/orders/{data['orderId']}").json()
    assert (order["internalId"], order["paymentStatus"]) == (entity_id, "INCOMPLETE")


def test_a_placed_cart_is_an_order(sandbox: SandboxClient, store_id: int) -> None:
    sandbox.subscribe(store_id, "order.created", "unfinished_order.deleted")
    path = f"/carts/{make_cart(sandbox, store_id)}"

    placed = sandbox.api(store_id, f"{path}/place", method="POST").json()
    again = sandbox.api(store_id, f"{path}/place", method="POST")

    order = sandbox.api(store_id, f"/orders/{placed['id']}").json()
    assert placed == {name: order[name] for name in ("id", "orderNumber", "vendorOrderNumber")}
    assert order["paymentStatus"] == "AWAITING_PAYMENT"
    assert order["customerId"]
    assert error_of(again) == (404, "ORDER_NOT_FOUND")
    assert cart_ids(sandbox, store_id) == []
    assert [event for event, _, _ in sandbox.events(store_id)] == ["order.created"]


@pytest.mark.parametrize(
    ("params", "found"),
    [
        ({}, ["bea", "ada"]),
        ({"email": "ada@shopper.example"}, ["ada"]),
        ({"customer": "bea"}, ["bea"]),
        ({"totalFrom": "25"}, ["bea"]),
        ({"createdTo": "1"}, []),
        ({"showHidden": "true"}, ["bea", "ada"]),
        ({"showHidden": "false"}, ["ada"]),
        ({"limit": "1"}, ["bea"]),
    ],
    ids=str,
)
def test_carts_are_searched(
    sandbox: SandboxClient, carts: dict[str, str], params: dict[str, str], found: list[str]
) -> None:
    ids = cart_ids(sandbox, int(carts["store"]), **params)

    assert ids == [carts[name] for name in found]


@pytest.fixture(scope="module")
def carts(sandbox: SandboxClient) -> dict[str, str]:
    """Ids of the carts of a store; the one of Bea is hidden. The store also has an order."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    sandbox.api(store_id, "/orders", method="POST", json=CART | {"paymentStatus": "PAID"})
    ada = make_cart(sandbox, store_id)
    bea = make_cart(sandbox, store_id, email="bea@shopper.example", total=30)
    answer = sandbox.api(store_id, f"/carts/{bea}", method="PUT", json={"hidden": True})
    assert answer.json() == {"updateCount": 1}
    return {"store": str(store_id), "ada": ada, "bea": bea}


@pytest.mark.parametrize(
    "fields",
    [
        [],
        {"hidden": "yes"},
        {"taxesOnShipping": ["x"]},
        {"b2b_b2c": "c2c"},
        {"customerFiscalCode": 7},
    ],
    ids=str,
)
def test_invalid_changes_are_refused(
    sandbox: SandboxClient, carts: dict[str, str], fields: object
) -> None:
    path = f"/carts/{carts['ada']}"

    answer = sandbox.api(int(carts["store"]), path, method="PUT", json=fields)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(("method", "end"), [("GET", ""), ("PUT", ""), ("POST", "/place")])
@pytest.mark.parametrize(
    "reference", ["1", "00000001-0000-4000-8000-000000000001", "{0}-0000-4000-8000-FFFFFFFFFFFF"]
)
def test_unknown_carts_are_not_found(
    sandbox: SandboxClient, store_id: int, method: str, end: str, reference: str
) -> None:
    path = f"/carts/{reference.format(f'{store_id:08X}')}{end}"

    answer = sandbox.api(store_id, path, method=method, json={})

    assert error_of(answer) == (404, "ORDER_NOT_FOUND")
