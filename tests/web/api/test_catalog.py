"""Products, variations and categories as a channel reads them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from portal.models import Category, Product, Store, database
from portal.services.mirror.resources import CATEGORIES, PRODUCTS
from portal.web.api import catalog_schemas, category_schemas
from tests.factories import UPDATED_AT, category_payload, product_payload, product_row
from tests.rules.records.catalog import VARIATION, full_product
from tests.statements import count_statements
from tests.web.api.conftest import READ_AT, Caller

BASE = product_payload()


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


@pytest.fixture
def catalog(store: Store) -> Store:
    """A mug with two sizes in a category two levels down."""
    large = VARIATION | {"weight": 1, "quantity": None}
    small = VARIATION | {"id": 52, "sku": None, "options": [{"name": "Size", "value": "S"}]}
    mug = BASE | full_product(combinations=[large, small])
    PRODUCTS.save(store.id, [mug], READ_AT)
    CATEGORIES.save(
        store.id,
        [
            category_payload(id=1, parentId=0, name="Tableware"),
            category_payload(id=3, parentId=1, name="For drinks"),
            category_payload(id=7, parentId=3, description="<p>For tea</p>"),
        ],
        READ_AT,
    )
    return store


def test_every_field_of_the_catalog_is_described() -> None:
    pages = [
        catalog_schemas.ProductPage,
        catalog_schemas.VariationPage,
        category_schemas.CategoryPage,
    ]
    _, schemas = msgspec.json.schema_components(pages, ref_template="#/{name}")

    assert [
        f"{name}.{field}"
        for name, schema in schemas.items()
        if not name.endswith(("Page", "Count"))
        for field, about in schema.get("properties", {}).items()
        if "description" not in about
    ] == []


def test_product_has_what_a_channel_needs_to_sell_it(caller: Caller, catalog: Store) -> None:
    mug = caller.get("/stores/1003/products/5").json

    assert (mug["type"], mug["brand"], mug["gtin"]) == ("physical", "Alder", "4006381333931")
    assert mug["sellable"] == {"is_sellable": True, "reasons": []}
    assert [option["name"] for option in mug["options"]] == ["Size", "Extras"]
    assert (mug["variation_count"], mug["stock_policy"], mug["quantity"]) == (2, "tracked", 7)
    assert mug["description_text"] == "Thrown & glazed\nby hand.\nOven-safe"
    assert mug["images"][0]["alt"] == "The mug on a table"


def test_only_the_fields_that_are_named_are_returned(caller: Caller, catalog: Store) -> None:
    for path in ("products?fields=sellable,price", "products?fields=price,sellable,raw"):
        (mug,) = caller.get(f"/stores/1003/{path}").json["items"]
        assert {"id", "price", "sellable"} == set(mug) - {"raw"}
        assert ("raw" in mug) == ("raw" in path)


def test_variation_is_read_by_its_id_with_the_values_of_its_product(
    caller: Caller, catalog: Store
) -> None:
    large = caller.get("/stores/1003/variations/51").json
    small = caller.get("/stores/1003/variations/52").json

    assert (large["price"], large["own_price"], small["price"]) == ("27.40", None, "24.90")
    assert (large["quantity"], large["shares_stock"]) == (7, True)
    assert (small["quantity"], small["shares_stock"]) == (3, False)
    assert (large["weight"], small["weight"]) == ("1", "0.4")
    assert large["bulk_prices"][0] == {"quantity": 10, "price": "24.50"}
    assert large["updated_at"] == caller.get("/stores/1003/products/5").json["updated_at"]
    assert caller.get("/stores/1003/variations/53").status_code == 404
    assert caller.get("/stores/1003/variations/51?fields=hue").status_code == 422


def test_variation_that_its_product_no_longer_has_is_gone(caller: Caller, catalog: Store) -> None:
    PRODUCTS.save(catalog.id, [BASE | full_product()], READ_AT + timedelta(seconds=1))

    assert caller.get("/stores/1003/variations/51").status_code == 410
    assert caller.get("/stores/1003/variations").json["items"] == []


def test_page_of_variations_reads_each_product_once(caller: Caller, catalog: Store) -> None:
    with count_statements(database.obj) as statements:
        assert len(caller.get("/stores/1003/variations").json["items"]) == 2

    assert len([one for one in statements if 'FROM "product"' in one]) == 1


def test_page_of_products_reads_the_channel_with_the_key_only(
    caller: Caller, catalog: Store
) -> None:
    with count_statements(database.obj) as statements:
        assert caller.get(f"/stores/{catalog.id}/products").status_code == 200

    assert not [one for one in statements if 'FROM "channel" ' in one]


def test_category_has_its_path_from_the_top_level(caller: Caller, catalog: Store) -> None:
    mugs = caller.get("/stores/1003/categories/7").json

    assert mugs["path"] == [
        {"id": 1, "name": "Tableware"},
        {"id": 3, "name": "For drinks"},
        {"id": 7, "name": "Mugs"},
    ]
    assert (mugs["description_text"], mugs["image"]) == ("For tea", None)
    assert caller.get("/stores/1003/categories?fields=name&limit=1").json["items"] == [
        {"id": 1, "name": "Tableware"}
    ]


def test_path_begins_below_a_deleted_category_and_at_a_circle(
    caller: Caller, catalog: Store
) -> None:
    def path() -> list[int]:
        return [node["id"] for node in caller.get("/stores/1003/categories/7").json["path"]]

    CATEGORIES.save(catalog.id, [category_payload(id=1, parentId=7, name="Tableware")], READ_AT)
    assert path() == [1, 3, 7]
    Category.mark_deleted(Category.matching(catalog.id, [3]), read_at=READ_AT)
    assert path() == [7]


@pytest.mark.parametrize("raw", [{}, {"media": 1, "options": [None], "tax": "x"}])
def test_strange_record_is_shown_with_empty_fields(caller: Caller, store: Store, raw: Any) -> None:
    Product.upsert([product_row(raw=raw, remote_updated_at=UPDATED_AT)])

    mug = caller.get("/stores/1003/products/5").json

    assert (mug["price"], mug["images"], mug["options"]) == ("24.90", [], [])
    assert "no_image" in mug["sellable"]["reasons"]
