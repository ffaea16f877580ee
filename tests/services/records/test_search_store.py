"""Search of a whole store finds records of all kinds, exact ones first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import Database

from portal.models import Order, Product, Store
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS, PRODUCTS
from portal.services.records import search_store as searching
from portal.services.records.search_store import Matches, search_store
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    make_store,
    order_payload,
    product_payload,
    product_row,
)
from tests.query_plans import plan_of
from tests.web.page_walk import recorded_statements


@pytest.fixture
def store(database: Database) -> Store:
    """A store with one record of each kind that has the word river."""
    store = make_store()
    records: list[tuple[Any, dict[str, Any]]] = [
        (PRODUCTS, product_payload(id=11, name="River mug", sku="RM-1")),
        (ORDERS, order_payload(id="ABC-12", internalId=12, email="river@example.com")),
        (CUSTOMERS, customer_payload(id=13, name="Ada River", email="river@example.com")),
        (COUPONS, coupon_payload(id=14, code="RIVER-10", name="Spring")),
    ]
    for resource, payload in records:
        resource.write(resource.map(store.id, [payload], UPDATED_AT))
    return store


def ids(matches: Matches) -> list[int]:
    return [row.remote_id for row in matches.rows]


def test_search_finds_records_of_each_kind(store: Store) -> None:
    found = search_store(store, "rivers")

    assert not found.is_empty
    assert (ids(found.products), ids(found.customers), ids(found.coupons)) == ([11], [13], [14])
    assert ids(found.orders) == [12]


@pytest.mark.parametrize("typed", ["abc-12", "ABC-12", "#ABC-12", "12"])
def test_order_is_found_by_its_number_in_any_case_and_by_its_id(store: Store, typed: str) -> None:
    assert ids(search_store(store, typed).orders) == [12]


def test_nothing_is_found_in_another_store(store: Store) -> None:
    other = make_store(id=2002)

    assert search_store(other, "river").is_empty
    assert search_store(other, "12").is_empty


@pytest.mark.parametrize("typed", ["nowhere", "%", "\u0301", "9" * 30])
def test_search_without_a_match_is_empty(store: Store, typed: str) -> None:
    assert search_store(store, typed).is_empty


def test_record_that_is_named_exactly_comes_first(store: Store) -> None:
    Product.upsert(
        product_row(
            remote_id=number,
            name=f"Mug {number} 5",
            sku=f"{number}-X",
            remote_updated_at=UPDATED_AT + timedelta(seconds=number),
        )
        for number in range(1, 21)
    )
    found = search_store(store, "3-x")

    assert ids(found.products)[0] == 3
    assert found.products.count == 2  # and 13-X
    assert ids(search_store(store, "5").products) == [5, 20, 19, 18, 17]


def test_variation_is_found_as_its_product_by_sku(store: Store) -> None:
    variation = {"id": 70, "combinationNumber": 1, "sku": "RM-1-XL", "options": []}
    payload = product_payload(id=15, name="Bowl", sku="B-1", combinations=[variation])
    with Product._meta.database.atomic():
        PRODUCTS.write(PRODUCTS.map(store.id, [payload], UPDATED_AT))

    assert ids(search_store(store, "rm-1-xl").products) == [15]


def test_newest_of_more_matches_than_the_index_lists_come_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MATCH_LIMIT", 8)
    Product.upsert(
        product_row(
            remote_id=number,
            name=f"River bowl {number}",
            remote_updated_at=UPDATED_AT + timedelta(days=1, seconds=number),
        )
        for number in range(101, 121)
    )
    found = search_store(store, "river")

    assert ids(found.products) == [120, 119, 118, 117, 116]
    assert found.products.count is None
    assert found.products.has_more


def test_older_matches_fill_up_if_the_newest_records_have_few(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "MATCH_LIMIT", 8)
    Product.upsert(
        product_row(
            remote_id=number,
            name="Bowl" if 112 < number < 120 else f"River bowl {number}",
            remote_updated_at=UPDATED_AT + timedelta(days=1, seconds=number),
        )
        for number in range(101, 121)
    )
    Product.mark_deleted(Product.remote_id == 120, read_at=UPDATED_AT + timedelta(days=9))
    Product.upsert(
        [product_row(remote_id=121, name="River", remote_updated_at=UPDATED_AT + timedelta(days=2))]
    )
    found = search_store(store, "river")

    # The newest eight records are 114 to 121.
    assert ids(found.products)[0] == 121
    assert len(set(ids(found.products))) == 5
    assert found.products.count is None


@pytest.mark.promise(11)
def test_newest_matches_of_a_frequent_word_are_read_along_the_list(database: Database) -> None:
    query = searching._newest(Order, 1003, ["river"])

    with database.atomic():
        plan = plan_of(database, query)

    assert plan.count("order_store_id_remote_created_at_remote_id") == 2
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan
    assert "remote_created_at>?" in plan or "ROW(" in plan


def test_search_takes_at_most_seven_statements(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with recorded_statements() as statements:
        search_store(store, "river")
    Product.upsert([product_row(remote_id=number, name="River bowl") for number in (1, 2)])
    monkeypatch.setattr(searching, "MATCH_LIMIT", 1)
    with recorded_statements() as frequent:
        search_store(store, "river")

    assert (len(statements), len(frequent)) == (6, 7)
