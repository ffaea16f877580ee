"""Reconciliation compares every record with the store, repairs differences and reports them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.models import Product, Resource, RunKind, RunState, SyncRun, utc_now
from portal.sandbox.server import SandboxServer
from portal.services.mirror.resources import RESOURCES
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime
from portal.services.sync.engine import process_run
from tests.shop import Shop, open_shop

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
COUNTS = {"products": 130, "orders": 120, "customers": 110, "coupons": 105}
EACH = pytest.mark.parametrize("resource", list(Resource))


@pytest.fixture
def shop(runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with orders, mirrored once."""
    shop = open_shop(runtime, sandbox, **COUNTS)
    shop.sync()
    return shop


def audit(shop: Shop, resource: Resource) -> SyncRun:
    """Reconcile a resource; return the run."""
    run = SyncRun.create(store=shop.store_id, resource=resource, kind=RunKind.RECONCILIATION)
    process_run(shop.runtime, run.id)
    done: SyncRun = SyncRun.get_by_id(run.id)
    return done


def proof(run: SyncRun) -> tuple[Any, ...]:
    return run.store_count, run.mirror_count, run.mismatches, run.repaired


@EACH
def test_equal_mirror_is_reported_as_equal(shop: Shop, resource: Resource) -> None:
    count = RESOURCES[resource].table.select().count()

    run = audit(shop, resource)

    assert (run.state, proof(run)) == (RunState.DONE, (count, count, 0, 0))
    assert run.checked_at is not None


@EACH
@pytest.mark.promise(6)
def test_missing_surplus_and_different_records_are_found_and_repaired(
    shop: Shop, resource: Resource
) -> None:
    table = RESOURCES[resource].table
    before = {row.remote_id: row.raw for row in table.select()}
    missing, changed, *_ = sorted(before)
    table.delete().where(table.remote_id == missing).execute()
    extra = table.get(table.remote_id == changed)
    # The two orders have the same number, so it does not identify this one.
    table.insert(**{**extra.__data__, "remote_id": 424242}).execute()
    before_that = extra.remote_updated_at - timedelta(days=1)
    table.update(raw={"id": changed}, remote_updated_at=before_that).where(
        table.remote_id == changed
    ).execute()

    run = audit(shop, resource)

    assert proof(run) == (len(before), len(before), 3, 3)
    live = table.select().where(table.deleted_at.is_null())
    assert {row.remote_id: row.raw for row in live} == before


def test_backfill_has_no_report(shop: Shop) -> None:
    runs = SyncRun.select()

    assert {run.checked_at for run in runs} == {None}
    assert {run.mismatches for run in runs} == {None}


@pytest.mark.promise(5)
def test_unreadable_record_is_a_mismatch_that_stays(shop: Shop) -> None:
    bad, *_ = shop.product_ids()
    shop.server.parts.state.connection.execute(
        "UPDATE product SET body = json_set(body, '$.price', 'a fortune') WHERE id = ?", (bad,)
    )
    for product_id in (bad, shop.product_ids()[5]):
        Product.update(remote_updated_at=LONG_AGO).where(Product.remote_id == product_id).execute()

    run = audit(shop, Resource.PRODUCTS)

    assert (run.state, run.mismatches, run.repaired) == (RunState.PARTIAL, 2, 1)


def test_event_during_a_reconciliation_is_no_mismatch(shop: Shop) -> None:
    table = RESOURCES[Resource.PRODUCTS].table
    table.update(raw={"id": 1}, synced_at=utc_now().replace(year=2090)).where(
        table.remote_id == shop.product_ids()[0]
    ).execute()

    assert audit(shop, Resource.PRODUCTS).mismatches == 0


def test_next_run_after_a_reconciliation_reads_changes(shop: Shop) -> None:
    audit(shop, Resource.PRODUCTS)

    assert start_run(shop.store_id, Resource.PRODUCTS).kind == RunKind.INCREMENTAL
