"""Tests for variations, their stock and their limits."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of

RED, BLUE = ([{"name": "Color", "value": value}] for value in ("Red", "Blue"))


@pytest.fixture
def shirt(sandbox: SandboxClient, store_id: int) -> int:
    """Id of a product with one variation."""
    return sandbox.make_product(
        store_id, name="Shirt", combinations=[{"options": RED, "sku": "S-1", "quantity": 4}]
    )


def combinations(sandbox: SandboxClient, store_id: int, product_id: int) -> list[dict[str, Any]]:
    """Return the variations of a product."""
    found: list[dict[str, Any]] = sandbox.api(
        store_id, f"/products/{product_id}/combinations"
    ).json()
    return found


def test_variations_are_a_plain_list_and_part_of_the_product(
    sandbox: SandboxClient, store_id: int, shirt: int
) -> None:
    product = sandbox.api(store_id, f"/products/{shirt}").json()

    assert combinations(sandbox, store_id, shirt) == product["combinations"]


def test_adding_a_variation_updates_the_product(
    sandbox: SandboxClient, store_id: int, shirt: int
) -> None:
    sandbox.subscribe(store_id, "product.updated")

    answer = sandbox.api(
        store_id, f"/products/{shirt}/combinations", method="POST", json={"options": BLUE}
    )

    red, blue = combinations(sandbox, store_id, shirt)
    assert answer.json() == {"id": blue["id"]}
    assert (blue["combinationNumber"], blue["unlimited"]) == (2, True)
    assert red["id"] != blue["id"]
    assert sandbox.events(store_id) == [("product.updated", shirt, {})]


def test_a_duplicate_variation_is_a_conflict(
    sandbox: SandboxClient, store_id: int, shirt: int
) -> None:
    answer = sandbox.api(
        store_id, f"/products/{shirt}/combinations", method="POST", json={"options": RED}
    )

    assert error_of(answer) == (409, "COMBINATION_DUPLICATED")


def test_a_variation_can_be_read_changed_and_deleted(
    sandbox: SandboxClient, store_id: int, shirt: int
) -> None:
    (red,) = combinations(sandbox, store_id, shirt)
    path = f"/products/{shirt}/combinations/{red['id']}"

    assert sandbox.api(store_id, path).json() == red
    changed = sandbox.api(store_id, path, method="PUT", json={"price": 30, "quantity": 0})
    assert changed.json() == {"updateCount": 1}
    after = sandbox.api(store_id, path).json()
    assert (after["price"], after["quantity"], after["inStock"]) == (30, 0, False)
    assert after["sku"] == "S-1"
    assert sandbox.api(store_id, path, method="DELETE").json() == {"deleteCount": 1}
    assert combinations(sandbox, store_id, shirt) == []
    assert error_of(sandbox.api(store_id, path)) == (404, "COMBINATION_NOT_FOUND")


def test_all_variations_can_be_deleted_in_one_call(
    sandbox: SandboxClient, store_id: int, shirt: int
) -> None:
    answer = sandbox.api(store_id, f"/products/{shirt}/combinations", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert combinations(sandbox, store_id, shirt) == []


@pytest.mark.parametrize(("delta", "quantity", "warns"), [(3, 7, False), (-9, -5, True)])
def test_changing_a_variations_stock_below_zero_returns_a_warning(
    sandbox: SandboxClient, store_id: int, shirt: int, delta: int, quantity: int, warns: bool
) -> None:
    (red,) = combinations(sandbox, store_id, shirt)
    path = f"/products/{shirt}/combinations/{red['id']}/inventory"

    answer = sandbox.api(store_id, path, method="PUT", json={"quantityDelta": delta}).json()

    assert answer["updateCount"] == 1
    assert ("warning" in answer) is warns
    assert combinations(sandbox, store_id, shirt)[0]["quantity"] == quantity


def test_variations_require_a_plan_with_the_feature(
    sandbox: SandboxClient, store_id: int, shirt: int
) -> None:
    sandbox.admin("PATCH", f"/stores/{store_id}", {"plan": "Venture"})
    path = f"/products/{shirt}/combinations"

    answer = sandbox.api(store_id, path, method="POST", json={"options": BLUE})
    product = sandbox.api(
        store_id, f"/products/{shirt}", method="PUT", json={"combinations": [{"options": BLUE}]}
    )

    expected = (402, "NOT_AVAILABLE_ON_CURRENT_PLAN")
    assert error_of(answer) == error_of(product) == expected


def test_more_than_200_variations_in_one_request_are_rejected(
    sandbox: SandboxClient, store_id: int
) -> None:
    many = [{"options": [{"name": "Size", "value": str(n)}]} for n in range(201)]

    answer = sandbox.api(
        store_id, "/products", method="POST", json={"name": "Bolt", "combinations": many}
    )

    assert error_of(answer) == (400, "COMBINATION_LIMIT_PER_REQUEST_EXCEEDED")


@pytest.mark.parametrize(
    ("field", "code"),
    [("sku", "SKU_ALREADY_EXISTS"), ("externalReferenceId", "EXTERNAL_ID_ALREADY_USED")],
)
def test_sku_and_external_reference_are_unique(
    sandbox: SandboxClient, store_id: int, field: str, code: str
) -> None:
    first = sandbox.make_product(store_id, **{field: "A-1"})
    other = sandbox.make_product(store_id)

    made = sandbox.api(store_id, "/products", method="POST", json={"name": "x", field: "A-1"})
    changed = sandbox.api(store_id, f"/products/{other}", method="PUT", json={field: "A-1"})
    same = sandbox.api(store_id, f"/products/{first}", method="PUT", json={field: "A-1"})

    assert error_of(made) == error_of(changed) == (409, code)
    assert same.json() == {"updateCount": 1}


def test_all_products_can_be_deleted_in_one_call(sandbox: SandboxClient, store_id: int) -> None:
    ids = {sandbox.make_product(store_id) for _ in range(3)}

    answer = sandbox.api(store_id, "/products", method="DELETE")

    assert answer.status_code == 202
    assert sandbox.list_items(store_id) == []
    assert {gone["id"] for gone in sandbox.list_items(store_id, "/products/deleted")} == ids


def test_displayed_price_has_the_modifiers_of_the_variation_and_of_preselected_options(
    sandbox: SandboxClient, store_id: int
) -> None:
    def option(name: str, kind: str, prices: dict[str, Any], **fields: Any) -> dict[str, Any]:
        choices = [
            {"text": text, "priceModifier": price, "priceModifierType": kind}
            for text, price in prices.items()
        ]
        return {"type": "SELECT", "name": name, "choices": choices, **fields}

    product = sandbox.make_product(
        store_id,
        name="Shirt",
        price=20,
        options=[
            option("Color", "PERCENT", {"Red": 10, "Blue": 0}),
            option("Gift wrap", "ABSOLUTE", {"none": 0, "box": 5}, defaultChoice=1),
            {"name": "Text", "type": "TEXTFIELD"},
        ],
        combinations=[{"options": RED, "weight": 2.5}, {"options": BLUE, "price": 30}],
    )
    path = f"/products/{product}"
    red, _ = combinations(sandbox, store_id, product)

    sandbox.api(store_id, f"{path}/combinations/{red['id']}", method="PUT", json={"price": 40})
    before, after = red, sandbox.api(store_id, path).json()

    assert (before["defaultDisplayedPrice"], before["weight"]) == (27, 2.5)
    assert "price" not in before
    assert after["defaultDisplayedPrice"] == 25
    assert [c["defaultDisplayedPrice"] for c in after["combinations"]] == [49, 35]
