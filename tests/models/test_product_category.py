"""The database keeps the links of products to categories for every writer of products."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import Database

from portal.models import Product, ProductCategory, Store
from portal.models.migrations import migrate
from portal.services.records.category_filter import products_in_category
from tests.factories import UPDATED_AT, make_store, product_row
from tests.models.migrations.rows import insert, insert_store
from tests.query_plans import plan_of

BEFORE = "0073_orders_by_total_and_product"
AT = "'2026-03-01 00:00:00.000000+00:00'"


@pytest.fixture
def store(database: Database) -> Store:
    """A store with one product in two categories."""
    store = make_store()
    Product.upsert([product_row(remote_id=1, category_ids=[7, 8])])
    return store


def links() -> list[tuple[int, int]]:
    """Return the pairs of a product and a category."""
    rows: Any = ProductCategory.select(ProductCategory.product_id, ProductCategory.category_id)
    return sorted(rows.tuples())


def test_new_product_has_a_link_for_each_category(store: Store) -> None:
    assert links() == [(1, 7), (1, 8)]


@pytest.mark.parametrize(
    ("category_ids", "expected"),
    [
        ([8, 9], [8, 9]),
        ([], []),
        ([9, 9, 9], [9]),
        ([9, "10", "ü\u0000", None, True, [11], {"id": 12}, -1], [9]),
        ({"id": 9}, []),
    ],
    ids=str,
)
def test_links_follow_an_upsert_and_an_update(
    store: Store, category_ids: Any, expected: list[int]
) -> None:
    later = UPDATED_AT + timedelta(seconds=5)
    Product.upsert(
        product_row(remote_id=number, category_ids=category_ids, remote_updated_at=later)
        for number in (1, 2)
    )
    Product.upsert([product_row(remote_id=3, category_ids=[1])])
    Product.update(category_ids=category_ids).where(Product.remote_id == 3).execute()

    assert links() == [(number, each) for number in (1, 2, 3) for each in expected]


def test_other_changes_of_a_product_leave_its_links_alone(store: Store) -> None:
    Product.update(name="Bowl").execute()
    Product.mark_deleted(Product.remote_id == 1, read_at=UPDATED_AT + timedelta(days=9))

    assert links() == [(1, 7), (1, 8)]


def test_links_are_deleted_with_the_product_and_with_the_store(store: Store) -> None:
    Product.upsert([product_row(remote_id=2, category_ids=[7])])
    Product.delete().where(Product.remote_id == 1).execute()
    assert links() == [(2, 7)]

    store.delete_instance()

    assert links() == []


def test_products_of_a_category_are_found_in_its_index_alone(database: Database) -> None:
    with database.atomic():
        plan = plan_of(database, products_in_category(1003, 7).limit(5))

    assert "Index Only" in plan or "COVERING INDEX" in plan or "PRIMARY KEY" in plan


def test_products_of_an_earlier_version_get_their_links(empty_database: Database) -> None:
    migrate(empty_database, target=BEFORE)
    with empty_database.connection_context():
        insert_store(empty_database, is_test="FALSE", requires_second_factor="FALSE")
        for number, category_ids in ((1, "[7, 8, 7]"), (2, "[]"), (3, '["9", 10]')):
            insert(
                empty_database,
                "product",
                store_id=1003,
                remote_id=number,
                raw="'{}'",
                remote_updated_at=AT,
                synced_at=AT,
                name="'Mug'",
                is_in_stock="TRUE",
                is_enabled="TRUE",
                category_ids=f"'{category_ids}'",
            )

    migrate(empty_database)

    with empty_database.connection_context():
        assert links() == [(1, 7), (1, 8), (3, 10)]
