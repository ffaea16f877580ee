"""Tests of the sandbox with ecwid-api-client, a client from npm.

The client predates March 2025. It sends the token and ``limit=100`` in the query string of every
call, accepts numeric ids only, has no coupons, and reads one page at a time.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.clients.conftest import LOCALHOST, Shop, run_node
from tests.sandbox.clients.resources import (
    CUSTOMERS,
    ORDERS,
    PRODUCT_TYPES,
    PRODUCTS,
    Resource,
    select,
)
from tests.sandbox.conftest import SetSwitches

TIMEOUT_S = 20
RESOURCES = (PRODUCTS, ORDERS, CUSTOMERS)
each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda found: found.name)
each_with_types = pytest.mark.parametrize(
    "resource", [*RESOURCES, PRODUCT_TYPES], ids=lambda found: found.name
)


def run(shop: Shop, *calls: tuple[Any, ...], **plan: Any) -> dict[str, Any]:
    """Run calls (resource, method, argument…) in a Node process; return its output."""
    plan = {"token": shop.token, "storeId": shop.store_id, "url": shop.url, "calls": calls} | plan
    return run_node("run_plan.cjs", plan, TIMEOUT_S)


def answers(shop: Shop, *calls: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the client's result or error for each call."""
    printed = run(shop, *calls)
    assert printed["reached"] == [LOCALHOST]
    found: list[dict[str, Any]] = printed["answers"]
    return found


def result(shop: Shop, resource: Resource, method: str, *given: Any) -> Any:
    """Return the client's result for one call."""
    [answer] = answers(shop, (resource.name, method, *given))
    assert "error" not in answer, answer
    return answer["value"]


def add(shop: Shop, resource: Resource, **changes: Any) -> int:
    """Create a record by the REST API and return its id."""
    body = resource.new | changes
    answer = shop.sandbox.api(shop.store_id, resource.path, method="POST", json=body)
    return int(answer.json()["id"])


@pytest.mark.parametrize("token", ["secret_invented", "public_invented"])
def test_a_dead_token_is_rejected(shop: Shop, token: str) -> None:
    [answer] = run(shop, ("products", "getAll"), token=token)["answers"]

    assert (answer["status"], answer["body"]) == (403, "")


def test_the_client_needs_the_query_token_switch(shop: Shop, set_switches: SetSwitches) -> None:
    set_switches(legacy_query_token="off")

    [answer] = answers(shop, ("products", "getAll"))

    assert answer["status"] == 403


def test_the_client_reaches_no_other_machine(shop: Shop) -> None:
    url = "http://elsewhere.invalid/api/v3/1003/"

    printed = run(shop, ("products", "getAll"), ("orders", "add", {}), url=url)

    assert printed["reached"] == []
    assert {answer["error"] for answer in printed["answers"]} == {
        "elsewhere.invalid is not on this machine"
    }


@each_resource
def test_the_client_reads_several_pages(long_shop: Shop, resource: Resource) -> None:
    following = [(resource.name, "getByParams", {"offset": offset}) for offset in (100, 200)]

    found = answers(long_shop, (resource.name, "getAll"), *following)

    pages = [answer["value"] for answer in found]
    assert [(page["offset"], page["limit"]) for page in pages] == [(0, 100), (100, 100), (200, 100)]
    assert [item for page in pages for item in page["items"]] == long_shop.get_all(resource.path)


@each_resource
def test_the_client_reads_a_shorter_page(long_shop: Shop, resource: Resource) -> None:
    page = result(long_shop, resource, "getByParams", {"limit": 7, "offset": 3})

    assert (page["count"], page["limit"]) == (7, 7)
    assert page["items"] == long_shop.get_all(resource.path)[3:10]


@each_with_types
def test_the_client_creates_records(shop: Shop, resource: Resource) -> None:
    created = result(shop, resource, "add", resource.new)

    held = shop.get(f"{resource.path}/{created['id']}")
    assert select(held, resource.new) == resource.new
    assert created.get("orderId") == (held["id"] if resource is ORDERS else None)


@each_with_types
def test_the_client_reads_records(shop: Shop, resource: Resource) -> None:
    item_id = add(shop, resource)

    item = result(shop, resource, "getById", item_id)

    assert item == shop.get(f"{resource.path}/{item_id}")


