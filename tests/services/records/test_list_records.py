"""Lists of records: every filter and order gives the right records, at a bounded cost."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from peewee import Database, PostgresqlDatabase

from portal.models import Coupon, Customer, Order, Product, Store
from portal.models.bulk import chunked, insert_rows
from portal.services.records import list_statements
from portal.services.records.list_queries import ListQuery, TimeRange, sort_of
from portal.services.records.list_records import count_records, read_page
from portal.services.records.record_filters import LIST_RULES
from portal.services.records.record_views import (
    CATEGORIES,
    COUPONS,
    CUSTOMERS,
    ORDERS,
    PRODUCTS,
    VARIATIONS,
    RecordView,
)
from tests.factories import UPDATED_AT, make_store, product_row

STORE = Store(id=1003, currency="EUR")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAYMENTS, FULFILLMENTS = ("PAID", "CANCELLED"), ("SHIPPED", "DELIVERED", "RETURNED")
FIELDS = ("id", "payment_status", "fulfillment_status", "email", "created_at", "updated_at")


def order_of(number: int, spread: int) -> dict[str, Any]:
    """Return the row of an order; times repeat, and the older ones change later.

    The larger ``spread`` is, the fewer orders one customer or coupon has.
    """
    return {
        "store": 1003,
        "remote_id": number,
        "raw": {},
        "number": f"N{number}",
        "payment_status": PAYMENTS[number % 10 == 0],
        "fulfillment_status": FULFILLMENTS[number % 3],
        "email": f"a{number % (7 * spread)}@shopper.example",
        "customer_id": number % (5 * spread),
        "coupon_code_key": "ten" if number % (4 * spread) == 0 else None,
        "external_id": f"ours-{number}" if number % 2 else None,
        "remote_created_at": NOON + timedelta(seconds=number // 2),
        "remote_updated_at": NOON + timedelta(days=1, seconds=-(number // 3)),
        "synced_at": NOON,
        "deleted_at": NOON if number % 11 == 0 else None,
    }


def insert_orders(count: int, spread: int = 1) -> list[dict[str, Any]]:
    """Insert orders without their search texts; return the live ones."""
    rows = [order_of(number, spread) for number in range(1, count + 1)]
    for part in chunked(rows, 200):
        insert_rows(Order, part)
    return [row for row in rows if row["deleted_at"] is None]


@pytest.fixture
def store(database: Database) -> Store:
    return make_store()


def pages(view: RecordView, query: ListQuery, limit: int = 7) -> list[list[int]]:
    """Return the ids on all pages of a list."""
    found, after = [], None
    while True:
        page = read_page(view, STORE, query, fields=("id",), limit=limit, after=after)
        found.append([row["id"] for row in page.rows])
        if page.next is None:
            return found
        after = page.next


QUERIES: dict[str, tuple[ListQuery, Any]] = {
    "all": (ListQuery(), lambda _row: True),
    "number": (ListQuery({"number": "N8"}), lambda row: row["number"] == "N8"),
    "reference": (ListQuery({"external_id": "ours-9"}), lambda row: row["remote_id"] == 9),
    "customer": (ListQuery({"customer_id": 3}), lambda row: row["customer_id"] == 3),
    "address": (
        ListQuery({"email": " A3@shopper.example"}),
        lambda row: row["email"] == "a3@shopper.example",
    ),
    "coupon": (ListQuery({"coupon_code": "TEN"}), lambda row: row["coupon_code_key"] == "ten"),
    "payment": (
        ListQuery({"payment_status": "CANCELLED"}),
        lambda row: row["payment_status"] == "CANCELLED",
    ),
    "both statuses": (
        ListQuery({"payment_status": "PAID", "fulfillment_status": "RETURNED"}),
        lambda row: (row["payment_status"], row["fulfillment_status"]) == ("PAID", "RETURNED"),
    ),
    "coupon of a status": (
        ListQuery({"coupon_code": "ten", "fulfillment_status": "SHIPPED"}),
        lambda row: row["coupon_code_key"] == "ten" and row["fulfillment_status"] == "SHIPPED",
    ),
    "changed": (
        ListQuery(updated=TimeRange(NOON + timedelta(days=1, seconds=-10))),
        lambda row: row["remote_updated_at"] >= NOON + timedelta(days=1, seconds=-10),
    ),
    "created and changed": (
        ListQuery(
            {"payment_status": "PAID"},
            created=TimeRange(NOON + timedelta(seconds=5), NOON + timedelta(seconds=20)),
            updated=TimeRange(until=NOON + timedelta(days=1, seconds=-6)),
        ),
        lambda row: (
            row["payment_status"] == "PAID"
            and NOON + timedelta(seconds=5)
            <= row["remote_created_at"]
            < NOON + timedelta(seconds=20)
            and row["remote_updated_at"] < NOON + timedelta(days=1, seconds=-6)
        ),
    ),
}
KEYS: dict[str, Any] = {
    "updated_at": lambda row: (row["remote_updated_at"], row["remote_id"]),
    "created_at": lambda row: (row["remote_created_at"], row["remote_id"]),
    "id": lambda row: row["remote_id"],
}


@pytest.mark.parametrize("name", QUERIES)
def test_every_order_of_a_filtered_list_has_each_match_once(
    store: Store, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    rows = insert_orders(40)
    query, matches = QUERIES[name]
    expected = [row for row in rows if matches(row)]
    assert expected

    small, large, unselective = (5, 9, 2_000), (500, 5_000, 2_000), (5, 9, 1)
    sorts = LIST_RULES["order"].sorts
    for sort, (first, scan, selective) in (
        *((sort, small) for sort in sorts),
        (None, large),
        (None, unselective),
        ("-id", unselective),
    ):
        order = ListQuery(query.filters, query.updated, query.created, sort)
        used = sort_of(ORDERS, order)
        wanted = sorted(expected, key=KEYS[used.lstrip("-")], reverse=used.startswith("-"))
        monkeypatch.setattr(list_statements, "FIRST_SCAN", first)
        monkeypatch.setattr(list_statements, "SCAN_LIMIT", scan)
        monkeypatch.setattr(list_statements, "SELECTIVE_LIMIT", selective)
        found = pages(ORDERS, order)
        flat = [remote_id for page in found for remote_id in page]
        assert flat == [row["remote_id"] for row in wanted], (used, first, selective)
        assert max(map(len, found)) <= 7
    count = count_records(ORDERS, STORE, query)
    assert (count.value, count.is_exact) == (len(expected), True) or name == "all"


def test_default_order_follows_the_changes_or_the_index_of_the_filter() -> None:
    created = TimeRange(since=NOON)

    assert sort_of(PRODUCTS, ListQuery()) == "updated_at"
    assert sort_of(VARIATIONS, ListQuery()) == sort_of(CATEGORIES, ListQuery()) == "id"
    assert sort_of(ORDERS, ListQuery({"payment_status": "PAID"})) == "created_at"
    assert sort_of(ORDERS, ListQuery(created=created)) == "created_at"
    assert sort_of(ORDERS, ListQuery(created=created, updated=created)) == "updated_at"
    assert sort_of(ORDERS, ListQuery(created=created, sort="-id")) == "-id"


def test_products_are_found_by_category_stock_and_visibility(store: Store) -> None:
    Product.upsert(
        product_row(
            remote_id=number,
            category_ids=[[7], [17, 7], [70, 17], []][number % 4],
            is_in_stock=number % 3 == 0,
            is_enabled=number != 12,
            remote_updated_at=UPDATED_AT + timedelta(seconds=number),
        )
        for number in range(1, 14)
    )

    def found(**filters: Any) -> list[int]:
        return [each for page in pages(PRODUCTS, ListQuery(filters)) for each in page]

    assert found(category_id=7) == [1, 4, 5, 8, 9, 12, 13]
    assert found(category_id=17, is_in_stock=True) == [6, 9]
    assert found(category_id=1) == []
    assert found(is_in_stock=True, is_enabled=True) == [3, 6, 9]
    assert found(is_enabled=False) == [12]


@pytest.mark.promise(11)
def test_page_of_deleted_records_ends_early(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    insert_orders(30)
    Order.update(deleted_at=NOON).where(Order.remote_id <= 20).execute()
    monkeypatch.setattr(list_statements, "SCAN_LIMIT", 10)

    found = pages(ORDERS, ListQuery(sort="id"), limit=5)

    assert found[:2] == [[], []]
    assert [each for page in found for each in page] == [
        each for each in range(21, 31) if each % 11
    ]


def test_large_number_of_matches_is_a_least_number(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert_orders(40)
    monkeypatch.setattr(list_statements, "COUNT_LIMIT", 10)
    monkeypatch.setattr("portal.services.records.list_records.COUNT_LIMIT", 10)

    assert count_records(ORDERS, STORE, ListQuery({"number": "N8"})) == (1, True)
    many = count_records(ORDERS, STORE, ListQuery(created=TimeRange(NOON)))
    assert (many.value <= 10, many.is_exact) == (True, False)


@contextmanager
def statements_of(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """Collect the statements that are executed."""
    asked: list[tuple[str, Any]] = []
    execute = database.execute_sql
    database.execute_sql = lambda sql, values=None: (
        asked.append((sql, values)) or execute(sql, values)
    )
    try:
        yield asked
    finally:
        database.execute_sql = execute


# The index that each filter must use, if it decides which records are read.
INDEXES = {
    "number": "order_store_id_number",
    "external_id": "order_store_id_external_id",
    "customer_id": "order_store_id_customer_id",
    "email": "order_store_id_email",
    "coupon_code": "order_store_id_coupon_code_key",
    "updated_at": "order_store_id_remote_updated_at",
    "created_at": "order_store_id_remote_created_at",
}
VALUES = {
    "number": "N8",
    "external_id": "ours-9",
    "customer_id": 3,
    "email": "a3@shopper.example",
    "coupon_code": "ten",
    "payment_status": "CANCELLED",
    "fulfillment_status": "RETURNED",
}


@pytest.mark.promise(11)
def test_every_filter_and_order_reads_an_index(store: Store, database: Database) -> None:
    insert_orders(10_000, spread=100)
    database.execute_sql("ANALYZE")
    is_postgresql = isinstance(database, PostgresqlDatabase)
    later = TimeRange(since=NOON + timedelta(minutes=30))
    calls = [
        (name, ListQuery(dict.fromkeys([name], VALUES[name]) if name else {}, sort=sort))
        for name in ("", *VALUES)
        for sort in LIST_RULES["order"].sorts[::2]
    ]
    calls += [("range", ListQuery(created=later)), ("range", ListQuery(created=later, sort="id"))]

    for name, query in calls:
        with statements_of(database) as asked:
            read_page(ORDERS, STORE, query, fields=("id",), limit=100)
            count_records(ORDERS, STORE, query)
        explain = "EXPLAIN" if is_postgresql else "EXPLAIN QUERY PLAN"
        for sql, values in asked:
            rows = database.execute_sql(f"{explain} {sql}", values).fetchall()
            plan = "\n".join(str(row[0 if is_postgresql else 3]) for row in rows)
            if '"mirror_count"' in sql:
                continue
            assert "TEMP B-TREE" not in plan, (name, query, plan)
            assert "Sort" not in plan, (name, query, plan)
            if list_statements.COUNT_LIMIT + 1 not in values:
                # A count may read any index, because its order doesn't matter.
                assert "Seq Scan" not in plan, (name, query, plan)
                assert "SCAN " not in plan, (name, query, plan)
        if name in INDEXES:
            first = asked[0]
            plan = str(database.execute_sql(f"{explain} {first[0]}", first[1]).fetchall())
            assert INDEXES[name] in plan, (name, plan)


@pytest.mark.parametrize("view", [PRODUCTS, VARIATIONS, CATEGORIES, ORDERS, CUSTOMERS, COUPONS])
def test_every_list_is_empty_in_an_empty_store(store: Store, view: RecordView) -> None:
    rules = LIST_RULES[view.name]
    filters = VALUES | {"sku": "x", "code": "x", "status": "x"}

    for sort in rules.sorts:
        assert pages(view, ListQuery(sort=sort)) == [[]]
    for name in rules.filters:
        assert pages(view, ListQuery({name: filters.get(name, 1)})) == [[]]


def test_orders_by_time_have_an_index_for_every_table_with_times() -> None:
    for table in (Product, Order, Customer, Coupon):
        rules = LIST_RULES[table._meta.table_name]
        indexed = {index[0] for index in table._meta.indexes if isinstance(index, tuple)}
        for field in rules.times.values():
            assert ("store", field.name, "remote_id") in indexed
