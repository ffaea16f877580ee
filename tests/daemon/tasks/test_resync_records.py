"""The daemon reads single records of every resource from the sandbox on request."""

from __future__ import annotations

import json
from typing import Any

import pytest

from daemon.queue_worker import make_worker
from daemon.tasks import resync_records
from portal.models import (
    Category,
    Coupon,
    Customer,
    MirrorTable,
    Order,
    Product,
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
)
from portal.sandbox.server import SandboxServer
from portal.services.runtime import Runtime
from portal.services.sync.list_quarantine import list_quarantine, retry_entry
from portal.services.sync.resync_records import resync_record
from tests.shop import Shop, open_shop, store_of

TABLES: dict[Resource, type[MirrorTable]] = {
    Resource.CATEGORIES: Category,
    Resource.PRODUCTS: Product,
    Resource.ORDERS: Order,
    Resource.CUSTOMERS: Customer,
    Resource.DISCOUNT_COUPONS: Coupon,
}


@pytest.fixture
def shop(jobs_runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with records of all resources, none of them mirrored yet."""
    counts = {"products": 3, "orders": 3, "customers": 3, "coupons": 3}
    shop = open_shop(jobs_runtime, sandbox, **counts)
    shop.add_categories(1)
    return shop


def first_of(shop: Shop, resource: Resource) -> dict[str, Any]:
    """Return one record as the store's API returns it."""
    client = shop.runtime.client(shop.store_id)
    pages = {
        Resource.CATEGORIES: client.categories,
        Resource.PRODUCTS: lambda: client.products(sort_by="UPDATED_TIME_DESC"),
        Resource.ORDERS: client.orders,
        Resource.CUSTOMERS: client.customers,
        Resource.DISCOUNT_COUPONS: client.coupons,
    }
    found: dict[str, Any] = pages[resource]().items[0]
    return found


@pytest.mark.parametrize("resource", TABLES)
def test_one_record_of_each_resource_is_read(shop: Shop, resource: Resource) -> None:
    record = first_of(shop, resource)
    resync_record(shop.runtime, store_of(shop), resource, str(record["id"]))

    make_worker("maintenance", shop.runtime.redis).work(burst=True, logging_level="WARNING")

    assert RecordResync.get().state == ResyncState.SAVED
    kept = TABLES[resource].get()
    assert kept.remote_id == record.get("internalId", record["id"])
    assert TABLES[resource].select().count() == 1


def test_record_repaired_in_the_store_leaves_quarantine(shop: Shop) -> None:
    product_id = shop.product_ids()[0]
    broken = {"id": product_id, "name": "Mug", "price": "free"}
    shop.fault(f"/products/{product_id}", 200, json.dumps(broken))
    resync_record(shop.runtime, store_of(shop), Resource.PRODUCTS, str(product_id))
    resync_records(shop.store_id)
    [entry] = list_quarantine(store_of(shop)).page.rows
    assert "price" in entry.reason

    retry_entry(shop.runtime, store_of(shop), entry.id)
    resync_records(shop.store_id)

    assert list_quarantine(store_of(shop)).total == 0
    assert Quarantine.get().resolved_at is not None
    assert Product.get().remote_id == product_id
