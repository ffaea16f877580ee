"""Every answer of a filled store can be read by a typed client with 32-bit integers."""

from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from tests.sandbox.client import SandboxClient
from tests.sandbox.clients import typed_records as typed
from tests.sandbox.clients.typed_records import decode

SIZE = {"products": 60, "orders": 60, "customers": 30, "coupons": 12}
LISTS: dict[str, Any] = {
    "/products": typed.Product,
    "/categories": typed.Category,
    "/orders": typed.Order,
    "/customers": typed.Customer,
    "/discount_coupons": typed.Coupon,
}
Shop = tuple[SandboxClient, int]
each_list = pytest.mark.parametrize(("path", "record"), LISTS.items(), ids=list(LISTS))


@pytest.fixture(scope="module")
def shop(sandbox: SandboxClient) -> Shop:
    """Store with sample data, and a deleted record of each resource."""
    store_id = sandbox.make_store(seed=5, **SIZE)
    sandbox.connect(store_id)
    for path in ("/products", "/orders", "/customers"):
        gone = sandbox.list_items(store_id, path, limit=1)[0]["id"]
        assert sandbox.api(store_id, f"{path}/{gone}", method="DELETE").ok
    return sandbox, store_id


def read(shop: Shop, path: str, record: Any, **call: Any) -> Any:
    """Decode the answer of a call as a typed record."""
    sandbox, store_id = shop
    answer = sandbox.api(store_id, path, **call)
    assert answer.status_code == 200, answer.text
    return decode(answer.text, record)


@each_list
def test_every_record_of_a_list_is_typed(shop: Shop, path: str, record: Any) -> None:
    page = read(shop, path, typed.Page[record], productIds="true", hidden_categories="true")

    assert page.count == len(page.items) > 0


@each_list
def test_a_single_record_is_typed(shop: Shop, path: str, record: Any) -> None:
    sandbox, store_id = shop
    item = sandbox.list_items(store_id, path)[-1]

    assert read(shop, f"{path}/{item['id']}", record).id == item["id"]


@pytest.mark.parametrize("path", ["/products", "/orders", "/customers"])
def test_a_deletion_history_is_typed(shop: Shop, path: str) -> None:
    page = read(shop, f"{path}/deleted", typed.Page[typed.Deleted])

    assert page.total == 1


def test_variations_classes_profile_and_statistics_are_typed(shop: Shop) -> None:
    sandbox, store_id = shop
    product = next(p for p in sandbox.list_items(store_id) if p["combinations"])
    path = f"/products/{product['id']}/combinations"

    assert read(shop, path, list[typed.Variation])
    assert read(shop, f"{path}/{product['combinations'][0]['id']}", typed.Variation).sku
    assert read(shop, "/classes", list[typed.ProductType])
    assert read(shop, "/profile", typed.Profile).feature_toggles
    assert read(shop, "/latest-stats", typed.Stats, productCountRequired="true").product_count


def test_the_answers_to_writes_are_typed(shop: Shop) -> None:
    product = read(shop, "/products", typed.Created, method="POST", json={"name": "Mug"})
    changes = {"name": "Cup"}
    path = f"/products/{product.id}"
    assert read(shop, path, typed.Updated, method="PUT", json=changes).update_count == 1

    body = {"email": "ada@shopper.example", "createDate": "2024-05-01 07:26:28 UTC"}
    order = read(shop, "/orders", typed.OrderCreated, method="POST", json=body)
    read(shop, f"/orders/{order.order_id}", typed.Order)


@pytest.mark.parametrize(
    "changes",
    [{"id": 2**31}, {"id": None}, {"name": 5}, {"created": "2026-11-29"}, {"categoryIds": ["5"]}],
    ids=str,
)
def test_a_wrong_value_is_noticed(shop: Shop, changes: dict[str, Any]) -> None:
    sandbox, store_id = shop
    product = sandbox.list_items(store_id)[0] | changes

    with pytest.raises(msgspec.ValidationError):
        decode(json.dumps(product), typed.Product)
