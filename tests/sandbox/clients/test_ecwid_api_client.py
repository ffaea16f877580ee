"""ecwid-api-client (npm) does against the sandbox all that it does against Ecwid.

It predates March 2025 and sends the token in the query, with ``limit=100`` beside it on every call.
It takes digits only for an id, has no coupons, and reads one page at a time.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.clients.conftest import THIS_MACHINE, Shop
from tests.sandbox.clients.resources import (
    CUSTOMERS,
    ORDERS,
    PRODUCT_TYPES,
    PRODUCTS,
    Resource,
    said,
)
from tests.sandbox.conftest import Turn

HERE = Path(__file__).parent
TIMEOUT_S = 20
RESOURCES = (PRODUCTS, ORDERS, CUSTOMERS)
each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda found: found.name)
each_with_types = pytest.mark.parametrize(
    "resource", [*RESOURCES, PRODUCT_TYPES], ids=lambda found: found.name
)


def run(shop: Shop, *calls: tuple[Any, ...], **plan: Any) -> dict[str, Any]:
    """Return what the client's process prints for a plan of (resource, method, argument…)."""
    assert (HERE / "node_modules").is_dir(), "make node-clients installs the client"
    plan = {"token": shop.token, "storeId": shop.store_id, "url": shop.url, "calls": calls} | plan
    done = subprocess.run(
        ["node", "run_plan.cjs"],
        cwd=HERE,
        env={"PATH": os.environ["PATH"]},
        input=json.dumps(plan),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return printed


def answers(shop: Shop, *calls: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return what the client gives for each call, or the error that it throws."""
    printed = run(shop, *calls)
    assert printed["reached"] == [THIS_MACHINE]
    found: list[dict[str, Any]] = printed["answers"]
    return found


def value(shop: Shop, resource: Resource, method: str, *given: Any) -> Any:
    """Return what the client gives for one call."""
    [answer] = answers(shop, (resource.name, method, *given))
    assert "error" not in answer, answer
    return answer["value"]


def add(shop: Shop, resource: Resource, **changes: Any) -> int:
    """Add a record as another app does, and return its number."""
    body = resource.new | changes
    answer = shop.outside.api(shop.store_id, resource.path, method="POST", json=body)
    return int(answer.json()["id"])


@pytest.mark.parametrize("token", ["secret_invented", "public_invented"])
def test_it_is_refused_with_a_dead_token(shop: Shop, token: str) -> None:
    [answer] = run(shop, ("products", "getAll"), token=token)["answers"]

    assert (answer["status"], answer["body"]) == (403, "")


def test_it_is_refused_while_the_switch_is_off(shop: Shop, turn: Turn) -> None:
    turn(legacy_query_token="off")

    [answer] = answers(shop, ("products", "getAll"))

    assert answer["status"] == 403


def test_it_reaches_no_other_machine(shop: Shop) -> None:
    url = "http://elsewhere.invalid/api/v3/1003/"

    printed = run(shop, ("products", "getAll"), ("orders", "add", {}), url=url)

    assert printed["reached"] == []
    assert {answer["error"] for answer in printed["answers"]} == {
        "elsewhere.invalid is not on this machine"
    }


@each_resource
def test_it_reads_a_list_of_several_pages(long_shop: Shop, resource: Resource) -> None:
    following = [(resource.name, "getByParams", {"offset": offset}) for offset in (100, 200)]

    found = answers(long_shop, (resource.name, "getAll"), *following)

    pages = [answer["value"] for answer in found]
    assert [(page["offset"], page["limit"]) for page in pages] == [(0, 100), (100, 100), (200, 100)]
    assert [item for page in pages for item in page["items"]] == long_shop.all_held(resource.path)


@each_resource
def test_it_reads_a_shorter_page(long_shop: Shop, resource: Resource) -> None:
    page = value(long_shop, resource, "getByParams", {"limit": 7, "offset": 3})

    assert (page["count"], page["limit"]) == (7, 7)
    assert page["items"] == long_shop.all_held(resource.path)[3:10]


@each_with_types
def test_it_creates(shop: Shop, resource: Resource) -> None:
    created = value(shop, resource, "add", resource.new)

    held = shop.held(f"{resource.path}/{created['id']}")
    assert said(held, resource.new) == resource.new
    assert created.get("orderId") == (held["id"] if resource is ORDERS else None)


@each_with_types
def test_it_reads(shop: Shop, resource: Resource) -> None:
    item_id = add(shop, resource)

    item = value(shop, resource, "getById", item_id)

    assert item == shop.held(f"{resource.path}/{item_id}")


@each_with_types
def test_it_updates(shop: Shop, resource: Resource) -> None:
    item_id = add(shop, resource)

    answer = value(shop, resource, "update", item_id, resource.change)

    assert answer == {"updateCount": 1}
    wanted = resource.new | resource.change
    assert said(shop.held(f"{resource.path}/{item_id}"), wanted) == wanted


@each_resource
def test_it_deletes(shop: Shop, resource: Resource) -> None:
    item_id = add(shop, resource)

    answer = value(shop, resource, "delete", item_id)

    assert answer == {"deleteCount": 1}
    assert shop.is_gone(f"{resource.path}/{item_id}")
    assert [line["id"] for line in shop.held(f"{resource.path}/deleted")["items"]] == [item_id]


@each_resource
def test_it_tells_what_is_not_there(shop: Shop, resource: Resource) -> None:
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
def test_it_tells_what_is_refused(shop: Shop, resource: Resource) -> None:
    [answer] = answers(shop, (resource.name, "add", resource.wrong))

    assert (answer["status"], answer["body"]["errorCode"]) == (400, "WRONG_PARAMETER")
    assert shop.held(resource.path)["total"] == 0


def test_it_tells_which_customer_is_there_already(shop: Shop) -> None:
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
def test_it_searches(shop: Shop, resource: Resource, method: str, search: Any) -> None:
    item_id = add(shop, resource)
    add(shop, resource, name="Bo Elm", sku="ELM-1", email="bo@shopper.example")

    page = value(shop, resource, method, search)

    assert page["total"] == 1
    assert page["items"] == [shop.held(f"{resource.path}/{item_id}")]


def test_its_keyword_finds_every_order(shop: Shop) -> None:
    """A bug of its own: orders are searched by ``keywords``, and it sends ``keyword``."""
    add(shop, ORDERS)
    add(shop, ORDERS, email="bo@shopper.example")

    page = value(shop, ORDERS, "getByKeyword", "ada")

    assert page["total"] == 2


def test_it_takes_no_public_number_of_an_order(shop: Shop) -> None:
    """A limit of its own: the id has to be a number, so it never asks for ``EBJFT``."""
    number = shop.held(f"/orders/{add(shop, ORDERS)}")["id"]

    printed = run(shop, ("orders", "getById", number))

    assert printed == {
        "reached": [],
        "answers": [{"error": "Value of string is not a valid integer!"}],
    }


def test_it_lists_the_product_types_without_pages(shop: Shop) -> None:
    add(shop, PRODUCT_TYPES)

    types = value(shop, PRODUCT_TYPES, "getAll")

    assert types == shop.held("/classes")
    assert [found["name"] for found in types] == ["General", "Boards"]


def test_it_deletes_a_product_type(shop: Shop) -> None:
    type_id = add(shop, PRODUCT_TYPES)

    first, second = answers(shop, *[("producttypes", "delete", type_id)] * 2)

    assert first["value"] == {"deleteCount": 1}
    assert second["status"] == 404
    assert [found["name"] for found in shop.held("/classes")] == ["General"]
