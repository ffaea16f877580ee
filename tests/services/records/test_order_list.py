"""The list of orders has every match once in each order, on pages and in exports."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from peewee import Database, PostgresqlDatabase

from portal.models import Order, OrderItem, Store
from portal.services.mirror.resources import ORDERS
from portal.services.records import (
    cursor_pagination,
    match_conditions,
    order_filter,
    sorted_pages,
    text_search,
)
from portal.services.records.cursor_pagination import CursorError
from portal.services.records.export_options import ExportOptions
from portal.services.records.export_records import ExportFormat, export
from portal.services.records.order_filter import API, PORTAL, STORE, OrderFilter
from portal.services.records.order_list import ORDER_SORTS, OrderPage, list_orders
from tests.factories import UPDATED_AT, make_store, order_payload
from tests.query_plans import plan_of
from tests.services.records.test_search_orders import made

COUNT = 23


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of four orders, so that a list has many."""
    monkeypatch.setattr(sorted_pages, "PAGE_SIZE", 4)
    monkeypatch.setattr(cursor_pagination, "PAGE_SIZE", 4)


@pytest.fixture
def store(database: Database) -> Store:
    """A store with orders of few totals, some without one, and one deleted order."""
    store = make_store()
    items = order_payload()["items"]
    payloads = [
        made(
            number,
            total=Decimal(number % 5) + Decimal("0.5"),
            paymentStatus="PAID" if number % 3 else "CANCELLED",
            discountCoupon={"code": "TEN"} if number % 4 == 0 else None,
            customerId=number % 6 + 1,
            items=[
                items[0] | {"id": 10 * number, "productId": 70 + number % 2},
                items[0] | {"id": 10 * number + 1, "productId": 70 + number % 2},
            ],
        )
        for number in range(1, COUNT + 1)
    ]
    ORDERS.save(store.id, [*payloads, made(99, items=payloads[0]["items"])], UPDATED_AT)
    Order.update(total=None).where(Order.remote_id == 7).execute()
    Order.mark_deleted(Order.remote_id == 99, read_at=UPDATED_AT + timedelta(days=9))
    return store


def pages_of(store: Store, sort: str, **wanted: Any) -> list[OrderPage]:
    pages = [list_orders(store, OrderFilter(**wanted), sort)]
    while pages[-1].later is not None:
        pages.append(list_orders(store, OrderFilter(**wanted), sort, after=pages[-1].later))
    return pages


def ids(page: OrderPage) -> list[int]:
    return [order.remote_id for order in page.rows]


def sorted_ids(sort: str, orders: list[Order]) -> list[int]:
    def key(order: Order) -> tuple[Any, int]:
        by_total = -1 if order.total is None else order.total
        return (by_total if "total" in sort else order.remote_created_at), order.remote_id

    found = sorted(orders, key=key, reverse=sort in ("", "-total"))
    return [order.remote_id for order in found]


FILTERS: dict[str, tuple[dict[str, Any], Any]] = {
    "all": ({}, lambda n: n > 0),
    "status": ({"payment_status": "CANCELLED"}, lambda n: n % 3 == 0),
    "coupon and status": (
        {"coupon": "ten", "payment_status": "PAID"},
        lambda n: n % 4 == 0 and n % 3 > 0,
    ),
    "customer": ({"customer_id": 2}, lambda n: n % 6 == 1),
    "product": ({"product_id": 71}, lambda n: n % 2 == 1),
    "product and customer": ({"product_id": 71, "customer_id": 2}, lambda n: n % 6 == 1),
    "product and text": ({"product_id": 71, "text": "n1"}, lambda n: n % 2 and "1" in str(n)[:1]),
    "no product": ({"product_id": 5}, lambda _n: False),
    "text": ({"text": "n2"}, lambda n: str(n).startswith("2")),
    "text and status": (
        {"text": "n2", "payment_status": "PAID"},
        lambda n: str(n).startswith("2") and n % 3 > 0,
    ),
    "store": ({"channel": STORE}, lambda n: n > 0),
    "portal": ({"channel": PORTAL}, lambda _n: False),
    "API and status": ({"channel": API, "payment_status": "PAID"}, lambda _n: False),
}


@pytest.mark.promise(11)
@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("limit", [5_000, 3], ids=["indexed", "scanned"])
def test_pages_and_export_have_every_match_once_in_order(
    store: Store, monkeypatch: pytest.MonkeyPatch, name: str, limit: int
) -> None:
    for module in (match_conditions, text_search):
        monkeypatch.setattr(module, "MATCH_LIMIT", limit)
    monkeypatch.setattr(order_filter, "SCAN_LIMIT", limit)
    wanted, is_match = FILTERS[name]
    live = Order.select().where(Order.deleted_at.is_null())
    matching = [order for order in live if is_match(order.remote_id)]
    for sort in ("", *ORDER_SORTS):
        expected = sorted_ids(sort, matching)

        pages = pages_of(store, sort, **wanted)

        assert [each for page in pages for each in ids(page)] == expected
        options = ExportOptions(orders=OrderFilter(**wanted), order_sort=sort)
        file = b"".join(export(store, "orders", ExportFormat.JSONL, {}, options=options))
        assert [json.loads(line)["id"] for line in file.splitlines()] == expected


@pytest.mark.parametrize("wanted", [{}, {"payment_status": "PAID"}, {"product_id": 70}], ids=str)
def test_previous_page_is_the_same_page(store: Store, wanted: dict[str, Any]) -> None:
    for sort in ("", *ORDER_SORTS):
        first, second, *_ = pages_of(store, sort, **wanted)

        back = list_orders(store, OrderFilter(**wanted), sort, before=second.earlier)

        assert (ids(back), back.earlier) == (ids(first), None)


def test_dates_narrow_a_list_by_total(store: Store) -> None:
    fifth = Order.get(Order.remote_id == 5)
    until = fifth.remote_created_at + timedelta(seconds=1)

    [page] = pages_of(store, "-total", since=fifth.remote_created_at, until=until)

    assert (ids(page), page.matches, page.first) == ([4, 5], 2, 1)


def test_rare_match_in_a_list_by_total_is_searched_in_steps(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(match_conditions, "MATCH_LIMIT", 0)
    monkeypatch.setattr(sorted_pages, "SCAN_LIMIT", 8)

    first = list_orders(store, OrderFilter(customer_id=2), "total")

    assert (first.checked, first.matches) == (8, None)
    found = [each for page in pages_of(store, "total", customer_id=2) for each in ids(page)]
    assert sorted(found) == [1, 7, 13, 19]


@pytest.mark.parametrize("way", ["after", "before"])
def test_malformed_cursor_is_an_error(store: Store, way: str) -> None:
    for sort in ("", *ORDER_SORTS):
        with pytest.raises(CursorError):
            list_orders(store, OrderFilter(), sort, **{way: "x"})


@pytest.mark.promise(11)
def test_orders_of_a_product_are_found_in_its_index_alone(database: Database) -> None:
    query = order_filter.orders_of_product(1003, 70)
    assert query is not None

    with database.atomic():
        plan = plan_of(database, query.limit(5))

    assert "order_item_store_id_product_id_order_id" in plan
    is_index_only = "Index Only" if isinstance(database, PostgresqlDatabase) else "COVERING"
    assert is_index_only in plan
    assert OrderItem.select().count() == 0
