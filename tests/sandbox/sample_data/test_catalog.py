"""Tests for the sample products and categories."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import requests

from portal.sandbox.images import svg_image
from portal.sandbox.sample_data.catalog import DEPARTMENTS, YEAR_S, make_categories, make_products
from tests.sandbox.client import SandboxClient

NOW = 1_750_000_000


def generate(count: int = 1000, seed: int = 1) -> list[dict[str, Any]]:
    """Generate sample products."""
    return list(
        make_products(count, seed=seed, first_id=101, categories=make_categories(1), now=NOW)
    )


def share(products: list[dict[str, Any]], field: str) -> float:
    """Return the share of products with a non-empty value in a field."""
    return sum(bool(product.get(field)) for product in products) / len(products)


def test_the_seed_determines_the_products() -> None:
    assert generate(seed=4) == generate(seed=4)
    assert [p["name"] for p in generate(seed=4)] != [p["name"] for p in generate(seed=5)]


def test_two_stores_with_the_same_seed_have_the_same_products(sandbox: SandboxClient) -> None:
    stores = [sandbox.make_store(products=40, seed=9) for _ in range(2)]
    for store_id in stores:
        sandbox.connect(store_id)

    first, second = (sandbox.list_items(store_id) for store_id in stores)

    fields = ("id", "name", "sku", "price", "options", "categoryIds", "enabled")
    assert [[p[f] for f in fields] for p in first] == [[p[f] for f in fields] for p in second]


def test_categories_are_departments_with_subcategories() -> None:
    categories = make_categories(11)

    tops = [category for category in categories if "parentId" not in category]
    assert [top["name"] for top in tops] == [department.name for department in DEPARTMENTS]
    assert [category["id"] for category in categories] == list(range(11, 41))
    assert {c["parentId"] for c in categories if "parentId" in c} == {top["id"] for top in tops}


def test_ids_and_skus_are_unique() -> None:
    products = generate()

    assert [product["id"] for product in products] == list(range(101, 1101))
    assert len({product["sku"] for product in products}) == 1000


def test_names_and_prices_match_the_department() -> None:
    names = {category["id"]: category["name"] for category in make_categories(1)}

    for product in generate(300):
        subcategory, parent = (names[category] for category in product["categoryIds"])
        department = next(d for d in DEPARTMENTS if d.name == parent)
        assert subcategory in department.subcategories
        assert any(noun in product["name"] for noun in department.nouns)
        assert department.prices[0] <= product["price"] < department.prices[1] + 1


def test_products_differ_in_stock_variations_and_prices() -> None:
    products = generate()

    stocked = [product for product in products if not product.get("unlimited")]
    sold_out = [product for product in stocked if product["quantity"] == 0]
    assert share(products, "unlimited") == pytest.approx(0.2, abs=0.05)
    assert len(sold_out) / 1000 == pytest.approx(0.07, abs=0.03)
    assert share(products, "combinations") == pytest.approx(0.33, abs=0.05)
    assert share(products, "compareToPrice") == pytest.approx(0.18, abs=0.05)
    assert share(products, "enabled") == pytest.approx(0.96, abs=0.03)
    assert len({product["name"] for product in products}) > 600


def test_update_times_are_spread_over_years_and_in_the_past() -> None:
    products = generate()

    updates = [product["updated"] for product in products]
    assert all(NOW - 5 * YEAR_S - 3600 <= updated < NOW for updated in updates)
    assert all(product["created"] <= product["updated"] for product in products)
    assert min(updates) < NOW - 4 * YEAR_S
    assert max(updates) > NOW - YEAR_S


def test_imports_give_many_products_the_same_update_time() -> None:
    biggest = Counter(product["updated"] for product in generate(5000)).most_common(3)

    assert [count for _, count in biggest] == [250, 120, 40]


def test_variations_match_the_options_choices(sandbox: SandboxClient) -> None:
    varied = [product for product in generate() if "combinations" in product]

    for product in varied:
        choices = [choice["text"] for choice in product["options"][0]["choices"]]
        assert [c["options"][0]["value"] for c in product["combinations"]] == choices
        assert all(c["price"] >= product["price"] for c in product["combinations"])
        assert len({c["sku"] for c in product["combinations"]}) == len(choices)


def test_a_product_has_an_image(sandbox: SandboxClient) -> None:
    store_id = sandbox.make_store(products=1)
    sandbox.connect(store_id)
    [product] = sandbox.list_items(store_id)

    answer = requests.get(product["thumbnailUrl"], timeout=10)

    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")


def test_images_differ_by_seed_and_are_reproducible() -> None:
    assert svg_image("a") == svg_image("a")
    assert len({svg_image(str(n)) for n in range(100)}) > 50
