"""Tests of categories: hidden ones, and the products assigned to them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of


def add(sandbox: SandboxClient, store_id: int, **fields: Any) -> int:
    """Add a category and return its id."""
    answer = sandbox.api(store_id, "/categories", method="POST", json={"name": "Mugs"} | fields)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["id"])


def listed(sandbox: SandboxClient, store_id: int, **params: Any) -> dict[int, Any]:
    """Return the product ids, or None, of each category in a list."""
    items = sandbox.list_items(store_id, "/categories", **params)
    return {item["id"]: item.get("productIds") for item in items}


def products_of(sandbox: SandboxClient, store_id: int, category_id: int) -> Any:
    """Return the productIds of a single category, or None."""
    return sandbox.api(store_id, f"/categories/{category_id}").json().get("productIds")


def test_hidden_categories_are_listed_on_request_only(
    sandbox: SandboxClient, store_id: int
) -> None:
    shown, hidden = add(sandbox, store_id), add(sandbox, store_id, enabled=False)

    assert listed(sandbox, store_id).keys() >= {shown}
    assert hidden not in listed(sandbox, store_id)
    assert hidden not in listed(sandbox, store_id, hidden_categories="false")
    assert {shown, hidden} <= listed(sandbox, store_id, hidden_categories="true").keys()


def test_categories_are_found_by_words_of_name_and_description(
    sandbox: SandboxClient, store_id: int
) -> None:
    cups = add(sandbox, store_id, name="Oak cups")
    trays = add(sandbox, store_id, name="Trays", description="<p>Made of oak.</p>")

    assert listed(sandbox, store_id, keyword="OAK").keys() == {cups, trays}
    assert listed(sandbox, store_id, keyword="oak cup*").keys() == {cups}
    assert listed(sandbox, store_id, keyword="oa") == {}


def test_several_parents_are_searched_together(sandbox: SandboxClient, store_id: int) -> None:
    wood, clay, iron = (add(sandbox, store_id) for _ in range(3))
    spoon = add(sandbox, store_id, parentId=wood)
    small = add(sandbox, store_id, parentId=spoon)
    jug = add(sandbox, store_id, parentId=clay)
    add(sandbox, store_id, parentId=iron)

    joined = listed(sandbox, store_id, parent=wood, parentIds=f"{clay}")
    deep = listed(sandbox, store_id, parentIds=f"{wood},{clay}", withSubcategories="true")

    assert joined.keys() == {spoon, jug}
    assert deep.keys() == {spoon, small, jug}
    assert listed(sandbox, store_id, parentIds="none") == {}


@pytest.mark.parametrize("name", ["productIds", "returnProductIds"])
def test_a_list_contains_product_ids_on_request_only(
    sandbox: SandboxClient, store_id: int, name: str
) -> None:
    full, empty = add(sandbox, store_id), add(sandbox, store_id)
    first = sandbox.make_product(store_id, categoryIds=[full])
    second = sandbox.make_product(store_id, categoryIds=[full], enabled=False)

    plain = listed(sandbox, store_id)
    detailed = listed(sandbox, store_id, **{name: "true"})

    assert (plain[full], plain[empty]) == (None, None)
    assert (detailed[full], detailed[empty]) == ([first, second], None)
    assert products_of(sandbox, store_id, full) == [first, second]


def test_the_products_of_a_category_can_be_set(sandbox: SandboxClient, store_id: int) -> None:
    mug, bowl, jug = (sandbox.make_product(store_id) for _ in range(3))
    category = add(sandbox, store_id, productIds=[mug, bowl])
    assert products_of(sandbox, store_id, category) == [mug, bowl]

    answer = sandbox.api(
        store_id, f"/categories/{category}", method="PUT", json={"productIds": [bowl, jug]}
    )

    assert answer.json() == {"updateCount": 1}
    assert products_of(sandbox, store_id, category) == [bowl, jug]
    assert sandbox.api(store_id, f"/products/{mug}").json()["categoryIds"] == []


def test_products_can_be_assigned_and_unassigned(sandbox: SandboxClient, store_id: int) -> None:
    mug, bowl = sandbox.make_product(store_id), sandbox.make_product(store_id)
    other, category = add(sandbox, store_id, productIds=[mug]), add(sandbox, store_id)
    sandbox.subscribe(store_id, "category.updated", "product.updated")

    def call(action: str, *ids: int) -> Any:
        path = f"/categories/{category}/{action}"
        return sandbox.api(store_id, path, method="POST", json={"productIds": ids}).json()

    assert call("assignProducts", mug, bowl) == {"updateCount": 1}
    assert call("assignProducts", mug) == {"updateCount": 0}
    assert sandbox.api(store_id, f"/products/{mug}").json()["categoryIds"] == [other, category]
    assert call("unassignProducts", mug) == {"deleteCount": 1}
    assert call("unassignProducts", mug) == {"deleteCount": 0}

    assert products_of(sandbox, store_id, category) == [bowl]
    assert [event[:2] for event in sandbox.events(store_id)] == [
        ("product.updated", mug),
        ("product.updated", bowl),
        ("category.updated", category),
        ("product.updated", mug),
        ("category.updated", category),
    ]


@pytest.mark.parametrize("action", ["assignProducts", "unassignProducts"])
@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({}, (400, "WRONG_PARAMETER")),
        ({"productIds": []}, (400, "WRONG_PARAMETER")),
        ({"productIds": ["5"]}, (400, "WRONG_PARAMETER")),
        ({"productIds": list(range(2_001))}, (400, "WRONG_PARAMETER")),
        ({"productIds": [42]}, (404, "PRODUCT_NOT_FOUND")),
    ],
    ids=["none", "empty", "text", "too many", "unknown"],
)
def test_a_wrong_assignment_is_rejected(
    sandbox: SandboxClient, store_id: int, action: str, body: dict[str, Any], error: tuple[int, str]
) -> None:
    path = f"/categories/{add(sandbox, store_id)}/{action}"

    assert error_of(sandbox.api(store_id, path, method="POST", json=body)) == error


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"name": "Mugs", "parentId": 42}, "CATEGORIES_NOT_FOUND"),
        ({"name": "Mugs", "productIds": [42]}, "PRODUCT_NOT_FOUND"),
    ],
    ids=["parent", "product"],
)
def test_a_new_category_needs_existing_records(
    sandbox: SandboxClient, store_id: int, body: dict[str, Any], code: str
) -> None:
    before = listed(sandbox, store_id)

    answer = sandbox.api(store_id, "/categories", method="POST", json=body)

    assert error_of(answer) == (404, code)
    assert listed(sandbox, store_id) == before
