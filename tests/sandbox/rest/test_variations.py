"""Variations are read and written below their product, stock is moved by differences."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.outside import Outside, refusal

RED, BLUE = ([{"name": "Colour", "value": value}] for value in ("Red", "Blue"))


@pytest.fixture
def shirt(outside: Outside, store_id: int) -> int:
    """A product with one variation."""
    return outside.make_product(
        store_id, name="Shirt", combinations=[{"options": RED, "sku": "S-1", "quantity": 4}]
    )


def combinations(outside: Outside, store_id: int, product_id: int) -> list[dict[str, Any]]:
    """Return a product's variations."""
    found: list[dict[str, Any]] = outside.api(
        store_id, f"/products/{product_id}/combinations"
    ).json()
    return found


def test_variations_are_a_bare_list_and_part_of_the_product(
    outside: Outside, store_id: int, shirt: int
) -> None:
    product = outside.api(store_id, f"/products/{shirt}").json()

    assert combinations(outside, store_id, shirt) == product["combinations"]


def test_a_variation_is_added_and_its_product_changes(
    outside: Outside, store_id: int, shirt: int
) -> None:
    outside.listen(store_id, "product.updated")

    answer = outside.api(
        store_id, f"/products/{shirt}/combinations", method="POST", json={"options": BLUE}
    )

    red, blue = combinations(outside, store_id, shirt)
    assert answer.json() == {"id": blue["id"]}
    assert (blue["combinationNumber"], blue["unlimited"]) == (2, True)
    assert red["id"] != blue["id"]
    assert outside.events(store_id) == [("product.updated", shirt, {})]


def test_the_same_variation_twice_is_a_conflict(
    outside: Outside, store_id: int, shirt: int
) -> None:
    answer = outside.api(
        store_id, f"/products/{shirt}/combinations", method="POST", json={"options": RED}
    )

    assert refusal(answer) == (409, "COMBINATION_DUPLICATED")


def test_one_variation_is_read_changed_and_deleted(
    outside: Outside, store_id: int, shirt: int
) -> None:
    (red,) = combinations(outside, store_id, shirt)
    path = f"/products/{shirt}/combinations/{red['id']}"

    assert outside.api(store_id, path).json() == red
    changed = outside.api(store_id, path, method="PUT", json={"price": 30, "quantity": 0})
    assert changed.json() == {"updateCount": 1}
    after = outside.api(store_id, path).json()
    assert (after["price"], after["quantity"], after["inStock"]) == (30, 0, False)
    assert after["sku"] == "S-1"
    assert outside.api(store_id, path, method="DELETE").json() == {"deleteCount": 1}
    assert combinations(outside, store_id, shirt) == []
    assert refusal(outside.api(store_id, path)) == (404, "COMBINATION_NOT_FOUND")


def test_all_variations_are_deleted_at_once(outside: Outside, store_id: int, shirt: int) -> None:
    answer = outside.api(store_id, f"/products/{shirt}/combinations", method="DELETE")

    assert answer.json() == {"deleteCount": 1}
    assert combinations(outside, store_id, shirt) == []


@pytest.mark.parametrize(("delta", "left", "warns"), [(3, 7, False), (-9, -5, True)])
def test_stock_of_a_variation_is_moved_with_a_warning_below_zero(
    outside: Outside, store_id: int, shirt: int, delta: int, left: int, warns: bool
) -> None:
    (red,) = combinations(outside, store_id, shirt)
    path = f"/products/{shirt}/combinations/{red['id']}/inventory"

    answer = outside.api(store_id, path, method="PUT", json={"quantityDelta": delta}).json()

    assert answer["updateCount"] == 1
    assert ("warning" in answer) is warns
    assert combinations(outside, store_id, shirt)[0]["quantity"] == left


def test_variations_need_a_plan_that_has_them(outside: Outside, store_id: int, shirt: int) -> None:
    outside.control("PATCH", f"/stores/{store_id}", {"plan": "Venture"})
    path = f"/products/{shirt}/combinations"

    answer = outside.api(store_id, path, method="POST", json={"options": BLUE})
    product = outside.api(
        store_id, f"/products/{shirt}", method="PUT", json={"combinations": [{"options": BLUE}]}
    )

    expected = (402, "NOT_AVAILABLE_ON_CURRENT_PLAN")
    assert refusal(answer) == refusal(product) == expected


def test_no_more_than_two_hundred_variations_come_at_once(outside: Outside, store_id: int) -> None:
    many = [{"options": [{"name": "Size", "value": str(n)}]} for n in range(201)]

    answer = outside.api(
        store_id, "/products", method="POST", json={"name": "Bolt", "combinations": many}
    )

    assert refusal(answer) == (400, "COMBINATION_LIMIT_PER_REQUEST_EXCEEDED")


@pytest.mark.parametrize(
    ("field", "code"),
    [("sku", "SKU_ALREADY_EXISTS"), ("externalReferenceId", "EXTERNAL_ID_ALREADY_USED")],
)
def test_what_names_a_product_names_no_other(
    outside: Outside, store_id: int, field: str, code: str
) -> None:
    first = outside.make_product(store_id, **{field: "A-1"})
    other = outside.make_product(store_id)

    made = outside.api(store_id, "/products", method="POST", json={"name": "x", field: "A-1"})
    changed = outside.api(store_id, f"/products/{other}", method="PUT", json={field: "A-1"})
    same = outside.api(store_id, f"/products/{first}", method="PUT", json={field: "A-1"})

    assert refusal(made) == refusal(changed) == (409, code)
    assert same.json() == {"updateCount": 1}


def test_every_product_is_deleted_by_who_may(outside: Outside, store_id: int) -> None:
    ids = {outside.make_product(store_id) for _ in range(3)}

    answer = outside.api(store_id, "/products", method="DELETE")

    assert answer.status_code == 202
    assert outside.listed(store_id) == []
    assert {gone["id"] for gone in outside.listed(store_id, "/products/deleted")} == ids
