"""Tests of the sandbox with pyecwid, a client from PyPI.

The client predates March 2025 and sends the token in the query string. It accepts numeric ids
only, so it addresses orders by internal id and coupons by id.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from pyecwid import Ecwid, EcwidAPI

from tests.sandbox.clients.conftest import ForeignAddressError, Shop
from tests.sandbox.clients.resources import (
    COUPONS,
    CUSTOMERS,
    ORDERS,
    PRODUCT_TYPES,
    PRODUCTS,
    Resource,
    select,
)
from tests.sandbox.conftest import SetSwitches

RESOURCES = (PRODUCTS, ORDERS, CUSTOMERS, COUPONS)
each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda found: found.name)
each_with_types = pytest.mark.parametrize(
    "resource", [*RESOURCES, PRODUCT_TYPES], ids=lambda found: found.name
)


def open_client(shop: Shop, token: str | None = None) -> Ecwid:
    """Return a pyecwid client for the sandbox.

    pyecwid keeps the parameters of a call in a shared default dict. This function clears the dict.
    """
    EcwidAPI.get_request.__defaults__[0].clear()
    base_url = f"{shop.sandbox.url}/api/v3/{{0}}/"
    return Ecwid(token or shop.token, shop.store_id, base_url=base_url)


@pytest.fixture
def client(shop: Shop) -> Ecwid:
    """Client of an empty store."""
    return open_client(shop)


def key_of(resource: Resource) -> str:
    """Return the field that pyecwid uses as id."""
    return "internalId" if resource is ORDERS else "id"


def test_the_client_requests_the_profile_first(shop: Shop) -> None:
    open_client(shop)

    assert shop.calls() == {"GET /profile": 1}


def test_a_dead_token_is_rejected(shop: Shop) -> None:
    with pytest.raises(requests.HTTPError, match="403"):
        open_client(shop, "secret_invented")


def test_the_client_needs_the_query_token_switch(shop: Shop, set_switches: SetSwitches) -> None:
    set_switches(legacy_query_token="off")

    with pytest.raises(requests.HTTPError, match="403"):
        open_client(shop)


def test_the_client_reaches_no_other_machine(client: Ecwid) -> None:
    with pytest.raises(ForeignAddressError, match=r"elsewhere\.invalid"):
        Ecwid("secret_0", 1003, base_url="http://elsewhere.invalid/api/v3/{0}/")


@each_resource
def test_the_client_collects_several_pages(long_shop: Shop, resource: Resource) -> None:
    endpoint = getattr(open_client(long_shop), resource.name)

    items = endpoint.get()

    assert len(items) > 200
    assert items == long_shop.get_all(resource.path)


@each_resource
def test_the_client_collects_an_empty_list(client: Ecwid, resource: Resource) -> None:
    assert getattr(client, resource.name).get() == []


def test_the_client_fetches_the_first_page_twice(long_shop: Shop) -> None:
    client = open_client(long_shop)

    client.products.get()

    assert long_shop.calls() == {"GET /profile": 1, "GET /products": 4}


def test_the_client_sends_a_stale_offset_after_a_list(long_shop: Shop) -> None:
    """Bug in pyecwid: it sends the last page's offset again, so that the next page is wrong.

    It also sends the offset when it reads a single product, where the offset has no effect.
    """
    products = open_client(long_shop).products
    first, *_ = products.get()

    page = products.get(collate_items=False)

    assert (page["total"], page["offset"], page["count"]) == (205, 200, 5)
    assert page["items"] == long_shop.get_all("/products")[200:]
    assert products.get_by_id(first["id"]) == first


@each_with_types
def test_the_client_creates_records(client: Ecwid, shop: Shop, resource: Resource) -> None:
    item_id = getattr(client, resource.name).add(resource.new)

    held = shop.get(f"{resource.path}/{item_id}")
    assert held[key_of(resource)] == item_id
    assert select(held, resource.new) == resource.new


@each_with_types
def test_the_client_reads_records(client: Ecwid, shop: Shop, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)

    item = endpoint.get_by_id(item_id)

    assert item == shop.get(f"{resource.path}/{item_id}")


@each_with_types
def test_the_client_updates_records(client: Ecwid, shop: Shop, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)

    answer = endpoint.update(item_id, resource.change)

    assert (answer.status_code, answer.json()) == (200, {"updateCount": 1})
    wanted = resource.new | resource.change
    assert select(shop.get(f"{resource.path}/{item_id}"), wanted) == wanted


@each_resource
def test_the_client_deletes_records(client: Ecwid, shop: Shop, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)

    count = endpoint.delete(item_id)

    assert count == 1
    assert shop.is_missing(f"{resource.path}/{item_id}")
    assert [line["id"] for line in shop.get(f"{resource.path}/deleted")["items"]] == [item_id]


@each_resource
def test_the_client_reports_unknown_records(client: Ecwid, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)

    with pytest.raises(requests.HTTPError, match="404"):
        endpoint.get_by_id(99)
    with pytest.raises(UserWarning, match="_NOT_FOUND"):
        endpoint.delete(99)
    assert endpoint.update(99, resource.change).status_code == 404


@each_resource
def test_the_client_reports_invalid_records(client: Ecwid, shop: Shop, resource: Resource) -> None:
    with pytest.raises(UserWarning, match="WRONG_PARAMETER") as refusal:
        getattr(client, resource.name).add(resource.invalid)

    assert refusal.value.args[1] == 400
    assert shop.get(resource.path)["total"] == 0


@pytest.mark.parametrize("resource", [CUSTOMERS, COUPONS], ids=lambda found: found.name)
def test_the_client_reports_conflicts(client: Ecwid, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)
    endpoint.add(resource.new)

    with pytest.raises(UserWarning) as refusal:
        endpoint.add(resource.new)

    assert refusal.value.args[1] == 409


@pytest.mark.parametrize(
    ("resource", "params"),
    [
        (PRODUCTS, {"sku": "OAK-1"}),
        (PRODUCTS, {"priceFrom": 12, "priceTo": 13, "createdFrom": "2016-04-25"}),
        (ORDERS, {"email": "ada@shopper.example"}),
        (ORDERS, {"paymentStatus": "AWAITING_PAYMENT,PAID", "totalFrom": 20}),
        (COUPONS, {"code": "AUTUMN10"}),
        (COUPONS, {"discount_type": "PERCENT", "availability": "ACTIVE"}),
    ],
    ids=["sku", "price", "email", "status", "code", "type"],
)
def test_the_client_searches_by_parameters(
    client: Ecwid, resource: Resource, params: dict[str, Any]
) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)
    other_values = {"price": 1, "total": 1, "paymentStatus": "CANCELLED", "discountType": "ABS"}
    changed = {name: value for name, value in other_values.items() if name in resource.new}
    others = {"sku": "ELM-1", "email": "bo@shopper.example", "code": "WINTER"}
    changed |= {name: value for name, value in others.items() if name in resource.new}
    endpoint.add(resource.new | changed)

    found = endpoint.get_by_params(params)

    assert [item[key_of(resource)] for item in found] == [item_id]


def test_the_client_searches_products_by_keyword(client: Ecwid) -> None:
    oak = client.products.add(PRODUCTS.new)
    client.products.add({"name": "Elm bowl", "sku": "ELM-1", "price": 9})

    found = client.products.get_by_keyword("oak")

    assert [product["id"] for product in found] == [oak]


@pytest.mark.parametrize(
    ("search", "text"),
    [("get_by_keyword", "oak"), ("get_by_name", "Ada Oak"), ("get_by_email", "ada@shopper")],
)
def test_the_client_searches_customers(client: Ecwid, search: str, text: str) -> None:
    ada = client.customers.add(CUSTOMERS.new)
    client.customers.add({"email": "bo@shopper.example", "name": "Bo Elm"})

    found = getattr(client.customers, search)(text)

    assert [customer["id"] for customer in found] == [ada]


def test_the_client_rejects_public_order_numbers(client: Ecwid, shop: Shop) -> None:
    """The client accepts numeric ids only, so it can't read ``EBJFT``."""
    number = shop.get(f"/orders/{client.orders.add(ORDERS.new)}")["id"]

    with pytest.raises(ValueError, match="not a valid number"):
        client.orders.get_by_id(number)


def test_the_client_needs_order_paths_with_internal_ids(
    client: Ecwid, set_switches: SetSwitches
) -> None:
    order_id = client.orders.add(ORDERS.new)
    set_switches(order_path_internal_id="off")

    with pytest.raises(requests.HTTPError, match="404"):
        client.orders.get_by_id(order_id)


def test_the_client_lists_product_types(client: Ecwid, shop: Shop) -> None:
    client.producttypes.add(PRODUCT_TYPES.new)

    types = client.producttypes.get()

    assert types == shop.get("/classes")
    assert [found["name"] for found in types] == ["General", "Boards"]


def test_the_client_deletes_product_types(client: Ecwid, shop: Shop) -> None:
    type_id = client.producttypes.add(PRODUCT_TYPES.new)

    assert client.producttypes.delete(type_id) == 1
    assert [found["name"] for found in shop.get("/classes")] == ["General"]
    with pytest.raises(UserWarning, match="not found"):
        client.producttypes.delete(type_id)
