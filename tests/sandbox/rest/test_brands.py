"""Tests for the endpoint of brands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.client import SandboxClient, error_of


def brand(name: object) -> list[dict[str, object]]:
    """Return the attributes of a product of a brand."""
    return [{"name": "Material", "value": "Oak"}, {"type": "BRAND", "value": name}]


@pytest.fixture(scope="module")
def brands_store(sandbox: SandboxClient) -> int:
    """Id of a store with products of three brands, one of them hidden."""
    store_id = sandbox.make_store()
    sandbox.connect(store_id)
    for attributes in (
        brand("Alder"),
        brand("Brae & Co"),
        [{"alias": "BRAND", "value": "Brae & Co"}],
        brand(7),
        brand(""),
    ):
        sandbox.make_product(store_id, attributes=attributes)
    sandbox.make_product(store_id, attributes=brand("Clay"), enabled=False)
    return store_id


@pytest.mark.parametrize(
    ("params", "names"),
    [
        ({}, ["Brae & Co", "Alder"]),
        ({"sortBy": "PRODUCT_COUNT_ASC"}, ["Alder", "Brae & Co"]),
        ({"sortBy": "name_asc", "hidden_brands": "true"}, ["Alder", "Brae & Co", "Clay"]),
        ({"sortBy": "NAME_DESC"}, ["Brae & Co", "Alder"]),
        ({"offset": 1, "limit": 1}, ["Alder"]),
    ],
    ids=str,
)
def test_brands_are_those_of_the_products(
    sandbox: SandboxClient, brands_store: int, params: dict[str, Any], names: list[str]
) -> None:
    found = sandbox.list_items(brands_store, "/brands", **params)

    assert [item["name"] for item in found] == names


def test_a_brand_links_to_its_products(sandbox: SandboxClient, brands_store: int) -> None:
    found = sandbox.list_items(brands_store, "/brands")[0]

    assert found["nameTranslated"] == {"en": "Brae & Co"}
    assert found["productsFilteredByBrandUrl"].endswith("?attribute_Brand=Brae+%26+Co")


def test_an_unknown_sort_order_is_refused(sandbox: SandboxClient, brands_store: int) -> None:
    answer = sandbox.api(brands_store, "/brands", sortBy="PRICE")

    assert error_of(answer) == (400, "WRONG_PARAMETER")
