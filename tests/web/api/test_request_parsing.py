"""Pagination, change tracking and schemas of the API's records."""

from __future__ import annotations

import gzip
from datetime import timedelta
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from portal.models import Product, Store
from portal.services.records import record_views
from portal.services.records.included_records import inclusions_of
from portal.services.records.read_records import fields_of, fields_on_request
from portal.services.records.record_views import DELETED_AT, RecordView
from portal.web.api import (
    catalog_schemas,
    category_schemas,
    coupon_schemas,
    customer_schemas,
    order_record_schemas,
    store_schemas,
)
from tests.factories import UPDATED_AT, product_row
from tests.web.api.conftest import Caller

PRODUCTS = "/stores/1003/products"
LISTS: dict[str, type[msgspec.Struct]] = {
    "products": catalog_schemas.ProductPage,
    "variations": catalog_schemas.VariationPage,
    "categories": category_schemas.CategoryPage,
    "orders": order_record_schemas.OrderPage,
    "customers": customer_schemas.CustomerPage,
    "coupons": coupon_schemas.CouponPage,
    "events": store_schemas.WebhookEventPage,
}
VIEWS: list[tuple[RecordView, type[msgspec.Struct]]] = [
    (record_views.PRODUCTS, catalog_schemas.Product),
    (record_views.VARIATIONS, catalog_schemas.Variation),
    (record_views.CATEGORIES, category_schemas.Category),
    (record_views.ORDERS, order_record_schemas.Order),
    (record_views.CUSTOMERS, customer_schemas.Customer),
    (record_views.COUPONS, coupon_schemas.Coupon),
]


@pytest.fixture
def portal_database_url(database_url: str) -> str:
    """SQLite and PostgreSQL, one after the other."""
    return database_url


