"""Every write of the mirror adds what it changed to the change feed, and nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from peewee import Database

from portal.models import ChangeFeedEntry, Product, Resource, Store
from portal.services.mirror.resources import CATEGORIES, CUSTOMERS, ORDERS, PRODUCTS, RESOURCES
from portal.services.mirror.suppression_list import erase_customers, erase_orders
from tests.factories import (
    UPDATED_AT,
    category_payload,
    coupon_payload,
    customer_payload,
    make_store,
    order_payload,
    product_payload,
)

STORE = 1003
PAYLOADS = {
    Resource.PRODUCTS: product_payload,
    Resource.ORDERS: order_payload,
    Resource.CUSTOMERS: customer_payload,
    Resource.DISCOUNT_COUPONS: coupon_payload,
    Resource.CATEGORIES: category_payload,
}


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """The store whose records are mirrored."""
    return make_store()


def minute(number: int) -> datetime:
    """Return the time this many minutes after the store's last change."""
    return UPDATED_AT + timedelta(minutes=number)


def product(changed: int = 0, **changes: Any) -> dict[str, Any]:
    """Return the product's state after its change at minute ``changed``."""
    return product_payload(**{"updateTimestamp": int(minute(changed).timestamp())} | changes)


def variation(number: int, **changes: Any) -> dict[str, Any]:
    """Return a variation as Ecwid sends it."""
    return {"id": number, "combinationNumber": number, "quantity": 3} | changes


def new_entries() -> list[tuple[str, int, str]]:
    """Return the entries since the last call: table, id and operation."""
    rows = list(ChangeFeedEntry.select().order_by(ChangeFeedEntry.id))
    ChangeFeedEntry.delete().execute()
    return [(row.mirror_table, row.remote_id, row.operation) for row in rows]


def changed_fields() -> Any:
    """Return the changed fields of the newest entry."""
    newest = ChangeFeedEntry.select().order_by(ChangeFeedEntry.id.desc()).get()
    return newest.changed_fields


@pytest.mark.parametrize("resource", PAYLOADS)
def test_record_is_created_deleted_and_created_again(resource: Resource) -> None:
    spec, payload = RESOURCES[resource], PAYLOADS[resource]()
    name = spec.table._meta.table_name
    (remote_id,) = spec.ids_of([payload])

    spec.save(STORE, [payload], minute(1))
    assert new_entries() == [(name, remote_id, "created")]
    spec.save(STORE, [payload], minute(2))
    assert new_entries() == []
    spec.mark_deleted(STORE, [remote_id or 0], minute(3))
    spec.mark_deleted(STORE, [remote_id or 0], minute(4))
    assert new_entries() == [(name, remote_id, "deleted")]
    spec.save(STORE, [payload], minute(5))
    assert new_entries() == [(name, remote_id, "created")]


def test_entry_names_its_store_its_time_and_the_changed_fields() -> None:
    PRODUCTS.save(STORE, [product(0, price=1, quantity=7, brand="Clay")], minute(1))
    assert changed_fields() is None

    PRODUCTS.save(STORE, [product(2, price=2, quantity=7, gtin="4006381333931")], minute(3))

    entry = ChangeFeedEntry.select().order_by(ChangeFeedEntry.id.desc()).get()
    assert (entry.store_id, entry.operation) == (STORE, "updated")
    assert entry.at > minute(3)
    assert entry.changed_fields == ["brand", "gtin", "price", "updateTimestamp"]


def test_change_within_the_second_of_another_one_is_in_the_feed() -> None:
    PRODUCTS.save(STORE, [product(0, quantity=7)], minute(1))
    PRODUCTS.save(STORE, [product(0, quantity=6)], minute(2))

    assert changed_fields() == ["quantity"]
    assert new_entries() == [("product", 5, "created"), ("product", 5, "updated")]


