"""pyecwid (PyPI) does against the sandbox all that it does against Ecwid.

It predates March 2025 and sends the token in the query. It takes digits only for an id: orders are
named by their internal number, coupons by id.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests
from pyecwid import Ecwid, EcwidAPI

from tests.sandbox.clients.conftest import ElsewhereError, Shop
from tests.sandbox.clients.resources import (
    COUPONS,
    CUSTOMERS,
    ORDERS,
    PRODUCT_TYPES,
    PRODUCTS,
    Resource,
    said,
)
from tests.sandbox.conftest import Turn

RESOURCES = (PRODUCTS, ORDERS, CUSTOMERS, COUPONS)
each_resource = pytest.mark.parametrize("resource", RESOURCES, ids=lambda found: found.name)
each_with_types = pytest.mark.parametrize(
    "resource", [*RESOURCES, PRODUCT_TYPES], ids=lambda found: found.name
)


def open_client(shop: Shop, token: str | None = None) -> Ecwid:
    """Return pyecwid, pointed at the sandbox by its own option.

    Parameters of one call stay in a dict that all later ones share; here they are forgotten.
    """
    EcwidAPI.get_request.__defaults__[0].clear()
    base_url = f"{shop.outside.url}/api/v3/{{0}}/"
    return Ecwid(token or shop.token, shop.store_id, base_url=base_url)


@pytest.fixture
def client(shop: Shop) -> Ecwid:
    """pyecwid at an empty store."""
    return open_client(shop)


def key_of(resource: Resource) -> str:
    """Return the field that holds the number that pyecwid takes for an id."""
    return "internalId" if resource is ORDERS else "id"


def test_it_asks_for_the_profile_first(shop: Shop) -> None:
    open_client(shop)

    assert shop.calls() == {"GET /profile": 1}


def test_it_is_refused_with_a_dead_token(shop: Shop) -> None:
    with pytest.raises(requests.HTTPError, match="403"):
        open_client(shop, "secret_invented")


def test_it_is_refused_while_the_switch_is_off(shop: Shop, turn: Turn) -> None:
    turn(legacy_query_token="off")

    with pytest.raises(requests.HTTPError, match="403"):
        open_client(shop)


def test_it_reaches_no_other_machine(client: Ecwid) -> None:
    with pytest.raises(ElsewhereError, match=r"elsewhere\.invalid"):
        Ecwid("secret_0", 1003, base_url="http://elsewhere.invalid/api/v3/{0}/")


@each_resource
def test_it_collects_a_list_of_several_pages(long_shop: Shop, resource: Resource) -> None:
    endpoint = getattr(open_client(long_shop), resource.name)

    items = endpoint.get()

    assert len(items) > 200
    assert items == long_shop.all_held(resource.path)


@each_resource
def test_it_collects_an_empty_list(client: Ecwid, resource: Resource) -> None:
    assert getattr(client, resource.name).get() == []


def test_it_fetches_the_first_page_twice(long_shop: Shop) -> None:
    client = open_client(long_shop)

    client.products.get()

    assert long_shop.calls() == {"GET /profile": 1, "GET /products": 4}


def test_the_last_page_sticks_to_its_next_call(long_shop: Shop) -> None:
    """A bug of its own: the offset of the last page is sent again, so one page is the wrong one.

    It is sent when a single product is read, too; there it says nothing.
    """
    products = open_client(long_shop).products
    first, *_ = products.get()

    page = products.get(collate_items=False)

    assert (page["total"], page["offset"], page["count"]) == (205, 200, 5)
    assert page["items"] == long_shop.all_held("/products")[200:]
    assert products.get_by_id(first["id"]) == first


@each_with_types
def test_it_creates(client: Ecwid, shop: Shop, resource: Resource) -> None:
    item_id = getattr(client, resource.name).add(resource.new)

    held = shop.held(f"{resource.path}/{item_id}")
    assert held[key_of(resource)] == item_id
    assert said(held, resource.new) == resource.new


@each_with_types
def test_it_reads(client: Ecwid, shop: Shop, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)

    item = endpoint.get_by_id(item_id)

    assert item == shop.held(f"{resource.path}/{item_id}")


@each_with_types
def test_it_updates(client: Ecwid, shop: Shop, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)

    answer = endpoint.update(item_id, resource.change)

    assert (answer.status_code, answer.json()) == (200, {"updateCount": 1})
    wanted = resource.new | resource.change
    assert said(shop.held(f"{resource.path}/{item_id}"), wanted) == wanted


@each_resource
def test_it_deletes(client: Ecwid, shop: Shop, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)

    count = endpoint.delete(item_id)

    assert count == 1
    assert shop.is_gone(f"{resource.path}/{item_id}")
    assert [line["id"] for line in shop.held(f"{resource.path}/deleted")["items"]] == [item_id]


@each_resource
def test_it_tells_what_is_not_there(client: Ecwid, resource: Resource) -> None:
    endpoint = getattr(client, resource.name)

    with pytest.raises(requests.HTTPError, match="404"):
        endpoint.get_by_id(99)
    with pytest.raises(UserWarning, match="_NOT_FOUND"):
        endpoint.delete(99)
    assert endpoint.update(99, resource.change).status_code == 404


@each_resource
def test_it_tells_what_is_refused(client: Ecwid, shop: Shop, resource: Resource) -> None:
    with pytest.raises(UserWarning, match="WRONG_PARAMETER") as refusal:
        getattr(client, resource.name).add(resource.wrong)

    assert refusal.value.args[1] == 400
    assert shop.held(resource.path)["total"] == 0


@pytest.mark.parametrize("resource", [CUSTOMERS, COUPONS], ids=lambda found: found.name)
def test_it_tells_what_is_there_already(client: Ecwid, resource: Resource) -> None:
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
def test_it_searches_by_parameters(
    client: Ecwid, resource: Resource, params: dict[str, Any]
) -> None:
    endpoint = getattr(client, resource.name)
    item_id = endpoint.add(resource.new)
    unlike = {"price": 1, "total": 1, "paymentStatus": "CANCELED", "discountType": "ABS"}
    changed = {name: value for name, value in unlike.items() if name in resource.new}
    others = {"sku": "ELM-1", "email": "bo@shopper.example", "code": "WINTER"}
    changed |= {name: value for name, value in others.items() if name in resource.new}
    endpoint.add(resource.new | changed)

    found = endpoint.get_by_params(params)

    assert [item[key_of(resource)] for item in found] == [item_id]


def test_it_searches_products_by_keyword(client: Ecwid) -> None:
    oak = client.products.add(PRODUCTS.new)
    client.products.add({"name": "Elm bowl", "sku": "ELM-1", "price": 9})

    found = client.products.get_by_keyword("oak")

    assert [product["id"] for product in found] == [oak]


@pytest.mark.parametrize(
    ("search", "text"),
    [("get_by_keyword", "oak"), ("get_by_name", "Ada Oak"), ("get_by_email", "ada@shopper")],
)
def test_it_searches_customers(client: Ecwid, search: str, text: str) -> None:
    ada = client.customers.add(CUSTOMERS.new)
    client.customers.add({"email": "bo@shopper.example", "name": "Bo Elm"})

    found = getattr(client.customers, search)(text)

    assert [customer["id"] for customer in found] == [ada]


def test_it_takes_no_public_number_of_an_order(client: Ecwid, shop: Shop) -> None:
    """A limit of its own: the id has to be a number, so it never asks for ``EBJFT``."""
    number = shop.held(f"/orders/{client.orders.add(ORDERS.new)}")["id"]

    with pytest.raises(ValueError, match="not a valid number"):
        client.orders.get_by_id(number)


def test_strict_order_paths_are_too_strict_for_it(client: Ecwid, turn: Turn) -> None:
    order_id = client.orders.add(ORDERS.new)
    turn(order_path_internal_id="off")

    with pytest.raises(requests.HTTPError, match="404"):
        client.orders.get_by_id(order_id)


def test_it_lists_the_product_types_without_pages(client: Ecwid, shop: Shop) -> None:
    client.producttypes.add(PRODUCT_TYPES.new)

    types = client.producttypes.get()

    assert types == shop.held("/classes")
    assert [found["name"] for found in types] == ["General", "Boards"]


def test_it_deletes_a_product_type(client: Ecwid, shop: Shop) -> None:
    type_id = client.producttypes.add(PRODUCT_TYPES.new)

    assert client.producttypes.delete(type_id) == 1
    assert [found["name"] for found in shop.held("/classes")] == ["General"]
    with pytest.raises(UserWarning, match="not found"):
        client.producttypes.delete(type_id)
