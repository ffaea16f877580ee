"""Orders, customers and coupons are mirrored like the catalog: completely, and then by changes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from portal.ecwid.transport import ATTEMPTS
from portal.models import (
    Coupon,
    Customer,
    MirrorTable,
    Order,
    OrderItem,
    Resource,
    RunKind,
    RunState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.rules.sync.look_ahead import MIN_PAGES
from portal.sandbox.server import SandboxServer
from portal.services.event_processing.processor import drain
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from tests.shop import Shop, open_shop

COUNTS = {"products": 20, "orders": 260, "customers": 230, "coupons": 130}
TABLES: dict[Resource, tuple[type[MirrorTable], str]] = {
    Resource.ORDERS: (Order, "purchase"),
    Resource.CUSTOMERS: (Customer, "customer"),
    Resource.DISCOUNT_COUPONS: (Coupon, "coupon"),
}
EACH = pytest.mark.parametrize("resource", TABLES)


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with orders, without any mirrored record."""
    return open_shop(runtime, sandbox, **COUNTS)


def theirs(shop: Shop, resource: Resource) -> dict[int, int]:
    """Return the update time of each record of the store in Unix seconds."""
    sql = f"SELECT id, updated FROM {TABLES[resource][1]} WHERE store = ?"
    return {row["id"]: row["updated"] for row in shop.server.parts.state.rows(sql, shop.store_id)}


def ours(shop: Shop, resource: Resource) -> dict[int, int]:
    """Return the update time of each live record of the mirror in Unix seconds."""
    table = TABLES[resource][0]
    rows = table.select().where(table.store == shop.store_id, table.deleted_at.is_null())
    return {row.remote_id: int(row.remote_updated_at.timestamp()) for row in rows}


def work(shop: Shop, resource: Resource) -> SyncRun:
    """Process a run of the resource; return it."""
    run = start_run(shop.store_id, resource)
    process_run(shop.runtime, run.id)
    done: SyncRun = SyncRun.get_by_id(run.id)
    assert done.state == RunState.DONE, done.error
    return done


def place(shop: Shop, **changes: Any) -> dict[str, Any]:
    """Place an order in the store."""
    fields = {
        "subtotal": 5,
        "total": 5,
        "email": "new@shopper.example",
        "paymentStatus": "PAID",
        "fulfillmentStatus": "PROCESSING",
        "items": [{"name": "Mug", "quantity": 1, "price": 5}],
    }
    return shop.server.parts.orders.create(shop.store_id, fields | changes)


def grown_old(shop: Shop, *resources: Resource) -> None:
    """Make the mirrored data an hour old, and forget the store's change times."""
    SyncState.update(high_water_at=utc_now() - timedelta(hours=1), remote_checked_at=None).where(
        SyncState.resource.in_(resources)
    ).execute()


@EACH
def test_backfill_has_every_record(shop: Shop, resource: Resource) -> None:
    run = work(shop, resource)

    assert ours(shop, resource) == theirs(shop, resource)
    assert run.kind == RunKind.BACKFILL
    assert run.seen == run.total == run.saved == len(theirs(shop, resource))


def test_orders_are_mirrored_with_their_items(shop: Shop) -> None:
    work(shop, Resource.ORDERS)

    for order in Order.select().limit(20):
        lines = OrderItem.select().where(OrderItem.order_id == order.remote_id)
        assert [line.name for line in lines.order_by(OrderItem.position)] == [
            item["name"] for item in order.raw["items"]
        ]
        assert order.item_count == len(order.raw["items"])


def test_recent_orders_are_read_first(shop: Shop) -> None:
    shop.fault("/orders", 0, times=1)
    shop.fault("/orders", 500, times=MIN_PAGES * ATTEMPTS)
    run = start_run(shop.store_id, Resource.ORDERS)

    process_run(shop.runtime, run.id)

    newest = sorted(theirs(shop, Resource.ORDERS))[-100:]
    assert sorted(ours(shop, Resource.ORDERS)) == newest


@EACH
def test_single_call_shows_that_nothing_changed(shop: Shop, resource: Resource) -> None:
    work(shop, resource)
    SyncState.update(high_water_at=utc_now() + timedelta(minutes=10)).execute()
    shop.forget_calls()

    run = work(shop, resource)

    assert (shop.calls(), run.requests, run.seen) == (1, 1, 0)


def test_runs_that_start_together_share_the_stores_response(shop: Shop) -> None:
    for resource in TABLES:
        work(shop, resource)
    SyncState.update(high_water_at=utc_now() + timedelta(minutes=10)).execute()
    shop.forget_calls()

    for resource in TABLES:
        work(shop, resource)

    assert shop.calls() == 1


