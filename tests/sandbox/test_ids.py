"""Tests of the ids that the sandbox sends: unique in a store, and within 32 bits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from portal.sandbox.server import make_app
from tests.sandbox.client import SandboxClient, error_of

LIMIT = 2**31
ROOT = "/api/v3/<int:store_id>"
SIZE = {"products": 30, "orders": 30, "customers": 20, "coupons": 8}
ALWAYS_READ = {"/products", "/categories", "/classes", "/orders", "/customers", "/discount_coupons"}


def list_paths(sandbox: SandboxClient) -> list[str]:
    """Return the paths of all GET endpoints that need no id."""
    rules = make_app(sandbox.parts).url_map.iter_rules()
    return sorted(
        rule.rule.removeprefix(ROOT)
        for rule in rules
        if rule.rule.startswith(ROOT)
        and "GET" in (rule.methods or ())
        and rule.arguments == {"store_id"}
    )


def numbers(content: Any, name: str = "") -> Iterator[tuple[str, int]]:
    """Yield the integers of a JSON answer whose field is ``id`` or ends in ``Id`` or ``Ids``."""
    if isinstance(content, dict):
        for field, value in content.items():
            yield from numbers(value, field)
    elif isinstance(content, list):
        for value in content:
            yield from numbers(value, name)
    elif isinstance(content, int) and name.removesuffix("s").lower().endswith("id"):
        yield name, content


def test_every_id_fits_32_bits(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(seed=2, **SIZE)
    sandbox.connect(store_id)
    body = {"url": "http://127.0.0.1:9/hooks", "events": ["product.updated"]}
    assert sandbox.api(store_id, "/webhooks", method="POST", json=body).ok
    first = sandbox.list_items(store_id)[0]["id"]
    assert sandbox.api(store_id, f"/products/{first}", method="DELETE").ok
    read, found = set(), []

    for path in list_paths(sandbox):
        answer = sandbox.api(store_id, path)
        if answer.status_code == 200:
            read.add(path)
            found += list(numbers(answer.json()))

    assert read >= ALWAYS_READ
    assert {"id", "productId", "combinationId", "customerId"} <= {name for name, _ in found}
    assert [entry for entry in found if entry[1] >= LIMIT] == []


def test_variations_and_order_items_have_ids_of_their_own(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(seed=2, **SIZE)
    sandbox.connect(store_id)

    products = sandbox.list_items(store_id)
    orders = sandbox.list_items(store_id, "/orders")

    ids = [record["id"] for record in products]
    ids += [variation["id"] for product in products for variation in product["combinations"]]
    ids += [order["internalId"] for order in orders]
    ids += [item["id"] for order in orders for item in order["items"]]
    assert len(ids) > len(products) + len(orders)
    assert len(set(ids)) == len(ids)


def test_a_new_variation_keeps_the_ids_of_the_others(sandbox: SandboxClient, store_id: int) -> None:
    product = sandbox.make_product(
        store_id, combinations=[{"sku": "S"}, {"sku": "M", "price": 3}, {"sku": "L"}]
    )
    path = f"/products/{product}/combinations"
    before = [variation["id"] for variation in sandbox.api(store_id, path).json()]
    sandbox.api(store_id, f"{path}/{before[0]}", method="DELETE")

    options = [{"name": "Size", "value": "XL"}]
    added = sandbox.api(store_id, path, method="POST", json={"options": options}).json()["id"]

    assert [v["id"] for v in sandbox.api(store_id, path).json()] == [*before[1:], added]
    assert added not in before


def test_a_new_order_item_gets_its_own_id(sandbox: SandboxClient, store_id: int) -> None:
    item = {"name": "Mug", "quantity": 1}
    body = {"email": "a@shopper.example", "subtotal": 1, "total": 1, "items": [{**item, "id": 7}]}
    body |= {"paymentStatus": "PAID", "fulfillmentStatus": "SHIPPED"}
    made = sandbox.api(store_id, "/orders", method="POST", json=body).json()["orderid"]
    path = f"/orders/{made}"
    [known] = sandbox.api(store_id, path).json()["items"]

    changes = {"items": [{"id": known["id"], "quantity": 2}, {**item, "id": 8}]}
    assert sandbox.api(store_id, path, method="PUT", json=changes).ok

    first, second = sandbox.api(store_id, path).json()["items"]
    assert known["id"] != 7
    assert (first["id"], first["name"], first["quantity"]) == (known["id"], "Mug", 2)
    assert second["id"] not in {7, 8, known["id"]}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/products", {"name": "Mug", "categoryIds": [LIMIT]}),
        ("/categories", {"name": "Mugs", "parentId": LIMIT}),
        ("/customers", {"email": "a@shopper.example", "customerGroupId": LIMIT}),
    ],
    ids=["product", "category", "customer"],
)
def test_a_larger_id_in_a_request_is_rejected(
    sandbox: SandboxClient, store_id: int, path: str, body: dict[str, Any]
) -> None:
    answer = sandbox.api(store_id, path, method="POST", json=body)

    assert error_of(answer) == (400, "WRONG_PARAMETER")
