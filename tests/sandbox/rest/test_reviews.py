"""Tests for the endpoints of product reviews."""

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
    "billingPerson": {"name": "Ada Moor", "city": "Leeds", "countryName": "United Kingdom"},
}
CHANGES = ("review.created", "review.updated", "review.deleted")


@pytest.fixture
def shop_id(sandbox: SandboxClient, store_id: int) -> int:
    """Id of a store with one order, whose reviews' events are logged."""
    item = {"productId": sandbox.make_product(store_id), "name": "Oak board", "quantity": 1}
    order = ORDER | {"items": [item]}
    assert sandbox.api(store_id, "/orders", method="POST", json=order).ok
    sandbox.subscribe(store_id, *CHANGES)
    return store_id


def write_review(sandbox: SandboxClient, store_id: int) -> dict[str, Any]:
    """Write a review as a shopper and return it."""
    answer = sandbox.admin("POST", f"/stores/{store_id}/actions/write-review")
    assert answer.status_code == 200, answer.text
    return sandbox.list_items(store_id, "/reviews")[0]


def test_a_review_is_published_and_deleted(sandbox: SandboxClient, shop_id: int) -> None:
    review = write_review(sandbox, shop_id)
    path = f"/reviews/{review['id']}"

    published = sandbox.api(shop_id, path, method="PUT", json={"status": "published"})
    status = sandbox.api(shop_id, path).json()["status"]
    deleted = sandbox.api(shop_id, path, method="DELETE")
    history = sandbox.list_items(shop_id, "/reviews/deleted")

    assert (review["status"], status) == ("moderated", "published")
    assert (published.json(), deleted.json()) == ({"updateCount": 1}, {"deleteCount": 1})
    assert [item["id"] for item in history] == [review["id"]]
    assert sandbox.list_items(shop_id, "/reviews") == []
    about = {"productId": review["productId"], "orderId": review["orderId"]}
    assert sandbox.events(shop_id) == [
        (event, review["id"], about | {"status": status})
        for event, status in zip(CHANGES, ("moderated", "published", "published"), strict=True)
    ]


def test_a_review_names_order_and_reviewer(sandbox: SandboxClient, shop_id: int) -> None:
    review = write_review(sandbox, shop_id)

    order = sandbox.list_items(shop_id, "/orders")[0]
    assert (review["orderId"], review["orderNumber"]) == (order["internalId"], order["id"])
    assert review["customerId"] == order["customerId"]
    assert review["productName"] == "Oak board"
    assert review["reviewerInfo"]["name"] == "Ada Moor"
    assert 1 <= review["rating"] <= 5


def test_reviews_are_searched(sandbox: SandboxClient, shop_id: int) -> None:
    older, newer = write_review(sandbox, shop_id), write_review(sandbox, shop_id)
    sandbox.api(shop_id, f"/reviews/{older['id']}", method="PUT", json={"status": "PUBLISHED"})

    def ids(**params: Any) -> list[int]:
        return [review["id"] for review in sandbox.list_items(shop_id, "/reviews", **params)]

    both = [newer["id"], older["id"]]
    assert ids() == ids(orderId=newer["orderNumber"]) == ids(orderId=newer["orderId"]) == both
    assert ids(status="published") == ids(reviewId=older["id"]) == [older["id"]]
    assert ids(sortBy="DATE_CREATED_ASC") == both[::-1]
    assert ids(keyword=newer["review"].upper(), reviewId=newer["id"]) == [newer["id"]]
    assert ids(productId="7") == ids(rating="6") == ids(createdTo="1") == ids(updatedTo="1") == []
    assert ids(createdFrom="1", updatedFrom="1", offset=1, limit=1) == [older["id"]]
    counts = sandbox.api(shop_id, "/reviews/filters_data").json()
    assert counts == {"allCount": 2, "moderatedCount": 1, "publishedCount": 1}


@pytest.mark.parametrize(
    ("selection", "count"),
    [
        ({"selectMode": "ALL"}, 2),
        ({"selectMode": "SELECTED"}, 0),
        ({"selectMode": "ALL_FILTERED", "currentFilters": {"status": "moderated"}}, 2),
        ({"selectMode": "ALL_FILTERED", "filters": {"rating": [7, 8], "orderId": None}}, 0),
        ({"selectMode": "ALL_FILTERED", "filters": {"searchKeyword": "no such text"}}, 0),
    ],
    ids=str,
)
def test_many_reviews_are_changed_at_once(
    sandbox: SandboxClient, shop_id: int, selection: dict[str, Any], count: int
) -> None:
    for _ in range(2):
        review = write_review(sandbox, shop_id)
    path = "/reviews/mass_update"
    publish = {"selectMode": "SELECTED", "reviewIds": [review["id"]], "newStatus": "PUBLISHED"}

    deleted = sandbox.api(shop_id, path, method="PUT", json=selection | {"delete": True})
    published = sandbox.api(shop_id, path, method="PUT", json=publish)

    assert deleted.json() == {"updateCount": count}
    assert published.json() == {"updateCount": int(count == 0)}


@pytest.mark.parametrize(
    ("method", "path", "body", "error"),
    [
        ("GET", "/reviews/7", None, (404, "PRODUCT_REVIEW_NOT_FOUND")),
        ("PUT", "/reviews/7", {"status": "published"}, (404, "PRODUCT_REVIEW_NOT_FOUND")),
        ("DELETE", f"/reviews/{10**30}", None, (404, "PRODUCT_REVIEW_NOT_FOUND")),
        ("GET", "/reviews?status=hidden", None, (400, "WRONG_PARAMETER")),
        ("GET", "/reviews?sortBy=NAME", None, (400, "WRONG_PARAMETER")),
        ("GET", "/reviews?createdFrom=soon", None, (400, "WRONG_PARAMETER")),
        ("PUT", "/reviews/{id}", {"status": 7}, (400, "WRONG_PARAMETER")),
        ("PUT", "/reviews/mass_update", {}, (400, "WRONG_PARAMETER")),
        ("PUT", "/reviews/mass_update", {"selectMode": ["ALL"]}, (400, "WRONG_PARAMETER")),
        ("PUT", "/reviews/mass_update", {"selectMode": "ALL"}, (400, "WRONG_PARAMETER")),
    ],
)
def test_invalid_calls_are_refused(
    sandbox: SandboxClient,
    shop_id: int,
    method: str,
    path: str,
    body: object,
    error: tuple[int, str],
) -> None:
    review = write_review(sandbox, shop_id)

    answer = sandbox.api(shop_id, path.format(id=review["id"]), method=method, json=body)

    assert error_of(answer) == error


def test_only_an_ordered_product_is_reviewed(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.admin("POST", f"/stores/{store_id}/actions/write-review")

    assert answer.status_code == 404
    assert "no order for this action" in answer.text
