"""Tests for the endpoints of shipping options and payment options."""

from __future__ import annotations

import pytest

from tests.sandbox.client import SandboxClient, error_of


@pytest.mark.parametrize(
    ("path", "title", "known"),
    [
        ("/profile/shippingOptions", "title", ["standard", "express", "pickup"]),
        ("/profile/paymentOptions", "checkoutTitle", ["bank-transfer", "card"]),
    ],
)
def test_options_are_created_changed_and_deleted(
    sandbox: SandboxClient, store_id: int, path: str, title: str, known: list[str]
) -> None:
    before = [option["id"] for option in sandbox.api(store_id, path).json()]
    made = sandbox.api(store_id, path, method="POST", json={title: "Bike"}).json()
    own = f"{path}/{made['id']}"
    changed = sandbox.api(store_id, own, method="PUT", json={"enabled": False})
    option = sandbox.api(store_id, own).json()
    deleted = sandbox.api(store_id, own, method="DELETE")

    assert before == known
    assert (option["id"], option[title], option["enabled"]) == (made["id"], "Bike", False)
    assert (changed.json(), deleted.json()) == ({"updateCount": 1}, {"deleteCount": 1})
    assert [kept["id"] for kept in sandbox.api(store_id, path).json()] == known
    assert error_of(sandbox.api(store_id, own)) == (404, "")


def test_an_option_without_a_title_is_refused(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(
        store_id, "/profile/shippingOptions", method="POST", json={"enabled": True}
    )

    assert error_of(answer) == (400, "WRONG_PARAMETER")
    assert answer.json()["errorMessage"] == "Field ShippingOption.title is absent"


def test_only_shipping_options_have_a_fulfillment_type(
    sandbox: SandboxClient, store_id: int
) -> None:
    shipping = sandbox.api(store_id, "/profile/shippingOptions").json()
    payment = sandbox.api(store_id, "/profile/paymentOptions").json()

    assert all("fulfilmentType" in option for option in shipping)
    assert not any("fulfilmentType" in option for option in payment)