def test_older_state_is_not_in_the_feed() -> None:
    PRODUCTS.save(STORE, [product(2, name="new")], minute(3))
    new_entries()

    PRODUCTS.save(STORE, [product(0, name="old")], minute(1))
    PRODUCTS.mark_deleted(STORE, [5], minute(2))

    assert new_entries() == []


def test_variations_are_in_the_feed_with_each_change_of_their_product() -> None:
    PRODUCTS.save(STORE, [product(0, combinations=[variation(1), variation(2)])], minute(1))
    assert sorted(new_entries()) == [
        ("product", 5, "created"),
        ("variation", 1, "created"),
        ("variation", 2, "created"),
    ]

    changed = [variation(1), variation(2, quantity=2), variation(3)]
    PRODUCTS.save(STORE, [product(2, combinations=changed)], minute(3))
    assert sorted(new_entries()) == [
        ("product", 5, "updated"),
        ("variation", 1, "updated"),
        ("variation", 2, "updated"),
        ("variation", 3, "created"),
    ]
    PRODUCTS.save(STORE, [product(2, combinations=changed)], minute(4))
    assert new_entries() == []
    PRODUCTS.save(STORE, [product(2, combinations=changed[:2])], minute(5))
    assert sorted(new_entries()) == [("product", 5, "updated"), ("variation", 3, "deleted")]
    PRODUCTS.mark_deleted(STORE, [5], minute(6))
    assert sorted(new_entries()) == [
        ("product", 5, "deleted"),
        ("variation", 1, "deleted"),
        ("variation", 2, "deleted"),
    ]


def test_variation_changes_with_the_price_that_it_follows() -> None:
    own = variation(2, price=9)
    PRODUCTS.save(STORE, [product(0, price=1, combinations=[variation(1), own])], minute(1))
    new_entries()

    PRODUCTS.save(STORE, [product(0, price=2, combinations=[variation(1), own])], minute(3))

    assert new_entries() == [("product", 5, "updated"), ("variation", 1, "updated")]


def test_variation_that_changes_within_the_second_is_in_the_feed() -> None:
    PRODUCTS.save(STORE, [product(0, combinations=[variation(1)])], minute(1))
    new_entries()

    PRODUCTS.save(STORE, [product(0, combinations=[variation(1, quantity=2)])], minute(2))

    assert new_entries() == [("product", 5, "updated"), ("variation", 1, "updated")]


def test_erasure_of_a_person_is_in_the_feed_once() -> None:
    ORDERS.save(STORE, [order_payload()], minute(1))
    CUSTOMERS.save(STORE, [customer_payload()], minute(1))
    (order_id,) = ORDERS.ids_of([order_payload()])
    (customer_id,) = CUSTOMERS.ids_of([customer_payload()])
    new_entries()

    for _ in range(2):
        erase_orders(STORE, [order_id or 0])
        erase_customers(STORE, [customer_id or 0])

    assert new_entries() == [("order", order_id, "erased"), ("customer", customer_id, "erased")]


def test_changes_of_many_records_and_stores_are_all_in_the_feed() -> None:
    make_store(id=2002)
    for store_id in (STORE, 2002):
        payloads = [product(0, id=number) for number in range(1, 251)]
        PRODUCTS.save(store_id, payloads, minute(1))
        changed = [product(2, id=number) for number in range(1, 251)]
        PRODUCTS.save(store_id, changed, minute(3))

    counts = [
        ChangeFeedEntry.select()
        .where(ChangeFeedEntry.store_id == store_id, ChangeFeedEntry.operation == operation)
        .count()
        for store_id in (STORE, 2002)
        for operation in ("created", "updated")
    ]
    assert counts == [250] * 4


def test_change_that_is_rolled_back_is_not_in_the_feed(database: Database) -> None:
    with database.atomic() as transaction:
        CATEGORIES.save(STORE, [category_payload()], minute(1))
        transaction.rollback()

    assert (new_entries(), Product.select().count()) == ([], 0)
