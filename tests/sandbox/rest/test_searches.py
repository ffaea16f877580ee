"""Tests of searches by keyword, SKU, number and person."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of


@pytest.fixture(scope="module")
def shop(sandbox: SandboxClient) -> tuple[SandboxClient, int]:
    """Store with a few records whose texts differ."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    sandbox.make_product(
        store_id,
        name="Ärmel shirt",
        sku="SHIRT-1",
        description="<p>Washed linen</p>",
        combinations=[{"sku": "SHIRT-1-S"}, {"sku": "SHIRT-1-XL"}, {}],
        options=[{"name": "Size", "type": "SELECT", "choices": [{"text": "Small"}]}],
        attributes=[{"value": "Brae"}, {"value": "secret", "show": "NOTSHOW"}],
    )
    sandbox.make_product(store_id, name="Oak board", sku="BOARD-1", combinations=[{}])
    person = {"firstName": "Ada", "lastName": "Müller", "city": "Wien"}
    order = {
        "email": "ada@shopper.example",
        "billingPerson": person,
        "items": [
            {
                "name": "Oak board",
                "quantity": 1,
                "sku": "BOARD-1",
                "selectedOptions": [{"name": "Wood", "value": "Walnut", "type": "CHOICE"}],
            }
        ],
        "trackingNumber": "RX77",
        "orderComments": "Ring twice",
    }
    assert sandbox.api(store_id, "/orders", method="POST", json=order).ok
    other = {"email": "bo@shopper.example", "paymentStatus": "INCOMPLETE"}
    assert sandbox.api(store_id, "/orders", method="POST", json=other).ok
    address = {"name": "Bo Elm", "city": "Gent", "postalCode": "9000", "phone": "+32 9 1"}
    customer = {
        "email": "bo@shopper.example",
        "shippingAddresses": [address],
        "contacts": [{"contact": "+32 477", "type": "PHONE"}],
    }
    assert sandbox.api(store_id, "/customers", method="POST", json=customer).ok
    return sandbox, store_id


def names(shop: tuple[SandboxClient, int], path: str, field: str, **params: Any) -> list[Any]:
    """Return one field of all records that a search finds."""
    sandbox, store_id = shop
    return sorted(item[field] for item in sandbox.list_items(store_id, path, **params))


@pytest.mark.parametrize(
    "keyword",
    [
        "ärmel",
        "SHIRT-1",
        "shirt-1-xl",
        "linen",
        "lin*",
        "small",
        "Brae",
        '"washed linen"',
        "linen unknown",
    ],
)
def test_a_keyword_finds_a_product_by_its_texts(
    shop: tuple[SandboxClient, int], keyword: str
) -> None:
    assert names(shop, "/products", "name", keyword=keyword) == ["Ärmel shirt"]


@pytest.mark.parametrize("keyword", ["lin", "inen", "secret", '"linen washed"', "*", '""'])
def test_a_keyword_finds_whole_words_only(shop: tuple[SandboxClient, int], keyword: str) -> None:
    assert names(shop, "/products", "name", keyword=keyword) == []


@pytest.mark.parametrize("sku", ["SHIRT-1", "SHIRT-1-S", "SHIRT-1-XL"])
def test_a_sku_finds_the_product_of_a_variation(shop: tuple[SandboxClient, int], sku: str) -> None:
    assert names(shop, "/products", "sku", sku=sku) == ["SHIRT-1"]


@pytest.mark.parametrize("sku", ["SHIRT", "SHIRT-1-X", "shirt-1", "SHIRT-1-S\nSHIRT-1-XL"])
def test_a_part_of_a_sku_finds_nothing(shop: tuple[SandboxClient, int], sku: str) -> None:
    assert names(shop, "/products", "sku", sku=sku) == []


@pytest.mark.parametrize(
    ("parameter", "text"),
    [
        ("keywords", "müller"),
        ("keywords", "Oak walnut"),
        ("keywords", "rx77"),
        ("keywords", "ring"),
        ("keywords", "BOARD-1"),
        ("keywords", "ada@shopper.example"),
        ("customer", "Müller"),
    ],
)
def test_keywords_find_an_order_by_its_texts(
    shop: tuple[SandboxClient, int], parameter: str, text: str
) -> None:
    found = names(shop, "/orders", "email", **{parameter: text})

    assert found == ["ada@shopper.example"]


@pytest.mark.parametrize("keywords", ["oak pine", "walnuts", "%"])
def test_keywords_must_all_be_in_an_order(shop: tuple[SandboxClient, int], keywords: str) -> None:
    assert names(shop, "/orders", "email", keywords=keywords) == []


@pytest.mark.parametrize("name", ["orderNumber", "vendorOrderNumber"])
def test_order_numbers_are_lists_that_turn_off_other_filters(
    shop: tuple[SandboxClient, int], name: str
) -> None:
    sandbox, store_id = shop
    placed = sandbox.list_items(store_id, "/orders", paymentStatus="AWAITING_PAYMENT,INCOMPLETE")
    field = "orderNumber" if name == "orderNumber" else "id"
    numbers = ",".join(str(order[field]) for order in placed)

    found = names(shop, "/orders", "email", **{name: numbers, "paymentStatus": "PAID"})

    assert found == ["ada@shopper.example", "bo@shopper.example"]
    assert names(shop, "/orders", "email", **{name: "2147483647"}) == []


@pytest.mark.parametrize(
    "params",
    [
        {"keyword": "bo@shopper"},
        {"keyword": "shop*", "city": "gent"},
        {"phone": "+32 9"},
        {"phone": "477"},
        {"postalCode": "9000"},
    ],
    ids=str,
)
def test_a_customer_is_found_by_addresses_and_contacts(
    shop: tuple[SandboxClient, int], params: dict[str, str]
) -> None:
    assert names(shop, "/customers", "email", **params) == ["bo@shopper.example"]


def test_a_customer_of_an_order_gets_the_persons_first_and_last_name(
    shop: tuple[SandboxClient, int],
) -> None:
    assert names(shop, "/customers", "name", email="ada@shopper.example") == ["Ada Müller"]
    assert names(shop, "/customers", "name", keyword="müller ada") == ["Ada Müller"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("2026-01-01 00:00:00 UTC", 1),
        ("2026-01-01 00:00:00 GMT", 1),
        ("2126-01-01 00:00:00 UTC", 0),
    ],
)
def test_a_date_may_name_the_zone_utc(
    shop: tuple[SandboxClient, int], text: str, count: int
) -> None:
    assert len(names(shop, "/orders", "email", createdFrom=text)) == count


def test_a_date_with_another_zone_name_is_rejected(shop: tuple[SandboxClient, int]) -> None:
    sandbox, store_id = shop

    answer = sandbox.api(store_id, "/orders", createdFrom="2026-01-01 00:00:00 CET")

    assert error_of(answer) == (400, "WRONG_PARAMETER")