def test_store_that_reports_no_change_times_is_read(shop: Shop) -> None:
    work(shop, Resource.CUSTOMERS)
    shop.fault("/latest-stats", 200, '{"customersUpdated": "lately"}')

    assert work(shop, Resource.CUSTOMERS).requests > 1


def test_next_run_reads_changed_and_new_orders(shop: Shop) -> None:
    work(shop, Resource.ORDERS)
    grown_old(shop, Resource.ORDERS)
    oldest = Order.select().order_by(Order.remote_created_at).first()
    shop.server.parts.orders.update(shop.store_id, oldest.number, {"trackingNumber": "RX1"})
    placed = place(shop)

    run = work(shop, Resource.ORDERS)

    assert ours(shop, Resource.ORDERS) == theirs(shop, Resource.ORDERS)
    assert Order.get(Order.number == oldest.number).tracking_number == "RX1"
    assert Order.get(Order.number == placed["id"]).email == "new@shopper.example"
    assert run.seen < len(theirs(shop, Resource.ORDERS)) / 10


@EACH
def test_next_run_marks_deleted_records(shop: Shop, resource: Resource) -> None:
    work(shop, resource)
    grown_old(shop, resource)
    gone = sorted(theirs(shop, resource))[3:6]
    delete(shop, resource, gone)

    run = work(shop, resource)

    assert run.deleted == 3
    assert ours(shop, resource) == theirs(shop, resource)


def delete(shop: Shop, resource: Resource, ids: list[int]) -> None:
    """Delete records in the store."""
    parts = shop.server.parts
    for record_id in ids:
        if resource is Resource.ORDERS:
            parts.orders.delete(shop.store_id, str(record_id))
        elif resource is Resource.CUSTOMERS:
            parts.customers.delete(shop.store_id, record_id)
        else:
            parts.coupons.delete(shop.store_id, str(record_id))


@EACH
def test_records_that_move_during_a_read_are_not_lost(
    shop: Shop, resource: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = shop.server.parts
    ids = sorted(theirs(shop, resource))
    moves = iter(range(10**6))
    search = parts.records.search

    def meddling(*arguments: Any, **options: Any) -> Any:
        number = next(moves)
        if number < 3:
            delete(shop, resource, [ids[number * 50]])
            change(shop, resource, ids[number * 50 + 7])
        return search(*arguments, **options)

    monkeypatch.setattr(parts.records, "search", meddling)
    work(shop, resource)
    monkeypatch.undo()
    work(shop, resource)

    assert ours(shop, resource) == theirs(shop, resource)


def change(shop: Shop, resource: Resource, record_id: int) -> None:
    """Change a record in the store."""
    parts = shop.server.parts
    if resource is Resource.ORDERS:
        parts.orders.update(shop.store_id, str(record_id), {"trackingNumber": f"RX{record_id}"})
    elif resource is Resource.CUSTOMERS:
        parts.customers.update(shop.store_id, record_id, {"name": f"Customer {record_id}"})
    else:
        parts.coupons.update(shop.store_id, str(record_id), {"name": f"Coupon {record_id}"})


@EACH
def test_event_has_its_record_read_again(shop: Shop, resource: Resource) -> None:
    work(shop, resource)
    entity = {Resource.ORDERS: "order", Resource.CUSTOMERS: "customer"}.get(
        resource, "discount_coupon"
    )
    changed, gone, new = sorted(theirs(shop, resource))[:3]
    change(shop, resource, changed)
    delete(shop, resource, [gone])
    TABLES[resource][0].delete().where(TABLES[resource][0].remote_id == new).execute()
    shop.event(changed, type=f"{entity}.updated")
    shop.event(gone, type=f"{entity}.deleted")
    shop.event(new, type=f"{entity}.created")

    drain(shop.runtime, shop.store_id)

    assert ours(shop, resource) == theirs(shop, resource)


def test_unsorted_orders_are_all_read(shop: Shop) -> None:
    """Ecwid does not document that the newest order comes first."""
    parts = shop.server.parts
    with parts.state.transaction() as connection:
        connection.execute(
            "UPDATE purchase SET created = created + (id * 7919 % 100000) WHERE store = ?",
            (shop.store_id,),
        )

    work(shop, Resource.ORDERS)

    assert ours(shop, Resource.ORDERS).keys() == theirs(shop, Resource.ORDERS).keys()


def test_store_without_coupons_is_no_failure(shop: Shop) -> None:
    shop.fault("/discount_coupons", 403, '{"errorCode": "DISCOUNTS_FEATURE_NOT_AVAILABLE"}')

    run = work(shop, Resource.DISCOUNT_COUPONS)

    assert (run.seen, run.total, Coupon.select().count()) == (0, 0, 0)
