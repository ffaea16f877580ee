"""Lists are filtered, sorted, paged and cut as Ecwid documents it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.outside import Outside

PRODUCTS = 230


@dataclass
class Shop:
    """A store of 230 products, and what the control API says of them."""

    outside: Outside
    store_id: int
    truth: list[dict[str, Any]]

    def page(self, **params: Any) -> dict[str, Any]:
        """Return one page of products."""
        answer = self.outside.api(self.store_id, "/products", **params)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def ids(self, **params: Any) -> list[int]:
        """Return the ids that a question finds, over all pages."""
        found: list[int] = []
        while True:
            page = self.page(offset=len(found), **params)
            found += [item["id"] for item in page["items"]]
            if page["count"] < page["limit"]:
                return found


@pytest.fixture(scope="module")
def shop(outside: Outside) -> Shop:
    store_id = outside.make_store(products=PRODUCTS, seed=7)
    outside.connect(store_id)
    truth = outside.control("GET", f"/stores/{store_id}/snapshot").json()["products"]
    return Shop(outside, store_id, truth)


def test_a_list_without_wishes_is_the_first_hundred(shop: Shop) -> None:
    page = shop.page()

    envelope = {name: value for name, value in page.items() if name != "items"}
    assert envelope == {"total": PRODUCTS, "count": 100, "offset": 0, "limit": 100}
    assert len(page["items"]) == 100


@pytest.mark.parametrize(
    ("asked", "applied", "count"), [("7", 7, 7), ("100", 100, 100), ("5000", 100, 100)]
)
def test_the_limit_that_was_applied_is_told(
    shop: Shop, asked: str, applied: int, count: int
) -> None:
    page = shop.page(limit=asked)

    assert (page["limit"], page["count"], len(page["items"])) == (applied, count, count)


def test_only_the_last_page_is_short(shop: Shop) -> None:
    pages = [shop.page(offset=offset) for offset in (0, 100, 200, 300, 10**30)]

    assert [page["count"] for page in pages] == [100, 100, 30, 0, 0]
    assert all(page["total"] == PRODUCTS for page in pages)
    assert len(shop.ids()) == len(set(shop.ids())) == PRODUCTS


@pytest.mark.parametrize("name", ["offset", "limit"])
@pytest.mark.parametrize("value", ["-1", "ten", "1.5", ""])
def test_a_page_that_is_no_number_is_refused(shop: Shop, name: str, value: str) -> None:
    answer = shop.outside.api(shop.store_id, "/products", **{name: value})

    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "WRONG_PARAMETER"
    assert name in answer.json()["errorMessage"]


@pytest.mark.parametrize(
    ("sort_by", "field"),
    [
        ("ADDED_TIME", "createTimestamp"),
        ("UPDATED_TIME", "updateTimestamp"),
        ("NAME", "name"),
        ("PRICE", "price"),
    ],
)
def test_products_come_in_the_order_asked_for(shop: Shop, sort_by: str, field: str) -> None:
    rising = [item[field] for item in shop.page(sortBy=f"{sort_by}_ASC")["items"]]
    falling = [item[field] for item in shop.page(sortBy=f"{sort_by}_DESC")["items"]]

    assert rising == sorted(rising)
    assert falling == sorted(falling, reverse=True)
    assert rising[0] < falling[0]


@pytest.mark.parametrize("sort_by", ["UPDATED_TIME_ASC", "updated_time_asc", "PRICE_DESC"])
def test_a_sorted_walk_meets_every_product_once(shop: Shop, sort_by: str) -> None:
    ids = shop.ids(sortBy=sort_by)

    assert sorted(ids) == [product["id"] for product in shop.truth]


def test_an_unknown_order_is_refused_with_the_known_ones(shop: Shop) -> None:
    answer = shop.outside.api(shop.store_id, "/products", sortBy="CHEAPEST")

    assert answer.status_code == 400
    assert "UPDATED_TIME_ASC" in answer.json()["errorMessage"]


def test_updated_from_includes_its_second_and_updated_to_does_not(shop: Shop) -> None:
    times = sorted(product["updated"] for product in shop.truth)
    since, until = times[50], times[150]

    found = shop.ids(updatedFrom=since, updatedTo=until)

    assert sorted(found) == [p["id"] for p in shop.truth if since <= p["updated"] < until]
    assert len(shop.ids(updatedFrom=since, updatedTo=since)) == 0
    assert len(shop.ids(updatedFrom=since, updatedTo=since + 1)) >= 1


def test_created_from_includes_its_second_and_created_to_does_not(shop: Shop) -> None:
    item = shop.page(limit=1)["items"][0]
    second = item["createTimestamp"]

    assert shop.ids(createdFrom=second, createdTo=second + 1) == [item["id"]]
    assert item["id"] not in shop.ids(createdTo=second)


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S +0000", "%Y-%m-%d %H:%M:%S"])
def test_a_date_may_be_written_out(shop: Shop, form: str) -> None:
    second = sorted(product["updated"] for product in shop.truth)[100]
    written = datetime.fromtimestamp(second, UTC).strftime(form)

    assert shop.ids(updatedFrom=written) == shop.ids(updatedFrom=second)


def test_a_day_begins_at_midnight_utc_and_offsets_are_heeded(shop: Shop) -> None:
    midnight = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp())

    assert shop.ids(updatedFrom="2025-03-01") == shop.ids(updatedFrom=midnight)
    assert shop.ids(updatedFrom="2025-03-01 02:00:00 +0200") == shop.ids(updatedFrom=midnight)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("updatedFrom", "yesterday"),
        ("updatedTo", "2025-13-01"),
        ("createdFrom", "-5"),
        ("priceFrom", "cheap"),
        ("enabled", "perhaps"),
        ("inStock", "2"),
        ("responseFields", "total)"),
    ],
)
def test_a_wrong_wish_is_refused_by_name(shop: Shop, name: str, value: str) -> None:
    answer = shop.outside.api(shop.store_id, "/products", **{name: value})

    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "WRONG_PARAMETER"


def test_products_are_listed_by_number_whatever_else_is_asked(shop: Shop) -> None:
    ids = [product["id"] for product in shop.truth[10:13]]

    found = shop.ids(productId=f"{ids[0]}, {ids[1]},{ids[2]},42,x", priceFrom=10**9)

    assert found == ids


def test_a_sku_finds_exactly_its_product(shop: Shop) -> None:
    item = shop.page(limit=1)["items"][0]

    assert shop.ids(sku=item["sku"]) == [item["id"]]
    assert shop.ids(sku=item["sku"][:-1]) == []


def test_a_keyword_finds_names_and_skus(shop: Shop) -> None:
    word = shop.truth[0]["name"].split()[0]
    item = shop.page(limit=1)["items"][0]

    assert shop.ids(keyword=word) == [p["id"] for p in shop.truth if word in p["name"]]
    assert shop.ids(keyword=f"{word[:-1]}*") == shop.ids(keyword=word[:-1])
    assert item["id"] in shop.ids(keyword=item["sku"].lower())
    assert shop.ids(keyword="no such thing") == []


@pytest.mark.parametrize("character", ["%", "_"])
def test_a_keyword_is_no_pattern(shop: Shop, character: str) -> None:
    assert shop.ids(keyword=character) == []


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("on", "off"), ("1", "0")])
def test_enabled_and_in_stock_part_the_shop(shop: Shop, yes: str, no: str) -> None:
    shown, hidden = shop.ids(enabled=yes), shop.ids(enabled=no)
    stocked, sold_out = shop.ids(inStock=yes), shop.ids(inStock=no)

    assert hidden
    assert len(shown) + len(hidden) == PRODUCTS
    assert sold_out
    assert len(stocked) + len(sold_out) == PRODUCTS


def test_prices_lie_between_both_bounds(shop: Shop) -> None:
    found = shop.ids(priceFrom="20", priceTo="30.5")

    assert found == [p["id"] for p in shop.truth if 20 <= p["price"] <= 30.5]
    assert found


def test_a_category_holds_its_products_alone(shop: Shop) -> None:
    item = shop.page(limit=1)["items"][0]
    category = item["categoryIds"][0]

    found = shop.page(category=category)["items"]

    assert item["id"] in [product["id"] for product in found]
    assert all(category in product["categoryIds"] for product in found)
    assert shop.page(category=str(category)[:-1])["total"] == 0


def test_only_the_fields_asked_for_are_sent(shop: Shop) -> None:
    page = shop.page(responseFields="total,items(id,options(choices(text)),absent)", limit=100)

    assert page.keys() == {"total", "items"}
    assert all(item.keys() <= {"id", "options"} for item in page["items"])
    option = next(item["options"][0] for item in page["items"] if item["options"])
    assert option.keys() == {"choices"}
    assert all(choice.keys() == {"text"} for choice in option["choices"])


def test_what_has_no_fields_is_sent_whole(shop: Shop) -> None:
    assert shop.page(responseFields="total(digits)") == {"total": PRODUCTS}


def test_one_product_is_cut_likewise(shop: Shop) -> None:
    product_id = shop.truth[0]["id"]

    product = shop.outside.api(shop.store_id, f"/products/{product_id}", responseFields="id,name")

    assert product.json() == {"id": product_id, "name": shop.truth[0]["name"]}


def test_a_deletion_stands_in_the_history(outside: Outside, store_id: int) -> None:
    before = int(datetime.now(UTC).timestamp())
    kept, gone = outside.make_product(store_id), outside.make_product(store_id)

    outside.api(store_id, f"/products/{gone}", method="DELETE")

    page = outside.api(store_id, "/products/deleted", from_date=before).json()
    assert page["total"] == 1
    assert [item["id"] for item in page["items"]] == [gone]
    assert datetime.strptime(page["items"][0]["date"], "%Y-%m-%d %H:%M:%S %z")
    assert [item["id"] for item in outside.listed(store_id)] == [kept]


def test_the_history_is_cut_by_time_and_page(outside: Outside, store_id: int) -> None:
    ids = [outside.make_product(store_id) for _ in range(3)]
    for product_id in ids:
        outside.control("DELETE", f"/stores/{store_id}/products/{product_id}")
    with outside.parts.state.writing() as connection:
        for n, product_id in enumerate(ids):
            connection.execute("UPDATE deleted SET at = ? WHERE id = ?", (1000 + n, product_id))

    def found(**params: Any) -> list[int]:
        page = outside.api(store_id, "/products/deleted", **params).json()
        return [item["id"] for item in page["items"]]

    assert found() == ids
    assert found(from_date=1001) == ids[1:]
    assert found(from_date=1000, to_date=1002) == ids[:2]
    assert found(offset=1, limit=1) == [ids[1]]
