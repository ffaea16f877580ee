"""Tests for the endpoints of recurring subscriptions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

ORDER = {
    "subtotal": 20,
    "total": 20,
    "email": "ada@shopper.example",
    "paymentStatus": "PAID",
    "fulfillmentStatus": "SHIPPED",
    "items": [{"name": "Coffee", "price": 20, "quantity": 1, "productId": 7}],
}


@pytest.fixture(scope="module")
def shop_id(sandbox: SandboxClient) -> int:
    """Id of a store with one order and one subscription."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    assert sandbox.api(store_id, "/orders", method="POST", json=ORDER).ok
    assert sandbox.admin("POST", f"/stores/{store_id}/actions/subscribe").ok
    return store_id


def subscription(sandbox: SandboxClient, store_id: int) -> dict[str, Any]:
    """Return the store's only subscription."""
    (found,) = sandbox.list_items(store_id, "/subscriptions")
    return found


def test_a_subscription_repeats_its_order(sandbox: SandboxClient, shop_id: int) -> None:
    found = subscription(sandbox, shop_id)

    order = sandbox.list_items(shop_id, "/orders")[0]
    path = f"/subscriptions/{found['subscriptionId']}"
    assert sandbox.api(shop_id, path).json() == found
    assert found["orderTemplate"]["items"] == order["items"]
    assert found["orders"][0]["id"] == order["internalId"]
    assert found["customerId"] == order["customerId"]
    assert "id" not in found


def test_a_subscription_is_changed_and_canceled(sandbox: SandboxClient, shop_id: int) -> None:
    path = f"/subscriptions/{subscription(sandbox, shop_id)['subscriptionId']}"
    weekly = {"recurringInterval": "WEEK", "recurringIntervalCount": 2}
    later = {"nextCharge": "2030-01-02", "chargeSettings": weekly}

    answers = [
        sandbox.api(shop_id, path, method="PUT", json=fields).json()
        for fields in (later, {"status": "CANCELLED"})
    ]
    found = sandbox.api(shop_id, path).json()

    assert answers == [{"updateCount": 1}] * 2
    assert (found["nextCharge"], found["chargeSettings"]) == ("2030-01-02 00:00:00 +0000", weekly)
    assert (found["status"], found["cancelled"]) == ("CANCELLED", found["statusUpdated"])


@pytest.mark.parametrize(
    ("params", "is_found"),
    [
        ({"createdFrom": "2020-01-01", "updatedFrom": "1", "nextChargeFrom": "1"}, True),
        ({"email": "ADA@shopper.example", "productId": "7"}, True),
        ({"createdTo": "1"}, False),
        ({"updatedTo": "1"}, False),
        ({"nextChargeTo": "1"}, False),
        ({"id": "7"}, False),
        ({"customerId": "7"}, False),
        ({"productId": "8"}, False),
        ({"orderId": "NONE"}, False),
        ({"status": "LAST_CHARGE_FAILED"}, False),
        ({"recurringInterval": "DAY"}, False),
        ({"recurringIntervalCount": "7"}, False),
        ({"offset": "1"}, False),
    ],
    ids=str,
)
def test_subscriptions_are_searched(
    sandbox: SandboxClient, shop_id: int, params: dict[str, str], is_found: bool
) -> None:
    found = sandbox.list_items(shop_id, "/subscriptions", **params)

    assert len(found) == int(is_found)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        {"status": "PAUSED"},
        {"status": ["ACTIVE"]},
        {"nextCharge": 7},
        {"nextCharge": "soon"},
        {"chargeSettings": "WEEK"},
        {"chargeSettings": {"recurringInterval": ["DAY"]}},
        {"chargeSettings": {"recurringInterval": "DAY", "recurringIntervalCount": 3}},
    ],
    ids=str,
)
def test_invalid_changes_are_refused(sandbox: SandboxClient, shop_id: int, fields: object) -> None:
    path = f"/subscriptions/{subscription(sandbox, shop_id)['subscriptionId']}"

    answer = sandbox.api(shop_id, path, method="PUT", json=fields)

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/subscriptions/7", 404),
        ("PUT", "/subscriptions/7", 404),
        ("GET", "/subscriptions?status=PAUSED", 400),
        ("GET", "/subscriptions?createdFrom=soon", 400),
    ],
)
def test_wrong_calls_are_refused(
    sandbox: SandboxClient, shop_id: int, method: str, path: str, status: int
) -> None:
    assert sandbox.api(shop_id, path, method=method, json={}).status_code == status
