"""Tests for the filters of products and categories, and for request bodies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of
from tests.sandbox.rest.conftest import SampleStore

Product = dict[str, Any]
Predicate = Callable[[Product], bool]
SEARCHES: list[tuple[dict[str, Any], Predicate]] = [
    ({"inventory": "instock"}, lambda p: p["inStock"]),
    ({"inventory": "outofstock"}, lambda p: not p["inStock"]),
    ({"onsale": "onsale"}, lambda p: p.get("compareToPrice", 0) > p["price"]),
    ({"onsale": "notonsale"}, lambda p: p.get("compareToPrice", 0) <= p["price"]),
    ({"isGiftCard": "true"}, lambda _: False),
    ({"discountsAllowed": "yes"}, lambda _: True),
    ({"isCustomerSetPrice": "true"}, lambda _: False),
    ({"visibleInStorefront": "true"}, lambda p: p["enabled"]),
    ({"externalReferenceId": "A-1"}, lambda _: False),
    ({"taxClassCodes": "books"}, lambda _: False),
    ({"enabledManualTaxes": "5"}, lambda _: False),
    ({"lang": "de", "searchMethod": "CP", "cleanUrls": "true", "baseUrl": "x"}, lambda _: True),
    (
        {"option_Size": "M,Small"},
        lambda p: any(
            option["name"] == "Size" and {c["text"] for c in option["choices"]} & {"M", "Small"}
            for option in p["options"]
        ),
    ),
    (
        {"attribute_Brand": "Alder"},
        lambda p: any(
            (each["name"], each["value"]) == ("Brand", "Alder") for each in p["attributes"]
        ),
    ),
]


@pytest.mark.parametrize(("params", "matches"), SEARCHES, ids=[str(q) for q, _ in SEARCHES])
def test_a_filter_finds_the_matching_products(
    sample_store: SampleStore, params: dict[str, Any], matches: Predicate
) -> None:
    wanted = [product["id"] for product in sample_store.records("product") if matches(product)]

    assert sample_store.ids("/products", **params) == wanted


@pytest.mark.parametrize("name", ["inventory", "onsale"])
def test_an_unknown_filter_value_is_rejected(sample_store: SampleStore, name: str) -> None:
    answer = sample_store.sandbox.api(sample_store.store_id, "/products", **{name: "perhaps"})

    assert error_of(answer) == (400, "WRONG_PARAMETER")


def test_products_can_be_found_by_attribute_reference_and_custom_price(
    sandbox: SandboxClient, store_id: int
) -> None:
    made = sandbox.make_product(
        store_id,
        externalReferenceId="A-1",
        attributes=[{"name": "Brand", "value": "Alder"}],
        isCustomerSetPrice=True,
    )
    sandbox.make_product(store_id, attributes=[{"name": "Brand", "value": "Brae"}])

    for params in (
        {"externalReferenceId": "A-1"},
        {"attribute_Brand": "Alder"},
        {"isCustomerSetPrice": "on"},
    ):
        assert [p["id"] for p in sandbox.list_items(store_id, **params)] == [made]


def test_category_filters_can_include_subcategories(sandbox: SandboxClient, store_id: int) -> None:
    def category(name: str, parent: int = 0) -> int:
        body = {"name": name, "parentId": parent}
        return int(sandbox.api(store_id, "/categories", method="POST", json=body).json()["id"])

    top = category("Top")
    below = category("Below", top)
    deep = category("Deep", below)
    other = category("Other")
    mug = sandbox.make_product(store_id, categoryIds=[deep])
    bowl = sandbox.make_product(store_id, categoryIds=[other])

    def products(**params: Any) -> list[int]:
        return [p["id"] for p in sandbox.list_items(store_id, **params)]

    def categories(**params: Any) -> list[int]:
        return [
            c["id"] for c in sandbox.list_items(store_id, "/categories", **params) if c["id"] >= top
        ]

    assert products(category=top) == []
    assert products(category=top, includeProductsFromSubcategories="true") == [mug]
    assert products(categories=f"{deep},{other}") == [mug, bowl]
    assert categories(parent=top) == [below]
    assert categories(parent=top, withSubcategories="true") == [below, deep]
    assert categories(parentCategoryId=top) == [below]
    assert categories(categoryIds=f"{deep},{other}") == [deep, other]


def test_a_category_requires_a_name(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/categories", method="POST", json={"parentId": 1})

    assert error_of(answer) == (400, "WRONG_PARAMETER")


@pytest.mark.parametrize(
    ("content_type", "status"),
    [("application/json", 200), ("text/json", 200), ("text/plain", 415), ("image/png", 415)],
)
def test_a_body_with_another_content_type_is_rejected(
    sandbox: SandboxClient, store_id: int, content_type: str, status: int
) -> None:
    token = sandbox.connect(store_id)

    answer = sandbox.call(
        "POST",
        f"/api/v3/{store_id}/products",
        data=b'{"name": "Mug"}',
        headers={"Authorization": f"Bearer {token}", "Content-Type": content_type},
    )

    assert answer.status_code == status


def test_the_app_can_uninstall_itself(sandbox: SandboxClient, store_id: int) -> None:
    answer = sandbox.api(store_id, "/application", method="DELETE", namespace="our-app")

    assert answer.json() == {"deleteCount": 1}
    assert sandbox.api(store_id, "/profile").status_code == 403
