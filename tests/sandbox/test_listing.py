"""Tests for filters, sort orders, pagination and field selection of lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sandbox.client import SandboxClient

PRODUCTS = 230


@dataclass
class Store:
    """A store with 230 products and their snapshot from the admin API."""

    sandbox: SandboxClient
    store_id: int
    snapshot: list[dict[str, Any]]

    def page(self, **params: Any) -> dict[str, Any]:
        """Return one page of products."""
        answer = self.sandbox.api(self.store_id, "/products", **params)
        assert answer.status_code == 200, answer.text
        page: dict[str, Any] = answer.json()
        return page

    def ids(self, **params: Any) -> list[int]:
        """Return the ids that a search finds, over all pages."""
        found: list[int] = []
        while True:
            page = self.page(offset=len(found), **params)
            found += [item["id"] for item in page["items"]]
            if page["count"] < page["limit"]:
                return found


@pytest.fixture(scope="module")
def store(sandbox: SandboxClient) -> Store:
    store_id = sandbox.make_store(products=PRODUCTS, seed=7)
    sandbox.connect(store_id)
    snapshot = sandbox.admin("GET", f"/stores/{store_id}/snapshot").json()["products"]
    return Store(sandbox, store_id, snapshot)


def test_a_list_returns_100_items_by_default(store: Store) -> None:
    page = store.page()

    envelope = {name: value for name, value in page.items() if name != "items"}
    assert envelope == {"total": PRODUCTS, "count": 100, "offset": 0, "limit": 100}
    assert len(page["items"]) == 100


@pytest.mark.parametrize(
    ("asked", "applied", "count"), [("7", 7, 7), ("100", 100, 100), ("5000", 100, 100)]
)
def test_the_response_contains_the_applied_limit(
    store: Store, asked: str, applied: int, count: int
) -> None:
    page = store.page(limit=asked)

    assert (page["limit"], page["count"], len(page["items"])) == (applied, count, count)


def test_only_the_last_page_has_fewer_items(store: Store) -> None:
    pages = [store.page(offset=offset) for offset in (0, 100, 200, 300, 10**30)]

    assert [page["count"] for page in pages] == [100, 100, 30, 0, 0]
    assert all(page["total"] == PRODUCTS for page in pages)
    assert len(store.ids()) == len(set(store.ids())) == PRODUCTS


@pytest.mark.parametrize("name", ["offset", "limit"])
@pytest.mark.parametrize("value", ["-1", "ten", "1.5", ""])
def test_an_invalid_offset_or_limit_is_rejected(store: Store, name: str, value: str) -> None:
    answer = store.sandbox.api(store.store_id, "/products", **{name: value})

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
def test_products_are_sorted_as_requested(store: Store, sort_by: str, field: str) -> None:
    ascending = [item[field] for item in store.page(sortBy=f"{sort_by}_ASC")["items"]]
    descending = [item[field] for item in store.page(sortBy=f"{sort_by}_DESC")["items"]]

    assert ascending == sorted(ascending)
    assert descending == sorted(descending, reverse=True)
    assert ascending[0] < descending[0]


@pytest.mark.parametrize("sort_by", ["UPDATED_TIME_ASC", "updated_time_asc", "PRICE_DESC"])
def test_paging_through_a_sorted_list_returns_every_product_once(
    store: Store, sort_by: str
) -> None:
    ids = store.ids(sortBy=sort_by)

    assert sorted(ids) == [product["id"] for product in store.snapshot]


def test_an_unknown_sort_order_is_rejected_with_the_known_ones(store: Store) -> None:
    answer = store.sandbox.api(store.store_id, "/products", sortBy="CHEAPEST")

    assert answer.status_code == 400
    assert "UPDATED_TIME_ASC" in answer.json()["errorMessage"]


def test_updated_from_is_inclusive_and_updated_to_is_exclusive(store: Store) -> None:
    times = sorted(product["updated"] for product in store.snapshot)
    since, until = times[50], times[150]

    found = store.ids(updatedFrom=since, updatedTo=until)

    assert sorted(found) == [p["id"] for p in store.snapshot if since <= p["updated"] < until]
    assert len(store.ids(updatedFrom=since, updatedTo=since)) == 0
    assert len(store.ids(updatedFrom=since, updatedTo=since + 1)) >= 1


def test_created_from_is_inclusive_and_created_to_is_exclusive(store: Store) -> None:
    item = store.page(limit=1)["items"][0]
    second = item["createTimestamp"]

    assert store.ids(createdFrom=second, createdTo=second + 1) == [item["id"]]
    assert item["id"] not in store.ids(createdTo=second)


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M:%S +0000", "%Y-%m-%d %H:%M:%S"])
def test_filters_accept_formatted_dates(store: Store, form: str) -> None:
    second = sorted(product["updated"] for product in store.snapshot)[100]
    written = datetime.fromtimestamp(second, UTC).strftime(form)

    assert store.ids(updatedFrom=written) == store.ids(updatedFrom=second)


@pytest.mark.parametrize("form", ["9" * 12, "9" * 5_000])
def test_a_time_beyond_the_calendar_is_its_end(store: Store, form: str) -> None:
    assert store.ids(createdFrom=form) == []
    assert store.ids(createdTo=form) == store.ids()


def test_dates_default_to_midnight_utc_and_accept_offsets(store: Store) -> None:
    midnight = int(datetime(2025, 3, 1, tzinfo=UTC).timestamp())

    assert store.ids(updatedFrom="2025-03-01") == store.ids(updatedFrom=midnight)
    assert store.ids(updatedFrom="2025-03-01 02:00:00 +0200") == store.ids(updatedFrom=midnight)


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
def test_an_invalid_parameter_is_rejected(store: Store, name: str, value: str) -> None:
    answer = store.sandbox.api(store.store_id, "/products", **{name: value})

    assert answer.status_code == 400
    assert answer.json()["errorCode"] == "WRONG_PARAMETER"


def test_product_ids_override_other_filters(store: Store) -> None:
    ids = [product["id"] for product in store.snapshot[10:13]]

    found = store.ids(productId=f"{ids[0]}, {ids[1]},{ids[2]},42,x", priceFrom=10**9)

    assert found == ids


def test_the_sku_filter_matches_exactly(store: Store) -> None:
    item = store.page(limit=1)["items"][0]

    assert store.ids(sku=item["sku"]) == [item["id"]]
    assert store.ids(sku=item["sku"][:-1]) == []


def test_a_keyword_matches_names_and_skus(store: Store) -> None:
    word = store.snapshot[0]["name"].split()[0]
    item = store.page(limit=1)["items"][0]

    assert store.ids(keyword=word) == [p["id"] for p in store.snapshot if word in p["name"]]
    assert store.ids(keyword=f"{word[:-1]}*") == store.ids(keyword=word)
    assert store.ids(keyword=word[:-1]) == []
    assert item["id"] in store.ids(keyword=item["sku"].lower())
    assert store.ids(keyword="no such thing") == []


@pytest.mark.parametrize("character", ["%", "_"])
def test_a_keyword_is_not_a_sql_pattern(store: Store, character: str) -> None:
    assert store.ids(keyword=character) == []


@pytest.mark.parametrize(("yes", "no"), [("true", "false"), ("on", "off"), ("1", "0")])
def test_enabled_and_in_stock_split_the_products(store: Store, yes: str, no: str) -> None:
    shown, hidden = store.ids(enabled=yes), store.ids(enabled=no)
    stocked, sold_out = store.ids(inStock=yes), store.ids(inStock=no)

    assert hidden
    assert len(shown) + len(hidden) == PRODUCTS
    assert sold_out
    assert len(stocked) + len(sold_out) == PRODUCTS


def test_the_price_filter_includes_both_bounds(store: Store) -> None:
    found = store.ids(priceFrom="20", priceTo="30.5")

    assert found == [p["id"] for p in store.snapshot if 20 <= p["price"] <= 30.5]
    assert found


def test_the_category_filter_finds_only_its_products(store: Store) -> None:
    item = store.page(limit=1)["items"][0]
    category = item["categoryIds"][0]

    found = store.page(category=category)["items"]

    assert item["id"] in [product["id"] for product in found]
    assert all(category in product["categoryIds"] for product in found)
    assert store.page(category=str(category)[:-1])["total"] == 0


def test_only_requested_fields_are_sent(store: Store) -> None:
    page = store.page(responseFields="total,items(id,options(choices(text)),absent)", limit=100)

    assert page.keys() == {"total", "items"}
    assert all(item.keys() <= {"id", "options"} for item in page["items"])
    option = next(item["options"][0] for item in page["items"] if item["options"])
    assert option.keys() == {"choices"}
    assert all(choice.keys() == {"text"} for choice in option["choices"])


def test_a_value_without_fields_is_sent_unchanged(store: Store) -> None:
    assert store.page(responseFields="total(digits)") == {"total": PRODUCTS}


def test_fields_can_be_selected_for_a_single_product(store: Store) -> None:
    product_id = store.snapshot[0]["id"]

    product = store.sandbox.api(store.store_id, f"/products/{product_id}", responseFields="id,name")

    assert product.json() == {"id": product_id, "name": store.snapshot[0]["name"]}


def test_the_deletion_history_lists_a_deleted_product(
    sandbox: SandboxClient, store_id: int
) -> None:
    before = int(datetime.now(UTC).timestamp())
    kept, gone = sandbox.make_product(store_id), sandbox.make_product(store_id)

    sandbox.api(store_id, f"/products/{gone}", method="DELETE")

    page = sandbox.api(store_id, "/products/deleted", from_date=before).json()
    assert page["total"] == 1
    assert [item["id"] for item in page["items"]] == [gone]
    assert datetime.strptime(page["items"][0]["date"], "%Y-%m-%d %H:%M:%S %z")
    assert [item["id"] for item in sandbox.list_items(store_id)] == [kept]


def test_the_deletion_history_is_filtered_by_time_and_paginated(
    sandbox: SandboxClient, store_id: int
) -> None:
    ids = [sandbox.make_product(store_id) for _ in range(3)]
    for product_id in ids:
        sandbox.admin("DELETE", f"/stores/{store_id}/products/{product_id}")
    with sandbox.parts.state.transaction() as connection:
        for n, product_id in enumerate(ids):
            connection.execute("UPDATE deleted SET at = ? WHERE id = ?", (1000 + n, product_id))

    def found(**params: Any) -> list[int]:
        page = sandbox.api(store_id, "/products/deleted", **params).json()
        return [item["id"] for item in page["items"]]

    assert found() == ids
    assert found(from_date=1001) == ids[1:]
    assert found(from_date=1000, to_date=1002) == ids[:2]
    assert found(offset=1, limit=1) == [ids[1]]