def fill(store: Store, count: int, *, since: int = 0) -> None:
    """Mirror ``count`` products, two per second, starting at second ``since``."""
    Product.upsert(
        product_row(
            store=store.id,
            remote_id=number,
            sku=f"M-{number}",
            raw={"id": number, "price": Decimal("24.90")},
            remote_updated_at=UPDATED_AT + timedelta(seconds=since + number // 2),
        )
        for number in range(1, count + 1)
    )


def walk(caller: Caller, path: str) -> list[dict[str, Any]]:
    """Return all pages of a list by following the `Link` headers."""
    pages = []
    while path:
        answer = caller.get(path)
        assert answer.status_code == 200, answer.text
        pages.append(answer.json)
        link = answer.headers.get("Link", "")
        assert bool(link) == (answer.json["next"] is not None)
        path = link.partition("/api/v1")[2].partition(">")[0]
    return pages


def ids(pages: list[dict[str, Any]]) -> list[int]:
    return [item["id"] for page in pages for item in page["items"]]


@pytest.mark.parametrize(("view", "shape"), VIEWS, ids=lambda one: getattr(one, "name", ""))
def test_record_has_exactly_the_documented_fields(
    view: RecordView, shape: type[msgspec.Struct]
) -> None:
    named = {*fields_of(view), *fields_on_request(view), *inclusions_of(view), DELETED_AT}
    assert named == set(shape.__struct_fields__)


def test_every_list_matches_its_schema(caller: Caller, mirror: Store) -> None:
    for name, shape in LISTS.items():
        page = msgspec.json.decode(caller.get(f"/stores/1003/{name}").data, type=shape)
        assert len(page.items) == 1, name
        assert page.next is None


def test_single_records_can_include_the_raw_record(caller: Caller, mirror: Store) -> None:
    for path in ("products/5", "categories/7", "orders/90", "customers/12", "coupons/33"):
        everything = caller.get(f"/stores/1003/{path}?fields=id,raw").json
        assert everything["raw"]
        assert set(everything) == {"id", "raw"}

    order = caller.get("/stores/1003/orders/90").json
    assert (order["total"], order["items"][0]["price"]) == ("49.72", "24.90")
    assert "raw" not in order


def test_amounts_of_orders_are_returned_on_request(caller: Caller, mirror: Store) -> None:
    one = caller.get("/stores/1003/orders/90?fields=total,amounts").json
    page = caller.get("/stores/1003/orders?fields=amounts,items").json

    assert one["amounts"] == page["items"][0]["amounts"]
    assert one["amounts"] == [
        {"kind": "items", "name": "", "amount": "49.80"},
        {"kind": "coupon", "name": "WELCOME-10", "amount": "-4.98"},
        {"kind": "shipping", "name": "Standard", "amount": "4.90"},
    ]
    assert sum(Decimal(part["amount"]) for part in one["amounts"]) == Decimal(one["total"])
    assert "amounts" not in caller.get("/stores/1003/orders/90").json
    assert caller.get("/stores/1003/products/5?fields=amounts").status_code == 422
    assert caller.get("/stores/1003/orders?fields=amounts&number=none").json["items"] == []


def test_pages_contain_every_record_once_least_recently_updated_first(
    caller: Caller, store: Store
) -> None:
    fill(store, 25)

    pages = walk(caller, f"{PRODUCTS}?limit=10&fields=id")

    assert [len(page["items"]) for page in pages] == [10, 10, 5]
    assert ids(pages) == list(range(1, 26))
    assert set(pages[0]["items"][0]) == {"id"}


def test_record_that_changes_while_paging_appears_again_and_a_deleted_one_never(
    caller: Caller, store: Store
) -> None:
    fill(store, 6)
    first = caller.get(f"{PRODUCTS}?limit=4").json

    Product.upsert([product_row(remote_id=2, remote_updated_at=UPDATED_AT + timedelta(hours=1))])
    Product.mark_deleted(Product.matching(store.id, [6]), read_at=UPDATED_AT + timedelta(hours=1))
    rest = caller.get(f"{PRODUCTS}?limit=4&after={first['next']}").json

    assert ids([first]) == [1, 2, 3, 4]
    assert ids([rest]) == [5, 2]


def test_updated_since_includes_records_of_exactly_that_time(caller: Caller, store: Store) -> None:
    fill(store, 6)

    found = walk(caller, f"{PRODUCTS}?limit=2&updated_since=2026-03-01T13:00:02%2B01:00")

    assert ids(found) == [4, 5, 6]


def test_records_are_found_by_their_filters(caller: Caller, mirror: Store) -> None:
    for path, count in {
        "products?sku=MUG-1": 1,
        "products?sku=MUG-2": 0,
        "variations?product_id=5&sku=MUG-1-L": 1,
        "variations?product_id=6": 0,
        "orders?number=EBJFT&email=ADA@shopper.example&coupon_code=welcome-10": 1,
        "orders?number=OTHER": 0,
        "customers?email=ada@shopper.example": 1,
        "coupons?code=%20Welcome-10": 1,
        "coupons?code=WELCOME-11": 0,
        "events?type=product.updated&state=pending&since=2026-03-01T12:00:00Z": 1,
        "events?state=dead": 0,
    }.items():
        assert len(caller.get(f"/stores/1003/{path}").json["items"]) == count, path


def test_unchanged_content_is_a_304_and_other_content_is_compressed(
    caller: Caller, store: Store
) -> None:
    fill(store, 20)
    first = caller.get(PRODUCTS, Accept_Encoding="gzip")

    assert first.headers["Content-Encoding"] == "gzip"
    assert len(msgspec.json.decode(gzip.decompress(first.data))["items"]) == 20

    again = caller.get(PRODUCTS, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.data) == (304, b"")

    Product.upsert([product_row(remote_id=99, remote_updated_at=UPDATED_AT + timedelta(hours=1))])
    assert caller.get(PRODUCTS, If_None_Match=first.headers["ETag"]).status_code == 200


def test_events_and_runs_are_paginated(caller: Caller, mirror: Store) -> None:
    started = [
        caller.post("/stores/1003/runs", {"resource": resource}).json["id"]
        for resource in ("products", "orders", "customers")
    ]

    assert ids(walk(caller, "/stores/1003/runs?limit=2")) == sorted(started, reverse=True)
    assert ids(walk(caller, "/stores/1003/runs?resource=orders")) == [started[1]]
    (event,) = walk(caller, "/stores/1003/events?limit=1")[0]["items"]
    assert caller.get(f"/stores/1003/events/{event['event_id']}").json == event
