"""The made-up shop is the same for the same seed, and looks like a shop."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import requests

from portal.sandbox.images import picture
from portal.sandbox.shop.catalogue import DEPARTMENTS, YEAR_S, make_categories, make_products
from tests.sandbox.outside import Outside

NOW = 1_750_000_000


def shop(count: int = 1000, seed: int = 1) -> list[dict[str, Any]]:
    """Return the products of a shop."""
    return list(
        make_products(count, seed=seed, first_id=101, categories=make_categories(1), now=NOW)
    )


def share(products: list[dict[str, Any]], field: str) -> float:
    """Return the share of products that have a field, and it isn't empty."""
    return sum(bool(product.get(field)) for product in products) / len(products)


def test_a_seed_is_a_shop() -> None:
    assert shop(seed=4) == shop(seed=4)
    assert [p["name"] for p in shop(seed=4)] != [p["name"] for p in shop(seed=5)]


def test_a_store_made_twice_is_the_same_shop(outside: Outside) -> None:
    stores = [outside.make_store(products=40, seed=9) for _ in range(2)]
    for store_id in stores:
        outside.connect(store_id)

    first, second = (outside.listed(store_id) for store_id in stores)

    fields = ("id", "name", "sku", "price", "options", "categoryIds", "enabled")
    assert [[p[f] for f in fields] for p in first] == [[p[f] for f in fields] for p in second]


def test_categories_are_departments_with_their_shelves() -> None:
    categories = make_categories(11)

    tops = [category for category in categories if "parentId" not in category]
    assert [top["name"] for top in tops] == [department.name for department in DEPARTMENTS]
    assert [category["id"] for category in categories] == list(range(11, 41))
    assert {c["parentId"] for c in categories if "parentId" in c} == {top["id"] for top in tops}


def test_numbers_and_skus_are_each_products_own() -> None:
    products = shop()

    assert [product["id"] for product in products] == list(range(101, 1101))
    assert len({product["sku"] for product in products}) == 1000


def test_names_and_prices_are_those_of_the_department() -> None:
    names = {category["id"]: category["name"] for category in make_categories(1)}

    for product in shop(300):
        shelf, top = (names[category] for category in product["categoryIds"])
        department = next(d for d in DEPARTMENTS if d.name == top)
        assert shelf in department.shelves
        assert any(noun in product["name"] for noun in department.nouns)
        assert department.prices[0] <= product["price"] < department.prices[1] + 1


def test_the_shop_is_mixed() -> None:
    products = shop()

    stocked = [product for product in products if not product.get("unlimited")]
    sold_out = [product for product in stocked if product["quantity"] == 0]
    assert share(products, "unlimited") == pytest.approx(0.2, abs=0.05)
    assert len(sold_out) / 1000 == pytest.approx(0.07, abs=0.03)
    assert share(products, "combinations") == pytest.approx(0.33, abs=0.05)
    assert share(products, "compareToPrice") == pytest.approx(0.18, abs=0.05)
    assert share(products, "enabled") == pytest.approx(0.96, abs=0.03)
    assert len({product["name"] for product in products}) > 600


def test_times_are_spread_over_years_and_never_ahead() -> None:
    products = shop()

    updates = [product["updated"] for product in products]
    assert all(NOW - 5 * YEAR_S - 3600 <= updated < NOW for updated in updates)
    assert all(product["created"] <= product["updated"] for product in products)
    assert min(updates) < NOW - 4 * YEAR_S
    assert max(updates) > NOW - YEAR_S


def test_an_import_leaves_many_products_in_one_second() -> None:
    biggest = Counter(product["updated"] for product in shop(5000)).most_common(3)

    assert [count for _, count in biggest] == [250, 120, 40]


def test_variations_follow_the_option(outside: Outside) -> None:
    varied = [product for product in shop() if "combinations" in product]

    for product in varied:
        choices = [choice["text"] for choice in product["options"][0]["choices"]]
        assert [c["options"][0]["value"] for c in product["combinations"]] == choices
        assert all(c["price"] >= product["price"] for c in product["combinations"])
        assert len({c["sku"] for c in product["combinations"]}) == len(choices)


def test_a_product_has_its_picture(outside: Outside) -> None:
    store_id = outside.make_store(products=1)
    outside.connect(store_id)
    [product] = outside.listed(store_id)

    answer = requests.get(product["thumbnailUrl"], timeout=10)

    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")


def test_pictures_differ_and_are_always_the_same() -> None:
    assert picture("a") == picture("a")
    assert len({picture(str(n)) for n in range(100)}) > 50
