"""Records that were deleted long ago leave the mirror, with their items."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import MirrorTable, Order, OrderItem, Product, Store, utc_now
from portal.services.mirror.resources import ORDERS, PRODUCTS
from portal.services.retention.prune_tombstones import prune_tombstones
from portal.services.runtime import Runtime
from tests.factories import UPDATED_AT, make_store, order_payload, product_payload

READ_AT = UPDATED_AT + timedelta(minutes=1)
DELETED_AT = UPDATED_AT + timedelta(minutes=2)


@pytest.fixture
def store(runtime: Runtime) -> Store:
    return make_store()


def age(table: type[MirrorTable], remote_id: int, days: int) -> None:
    """Let the deletion of a record be so many days ago."""
    table.update(deleted_at=utc_now() - timedelta(days=days)).where(
        table.remote_id == remote_id
    ).execute()


def test_records_deleted_over_a_year_ago_are_pruned(runtime: Runtime, store: Store) -> None:
    PRODUCTS.save(store.id, [product_payload(id=number) for number in (5, 6, 7)], READ_AT)
    PRODUCTS.mark_deleted(store.id, [5, 6], DELETED_AT)
    age(Product, 5, 366)
    age(Product, 6, 364)

    assert prune_tombstones(runtime) == 1
    assert sorted(row.remote_id for row in Product.select()) == [6, 7]
    assert Product.live_count(store.id) == 1
    assert prune_tombstones(runtime) == 0


def test_items_of_a_pruned_order_are_deleted(runtime: Runtime, store: Store) -> None:
    ORDERS.save(store.id, [order_payload()], READ_AT)
    ORDERS.mark_deleted(store.id, [90], DELETED_AT)
    assert OrderItem.select().count() > 0
    age(Order, 90, 400)

    assert prune_tombstones(runtime) == 1
    assert (Order.select().count(), OrderItem.select().count()) == (0, 0)