@each_with_types
def test_the_client_updates_records(shop: Shop, resource: Resource) -> None:
    item_id = add(shop, resource)

    answer = result(shop, resource, "update", item_id, resource.change)

    assert answer == {"updateCount": 1}
    wanted = resource.new | resource.change
    assert select(shop.get(f"{resource.path}/{item_id}"), wanted) == wanted


@each_resource
def test_the_client_deletes_records(shop: Shop, resource: Resource) -> None:
    item_id = add(shop, resource)

    answer = result(shop, resource, "delete", item_id)

    assert answer == {"deleteCount": 1}
    assert shop.is_missing(f"{resource.path}/{item_id}")
    assert [line["id"] for line in shop.get(f"{resource.path}/deleted")["items"]] == [item_id]


@each_resource
def test_the_client_reports_unknown_records(shop: Shop, resource: Resource) -> None:
    found = answers(
        shop,
        (resource.name, "getById", 99),
        (resource.name, "update", 99, resource.change),
        (resource.name, "delete", 99),
    )

    assert [answer["status"] for answer in found] == [404, 404, 404]
    codes = {answer["body"]["errorCode"] for answer in found}
    assert codes == {f"{resource.name.removesuffix('s').upper()}_NOT_FOUND"}


@each_resource
def test_the_client_reports_invalid_records(shop: Shop, resource: Resource) -> None:
    [answer] = answers(shop, (resource.name, "add", resource.invalid))

    assert (answer["status"], answer["body"]["errorCode"]) == (400, "WRONG_PARAMETER")
    assert shop.get(resource.path)["total"] == 0


def test_the_client_reports_a_customer_conflict(shop: Shop) -> None:
    add(shop, CUSTOMERS)

    [answer] = answers(shop, ("customers", "add", CUSTOMERS.new))

    assert answer["status"] == 409


@pytest.mark.parametrize(
    ("resource", "method", "search"),
    [
        (PRODUCTS, "getByKeyword", "oak"),
        (PRODUCTS, "getByParams", {"sku": "OAK-1"}),
        (CUSTOMERS, "getByKeyword", "ada"),
        (CUSTOMERS, "getByParams", {"email": "ada@shopper.example", "useExactEmailMatch": True}),
        (ORDERS, "getByParams", {"email": "ada@shopper.example", "createdFrom": "2016-04-25"}),
        (ORDERS, "getByParams", {"keywords": "ada@"}),
    ],
    ids=["product-word", "sku", "customer-word", "customer-email", "order-email", "order-words"],
)
def test_the_client_searches_records(
    shop: Shop, resource: Resource, method: str, search: Any
) -> None:
    item_id = add(shop, resource)
    add(shop, resource, name="Bo Elm", sku="ELM-1", email="bo@shopper.example")

    page = result(shop, resource, method, search)

    assert page["total"] == 1
    assert page["items"] == [shop.get(f"{resource.path}/{item_id}")]


def test_the_clients_keyword_search_finds_every_order(shop: Shop) -> None:
    """Bug in the client: Ecwid searches orders by ``keywords``, but it sends ``keyword``."""
    add(shop, ORDERS)
    add(shop, ORDERS, email="bo@shopper.example")

    page = result(shop, ORDERS, "getByKeyword", "ada")

    assert page["total"] == 2


def test_the_client_rejects_public_order_numbers(shop: Shop) -> None:
    """The client accepts numeric ids only, so it can't read ``EBJFT``."""
    number = shop.get(f"/orders/{add(shop, ORDERS)}")["id"]

    printed = run(shop, ("orders", "getById", number))

    assert printed == {
        "reached": [],
        "answers": [{"error": "Value of string is not a valid integer!"}],
    }


def test_the_client_lists_product_types(shop: Shop) -> None:
    add(shop, PRODUCT_TYPES)

    types = result(shop, PRODUCT_TYPES, "getAll")

    assert types == shop.get("/classes")
    assert [found["name"] for found in types] == ["General", "Boards"]


def test_the_client_deletes_product_types(shop: Shop) -> None:
    type_id = add(shop, PRODUCT_TYPES)

    first, second = answers(shop, *[("producttypes", "delete", type_id)] * 2)

    assert first["value"] == {"deleteCount": 1}
    assert second["status"] == 404
    assert [found["name"] for found in shop.get("/classes")] == ["General"]
