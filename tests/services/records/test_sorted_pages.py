"""Sorted and filtered lists have every match once, at a bounded cost, on both databases."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from peewee import Database

from portal.models import Customer, Product, Store
from portal.models.customer import HAS_ORDERS
from portal.rules.records.search_text import fold
from portal.services.mirror.resources import COUPONS, CUSTOMERS, PRODUCTS
from portal.services.records import match_conditions, sorted_pages
from portal.services.records.cursor_pagination import CursorError
from portal.services.records.order_list import BY_TOTAL
from portal.services.records.record_lists import (
    COUPON_LIST,
    CUSTOMER_LIST,
    LISTS,
    PRODUCT_LIST,
    ListConditions,
    RecordList,
    known_conditions,
)
from portal.services.records.sorted_pages import ListPage, SortedList
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    make_store,
    product_payload,
    product_row,
)
from tests.query_plans import plan_of, plan_of_text
from tests.web.page_walk import recorded_statements

COUNT = 37
UNLIMITED = 2**31 - 1


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of five records, so that a list has many."""
    monkeypatch.setattr(sorted_pages, "PAGE_SIZE", 5)


@pytest.fixture
def store(database: Database) -> Store:
    """A store with products of few prices and stocks, and one deleted product."""
    store = make_store()
    letters = "zÄaÖoñnbB"
    Product.upsert(
        product_row(
            remote_id=number,
            name=f"{letters[number % 9]}-mug {number % 4}",
            sku=f"S-{number}",
            price=None if number % 7 == 0 else Decimal(number % 5),
            quantity=None if number % 6 == 0 else number % 3,
            is_in_stock=number % 6 == 0 or number % 3 > 0,
            is_enabled=number % 4 > 0,
            category_ids=[number % 5, 90],
            remote_updated_at=UPDATED_AT + timedelta(seconds=number // 3),
        )
        for number in range(1, COUNT + 1)
    )
    Product.upsert([product_row(remote_id=99, name="a-mug")])
    Product.mark_deleted(Product.remote_id == 99, read_at=UPDATED_AT + timedelta(days=9))
    return store


def ids(page: ListPage) -> list[int]:
    return [row.remote_id for row in page.rows]


def pages_of(
    store: Store, wanted: ListConditions, listed: RecordList = PRODUCT_LIST
) -> list[list[int]]:
    """Return the ids of all pages from the first to the last, after checking the way back."""
    found, cursor, last = [], None, None
    while True:
        last = SortedList.of(store, listed, wanted).page(after=cursor)
        found.append(ids(last))
        if last.later is None:
            break
        cursor = last.later
    return found


def all_ids(store: Store, **wanted: Any) -> list[int]:
    return [each for page in pages_of(store, ListConditions(**wanted)) for each in page]


KEYS: dict[str, Callable[[Product], Any]] = {
    "updated": lambda row: (row.remote_updated_at, row.remote_id),
    # Products of the same name are in the order of their SKUs.
    "name": lambda row: ((*fold(row.name).split(), fold(row.sku)), row.remote_id),
    "price": lambda row: (-1 if row.price is None else row.price, row.remote_id),
    "-price": lambda row: (-1 if row.price is None else row.price, row.remote_id),
    "stock": lambda row: (UNLIMITED if row.quantity is None else row.quantity, row.remote_id),
    "-stock": lambda row: (UNLIMITED if row.quantity is None else row.quantity, row.remote_id),
}
FILTERS: dict[str, tuple[dict[str, str], Callable[[Product], bool]]] = {
    "all": ({}, lambda _row: True),
    "hidden": ({"visibility": "hidden"}, lambda row: not row.is_enabled),
    "visible": ({"visibility": "visible"}, lambda row: row.is_enabled),
    "sold out": ({"stock": "sold_out"}, lambda row: not row.is_in_stock),
    "in stock": ({"stock": "available"}, lambda row: row.is_in_stock),
    "category": ({"category": "3"}, lambda row: 3 in row.category_ids),
    "several": (
        {"visibility": "hidden", "stock": "available", "category": "90"},
        lambda row: not row.is_enabled and row.is_in_stock,
    ),
}


@pytest.mark.parametrize("order", KEYS)
@pytest.mark.parametrize("filter_name", FILTERS)
@pytest.mark.parametrize("match_limit", [5_000, 3], ids=["indexed", "scanned"])
def test_pages_have_every_match_once_in_order(
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    order: str,
    filter_name: str,
    match_limit: int,
) -> None:
    monkeypatch.setattr(match_conditions, "MATCH_LIMIT", match_limit)
    filters, is_match = FILTERS[filter_name]
    live = list(Product.select().where(Product.deleted_at.is_null()))
    is_descending = PRODUCT_LIST.orders[order].is_descending
    expected = sorted(filter(is_match, live), key=KEYS[order], reverse=is_descending)

    pages = pages_of(store, ListConditions(order=order, filters=filters))

    assert [each for page in pages for each in page] == [row.remote_id for row in expected]
    assert all(len(page) == 5 for page in pages[:-1])


@pytest.mark.parametrize("order", KEYS)
@pytest.mark.parametrize("filters", [{}, {"visibility": "hidden"}, {"visibility": "visible"}])
def test_previous_pages_are_the_same_pages(
    store: Store, order: str, filters: dict[str, str]
) -> None:
    wanted = ListConditions(order=order, filters=filters)
    first = SortedList.of(store, PRODUCT_LIST, wanted).page()
    second = SortedList.of(store, PRODUCT_LIST, wanted).page(after=first.later)

    back = SortedList.of(store, PRODUCT_LIST, wanted).page(before=second.earlier)

    assert ids(back) == ids(first)
    assert back.earlier is None
    assert back.later == first.later


def test_names_sort_without_case_and_accents(store: Store) -> None:
    found = all_ids(store, order="name")
    names = [Product.get(Product.remote_id == each).name[0] for each in found]

    assert "".join(dict.fromkeys(names)).casefold().startswith("a")
    assert [fold(name) for name in names] == sorted(fold(name) for name in names)


def test_few_matches_have_a_position_and_a_number(store: Store) -> None:
    wanted = ListConditions(order="name", filters={"visibility": "hidden"})
    first = SortedList.of(store, PRODUCT_LIST, wanted).page()
    second = SortedList.of(store, PRODUCT_LIST, wanted).page(after=first.later)

    assert (first.first, first.matches) == (1, 9)
    assert (second.first, second.matches) == (6, 9)


@pytest.mark.parametrize("order", ["updated", "name", "price"])
def test_search_and_filter_apply_together(store: Store, order: str) -> None:
    wanted = {"text": "mugs 3", "order": order, "filters": {"visibility": "visible"}}

    # No visible product has a number whose rest by 4 is 0.
    assert sorted(all_ids(store, **wanted)) == [n for n in range(1, COUNT + 1) if n % 4 == 3]


def test_frequent_words_are_found_in_every_order(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.services.records.text_search.MATCH_LIMIT", 3)

    assert len(all_ids(store, text="mug", order="price")) == COUNT


def test_scan_ends_early_and_continues(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_pages, "SCAN_LIMIT", 8)
    monkeypatch.setattr(sorted_pages, "FIRST_SCAN", 4)
    monkeypatch.setattr(match_conditions, "MATCH_LIMIT", 3)
    wanted = ListConditions(filters={"category": "3"})
    first = SortedList.of(store, PRODUCT_LIST, wanted).page()

    assert first.checked == 8
    assert len(first.rows) < 5
    assert sorted(all_ids(store, filters={"category": "3"})) == list(range(3, COUNT + 1, 5))


@pytest.mark.parametrize(("every", "sizes"), [(2, [6, 18]), (50, [6, 94]), (1, [6])])
def test_scan_continues_with_as_many_records_as_the_page_probably_needs(
    store: Store, monkeypatch: pytest.MonkeyPatch, every: int, sizes: list[int]
) -> None:
    monkeypatch.setattr(sorted_pages, "FIRST_SCAN", 6)
    monkeypatch.setattr(sorted_pages, "SCAN_LIMIT", 100)
    Product.update(is_in_stock=False).execute()
    chosen = list(range(every, COUNT + 1, every))
    Product.update(is_in_stock=True).where(Product.remote_id.in_(chosen)).execute()
    Product.update(price=Product.remote_id).execute()
    wanted = ListConditions(order="price", filters={"stock": "available"})

    with recorded_statements() as statements:
        page = SortedList.of(store, PRODUCT_LIST, wanted).page()

    assert len(page.rows) == min(5, COUNT // every)
    scans = [text for text in statements if " AS value" in text]
    assert [int(re.findall(r"LIMIT (\d+)", text)[-1]) for text in scans] == sizes


def test_products_are_filtered_by_the_reason_that_prevents_their_sale(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorted_pages, "CHECKED_SCAN", 4)
    monkeypatch.setattr(sorted_pages, "CHECKED_AT_ONCE", 3)
    store = make_store()
    payloads = [
        product_payload(id=number, name=f"Mug {number}", enabled=number != 2)
        | ({} if number != 5 else {"imageUrl": None, "media": None, "thumbnailUrl": None})
        | ({"unlimited": False, "inStock": False, "quantity": 0} if number == 7 else {})
        for number in range(1, 13)
    ]
    PRODUCTS.write(PRODUCTS.map(store.id, payloads, UPDATED_AT))

    unsellable = all_ids(store, filters={"sellable": "no"})
    assert {2, 7} <= set(unsellable)
    assert all_ids(store, filters={"sellable": "product_disabled"}) == [2]
    assert all_ids(store, filters={"sellable": "out_of_stock"}) == [7]
    assert all_ids(store, filters={"sellable": "out_of_stock"}, text="mug") == [7]
    sellable = all_ids(store, filters={"sellable": "yes"})
    assert sorted([*sellable, *unsellable]) == list(range(1, 13))


def test_customers_sort_by_name_and_orders_and_filter(database: Database) -> None:
    store = make_store()
    people = (("Zoë", 3, True), ("Ångström", 0, False), ("bob", 7, True), (None, 0, False))
    payloads = [
        customer_payload(
            id=number,
            name=name,
            email=f"m{number}@example.com",
            totalOrderCount=orders,
            acceptMarketing=accepts,
            billingPerson=None,
        )
        for number, (name, orders, accepts) in enumerate(people, start=1)
    ]
    CUSTOMERS.write(CUSTOMERS.map(store.id, payloads, UPDATED_AT))
    Customer.update(order_count=None).where(Customer.remote_id == 4).execute()

    def found(**wanted: Any) -> list[int]:
        pages = pages_of(store, ListConditions(**wanted), CUSTOMER_LIST)
        return [each for page in pages for each in page]

    # Without a name, the email address counts, as it is shown.
    assert found(order="name") == [2, 3, 4, 1]
    assert found(order="-orders")[:3] == [3, 1, 2]
    assert sorted(found(filters={"marketing": "yes"})) == [1, 3]
    assert sorted(found(filters={"orders": "yes"})) == [1, 3]
    assert found(filters={"orders": "no"}) == [2]
    # The last customer's number of orders isn't known.
    assert found(order="-orders", filters={"orders": "yes"}) == [3, 1]


@pytest.mark.parametrize("match_limit", [5_000, 0], ids=["indexed", "scanned"])
@pytest.mark.parametrize("order", CUSTOMER_LIST.orders)
def test_rare_customers_without_orders_are_found_in_every_order(
    database: Database, monkeypatch: pytest.MonkeyPatch, order: str, match_limit: int
) -> None:
    monkeypatch.setattr(match_conditions, "MATCH_LIMIT", match_limit)
    monkeypatch.setattr(sorted_pages, "SCAN_LIMIT", 30)
    store = make_store()
    payloads = [
        customer_payload(
            id=number,
            name=f"Ada {number:03}",
            email=f"m{number}@example.com",
            totalOrderCount=0 if number in (3, 30) else number,
            acceptMarketing=number != 30,
        )
        for number in range(1, 61)
    ]
    CUSTOMERS.write(CUSTOMERS.map(store.id, payloads, UPDATED_AT))

    def first(**filters: str) -> ListPage:
        wanted = ListConditions(order=order, filters=filters)
        return SortedList.of(store, CUSTOMER_LIST, wanted).page()

    # The oldest customers are beyond the first step of a scan from the newest.
    is_beyond = order == "newest" and not match_limit
    assert sorted(ids(first(orders="no"))) == ([] if is_beyond else [3, 30])
    assert ids(first(orders="no", marketing="yes")) == ([] if is_beyond else [3])
    if order == "-orders":
        assert first(orders="no").checked is None


@pytest.mark.promise(11)
@pytest.mark.parametrize("value", HAS_ORDERS)
def test_customers_with_and_without_orders_are_found_by_an_index(
    database: Database, value: str
) -> None:
    rule = CUSTOMER_LIST.filters["orders"]
    ordered = CUSTOMER_LIST.orders["-orders"].narrowed(rule.ranges[value][1])
    query = rule.indexed(1003, value)
    assert query is not None
    checked = Customer.select(Customer.remote_id).where(
        Customer.matching(1003, [1, 2, 3]), rule.condition(value)
    )
    with database.atomic():
        plans = [
            plan_of(database, query.limit(5)),
            plan_of_text(
                database, f"{ordered.index._select('')} ORDER BY value DESC LIMIT 5", [1003]
            ),
        ]
        key_plan = plan_of(database, checked)

    assert all("customer_store_id_order_count" in plan for plan in plans)
    assert all("TEMP B-TREE" not in plan and "Sort" not in plan for plan in plans)
    assert "remote_id=?" in key_plan or "remote_id = ANY" in key_plan


def test_coupons_sort_by_code_and_uses_and_filter_by_status(database: Database) -> None:
    store = make_store()
    coupons = (("ZEBRA", 5, "ACTIVE"), ("apple", 1, "PAUSED"), ("Mango", 9, "EXPIRED"))
    payloads = [
        coupon_payload(id=number, code=code, orderCount=uses, status=status)
        for number, (code, uses, status) in enumerate(coupons, start=1)
    ]
    COUPONS.write(COUPONS.map(store.id, payloads, UPDATED_AT))

    def found(**wanted: Any) -> list[list[int]]:
        return pages_of(store, ListConditions(**wanted), COUPON_LIST)

    assert found(order="name") == [[2, 3, 1]]
    assert found(order="-uses") == [[3, 1, 2]]
    assert found(filters={"status": "PAUSED"}) == [[2]]


@pytest.mark.parametrize(
    "cursor", ["", "x", "5", "5~", "~5", "0~5", "-1~5", f"{2**63}~5", f"5~{2**63}", "5~1.5", "5~x"]
)
def test_malformed_cursor_is_an_error(store: Store, cursor: str) -> None:
    with pytest.raises(CursorError):
        SortedList.of(store, PRODUCT_LIST, ListConditions(order="price")).page(after=cursor)


def test_unknown_orders_and_filters_are_ignored() -> None:
    asked = {"visibility": "purple", "stock": "sold_out", "category": "x", "sellable": "", "y": "1"}

    wanted = known_conditions(PRODUCT_LIST, "", "purple", asked)

    assert wanted == ListConditions("", "updated", {"stock": "sold_out"})


def test_iterated_keys_are_those_of_the_pages(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorted_pages, "SCAN_LIMIT", 8)
    monkeypatch.setattr(sorted_pages, "FIRST_SCAN", 4)
    for filters in ({}, {"category": "3"}, {"visibility": "hidden"}, {"sellable": "yes"}):
        wanted = ListConditions(order="price", filters=filters)
        listed = SortedList.of(store, PRODUCT_LIST, wanted)
        steps = list(listed.iter_keys(None, 3))
        keys = [key.remote_id for step, _ in steps for key in step]

        assert keys == all_ids(store, order="price", filters=filters)
        assert all(len(step) <= 3 for step, _ in steps)
        if len(steps) > 2:
            rest = listed.iter_keys(steps[1][1], 3)
            done = sum(len(step) for step, _ in steps[:2])
            assert [key.remote_id for step, _ in rest for key in step] == keys[done:]


@pytest.mark.parametrize(
    ("table", "order"),
    [
        *((table, order) for table, listed in LISTS.items() for order in listed.orders),
        *(("order", order) for order in BY_TOTAL),
    ],
)
def test_each_order_reads_its_index(database: Database, table: str, order: str) -> None:
    make_store()
    index = (BY_TOTAL if table == "order" else LISTS[table].orders)[order].index
    select = index._select(f" AND {index._value} > {database.param}")
    value: Any = UPDATED_AT if index.time is not None else ("x" if index.is_text else 5)
    value = index.time.db_value(value) if index.time is not None else value
    with database.atomic():
        plan = plan_of_text(database, f"{select} ORDER BY value, remote_id LIMIT 5", [1003, value])

    assert "index" in plan.lower()
    assert "sort" not in plan.lower().replace("sorted", "")
    assert "TEMP B-TREE" not in plan
    names = {
        "name": "search_document_name",
        "price": "price",
        "stock": "quantity",
        "total": "total",
    }
    assert names.get(order.removeprefix("-"), table) in plan
