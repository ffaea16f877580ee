"""Reconciliation of a long list reads ids and times, and full records only where they differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count, cycle, islice
from random import Random
from typing import Any

import pytest

from portal.config import Settings
from portal.ecwid.rate_limiter import Priority
from portal.models import (
    Product,
    ReconcileMark,
    Resource,
    RunKind,
    RunState,
    SyncRun,
    Variation,
    utc_now,
)
from portal.rules.sync.cursor import Cursor
from portal.sandbox.server import SandboxServer
from portal.services.event_processing.processor import drain
from portal.services.mirror.record_sources import IncrementalSource
from portal.services.mirror.resources import RESOURCES
from portal.services.runs.run_control import cancel
from portal.services.runs.sync_runs import start_run
from portal.services.runtime import Runtime
from portal.services.sync import engine, reconcile
from portal.services.sync.engine import process_run
from portal.services.sync.incremental import source_of
from portal.services.sync.slice_deadline import SliceDeadline
from tests.shop import Shop, mirrored, open_shop, store_of

LONG_LISTS = [
    spec.resource for spec in RESOURCES.values() if isinstance(spec.source, IncrementalSource)
]
EACH = pytest.mark.parametrize("resource", LONG_LISTS)
OF_CUSTOMERS = pytest.mark.parametrize("resource", [Resource.CUSTOMERS])
COUNTS = {"products": 240, "orders": 230, "customers": 220}
FEW = 5
AN_HOUR = timedelta(hours=1)
# Rows of deleted records stay, so each surplus row needs an unused id.
SURPLUS = count(1)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)

Contents = dict[int, Any]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The daemon's settings, whose quota makes no step wait."""
    return replace(settings, ecwid_requests_per_minute=100_000)


@pytest.fixture
def shop(request: pytest.FixtureRequest, runtime: Runtime, sandbox: SandboxServer) -> Shop:
    """A connected store with orders, mirrored an hour ago; only the reconciled list is long."""
    case = getattr(request.node, "callspec", None)
    audited = case.params.get("resource", Resource.PRODUCTS) if case else Resource.PRODUCTS
    shop = open_shop(runtime, sandbox, **dict.fromkeys(COUNTS, FEW) | {audited: COUNTS[audited]})
    shop.sync()
    for resource in LONG_LISTS:
        let_an_hour_pass(resource)
    return shop


def let_an_hour_pass(resource: str) -> None:
    """Age what was mirrored; a list that is read later is newer."""
    RESOURCES[Resource(resource)].table.update(synced_at=utc_now() - AN_HOUR).execute()


def begin(shop: Shop, resource: str = Resource.PRODUCTS) -> SyncRun:
    run: SyncRun = SyncRun.create(
        store=shop.store_id, resource=resource, kind=RunKind.RECONCILIATION
    )
    return run


def reconciliation(shop: Shop, resource: str = Resource.PRODUCTS) -> SyncRun:
    """Reconcile a resource; return the run."""
    run = begin(shop, resource)
    process_run(shop.runtime, run.id)
    return as_it_is(run)


def work_to_the_end(shop: Shop, run: SyncRun) -> int:
    """Process all slices of a run; return how many it took."""
    slices = 0
    while not as_it_is(run).is_finished:
        assert slices < 100
        process_run(shop.runtime, run.id)
        slices += 1
    return slices


def as_it_is(run: SyncRun) -> SyncRun:
    found: SyncRun = SyncRun.get_by_id(run.id)
    return found


def contents(resource: str) -> Contents:
    """Return the live records of the mirror with all fields."""
    table = RESOURCES[Resource(resource)].table
    rows = table.select().where(table.deleted_at.is_null())
    return {row.remote_id: (row.raw, row.remote_updated_at) for row in rows}


def found_by(run: SyncRun) -> tuple[Any, ...]:
    return run.state, run.mismatches, run.repaired


@pytest.fixture
def step_by_step(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Ask the worker, once the shop is mirrored, to stop after each written step."""
    # The worker checks before the first step, after it, and once more before the next read.
    answers = cycle([False, True, True])
    with monkeypatch.context() as patch:
        patch.setattr(engine, "should_stop", lambda: next(answers))
        yield


def is_missing(resource: str, remote_id: int) -> None:
    table = RESOURCES[Resource(resource)].table
    table.delete().where(table.remote_id == remote_id).execute()


def is_unlike(resource: str, remote_id: int, by: timedelta = -AN_HOUR) -> None:
    table = RESOURCES[Resource(resource)].table
    row = table.get(table.remote_id == remote_id)
    table.update(raw={"id": 1}, remote_updated_at=row.remote_updated_at + by).where(
        table.remote_id == remote_id
    ).execute()


def is_newer_here(resource: str, remote_id: int) -> None:
    is_unlike(resource, remote_id, by=AN_HOUR)


def is_deleted_here(resource: str, remote_id: int) -> None:
    table = RESOURCES[Resource(resource)].table
    table.update(deleted_at=utc_now()).where(table.remote_id == remote_id).execute()


def is_surplus(resource: str, remote_id: int) -> None:
    table = RESOURCES[Resource(resource)].table
    row = table.get(table.remote_id == remote_id)
    surplus_id = remote_id + 10**12 * next(SURPLUS)
    values = {**row.__data__, "remote_id": surplus_id}
    if resource == Resource.ORDERS:
        values["number"] = f"NONE{surplus_id}"
    table.insert(**values).execute()


BREAKS: tuple[Callable[[str, int], None], ...] = (
    is_missing,
    is_unlike,
    is_newer_here,
    is_deleted_here,
    is_surplus,
)


@EACH
def test_one_wrong_record_is_found_and_repaired(shop: Shop, resource: str) -> None:
    before = contents(resource)
    for break_it in BREAKS:
        let_an_hour_pass(resource)
        break_it(resource, sorted(before)[150])

        run = reconciliation(shop, resource)

        assert found_by(run) == (RunState.DONE, 1, 1), break_it
        assert contents(resource) == before, break_it


@EACH
@pytest.mark.promise(6)
def test_one_reconciliation_repairs_any_difference(shop: Shop, resource: str) -> None:
    before = contents(resource)
    for size in (5, 60, 200):
        chance = Random(size)
        let_an_hour_pass(resource)
        for remote_id in chance.sample(sorted(before), size):
            chance.choice(BREAKS)(resource, remote_id)

        run = reconciliation(shop, resource)

        assert found_by(run) == (RunState.DONE, size, size)
        assert contents(resource) == before, size
        assert found_by(reconciliation(shop, resource)) == (RunState.DONE, 0, 0), size


@EACH
def test_equal_mirror_costs_one_call_per_100_records_and_few_bytes(
    shop: Shop, resource: str
) -> None:
    copied = SyncRun.get(SyncRun.resource == resource)
    rows = contents(resource)
    # A page begins with the last record of the previous one, and the last page is short.
    pages = -(-(len(rows) - 1) // 99)

    run = reconciliation(shop, resource)

    assert (run.seen, run.unchanged, run.saved) == (len(rows), len(rows), 0)
    assert run.requests <= pages + 1
    assert run.bytes * 10 < copied.bytes


@EACH
def test_matching_rows_are_not_written(shop: Shop, resource: str) -> None:
    table = RESOURCES[Resource(resource)].table
    before = {row.remote_id: row.synced_at for row in table.select()}

    reconciliation(shop, resource)

    assert {row.remote_id: row.synced_at for row in table.select()} == before


@EACH
@pytest.mark.usefixtures("step_by_step")
@pytest.mark.parametrize("is_killed", [False, True])
@pytest.mark.promise(1)
def test_reconciliation_killed_at_any_page_ends_with_the_same_report(
    shop: Shop, resource: str, *, is_killed: bool
) -> None:
    before = contents(resource)
    for number, remote_id in enumerate(sorted(before)[::8]):
        BREAKS[number % len(BREAKS)](resource, remote_id)
    run = begin(shop, resource)

    slices = 0
    while not as_it_is(run).is_finished and slices < 100:
        if is_killed:
            read_and_die(shop, as_it_is(run))
        process_run(shop.runtime, run.id)
        slices += 1

    broken = len(sorted(before)[::8])
    assert slices > 3
    assert found_by(as_it_is(run)) == (RunState.DONE, broken, broken)
    assert as_it_is(run).seen == len(before)
    assert contents(resource) == before


def read_and_die(shop: Shop, run: SyncRun) -> None:
    """Read a step like a worker that is killed before it writes."""
    if run.checkpoint is not None:
        client = shop.runtime.client(shop.store_id, Priority.BACKGROUND)
        for _ in islice(engine._read(client, run, SliceDeadline(0.0, lambda: True)), 1):
            pass


def test_no_marks_are_left_after_a_reconciliation(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "MARKS_PER_DELETE", 100)

    run = reconciliation(shop)

    assert run.state == RunState.DONE
    assert ReconcileMark.select().count() == 0


@pytest.mark.usefixtures("step_by_step")
def test_marks_of_a_canceled_reconciliation_do_not_count(shop: Shop) -> None:
    canceled = begin(shop)
    process_run(shop.runtime, canceled.id)
    cancel(store_of(shop), canceled.id)
    assert ReconcileMark.select().count() == 100
    gone = ReconcileMark.get().remote_id
    shop.delete(gone)
    run = begin(shop)

    work_to_the_end(shop, run)

    assert found_by(as_it_is(run)) == (RunState.DONE, 1, 1)
    assert gone not in mirrored(shop.store_id)


@pytest.mark.usefixtures("step_by_step")
def test_records_that_move_during_a_reconciliation_are_no_mismatches_and_none_is_lost(
    shop: Shop,
) -> None:
    run = begin(shop)
    SyncRun.update(started_at=utc_now() - timedelta(seconds=2)).execute()
    chance = Random(7)

    while not as_it_is(run).is_finished:
        process_run(shop.runtime, run.id)
        if as_it_is(run).is_finished:
            break
        ids = shop.product_ids()
        for product_id in chance.sample(ids, 20):
            shop.change(product_id, name=f"Moved by {product_id}")

    assert found_by(as_it_is(run)) == (RunState.DONE, 0, 0)
    # Records that moved to pages already read changed after the start: the next run reads them.
    assert mirrored(shop.store_id).keys() == set(shop.product_ids())
    work_to_the_end(shop, start_run(shop.store_id, Resource.PRODUCTS))
    assert mirrored(shop.store_id) == shop.versions()


def test_only_changes_before_the_start_of_a_reconciliation_are_mismatches(
    shop: Shop,
) -> None:
    earlier, later, *_ = shop.product_ids()
    for product_id in (earlier, later):
        shop.change(product_id, name="Else")
    updated_at = datetime.fromtimestamp(shop.versions()[later], UTC)
    run = begin(shop)
    run.started_at = updated_at - timedelta(seconds=1)
    run.save()
    Product.update(remote_updated_at=LONG_AGO).where(Product.remote_id == earlier).execute()
    shop.server.parts.state.connection.execute(
        "UPDATE product SET updated = ?, body = json_set(body, '$.updateTimestamp', ?) "
        "WHERE id = ?",
        (int(LONG_AGO.timestamp()) + 5, int(LONG_AGO.timestamp()) + 5, earlier),
    )

    process_run(shop.runtime, run.id)

    assert (as_it_is(run).saved, as_it_is(run).mismatches) == (2, 1)
    assert mirrored(shop.store_id) == shop.versions()


def test_event_between_two_reads_of_a_record_is_no_mismatch(shop: Shop) -> None:
    changed, *_ = shop.product_ids()
    shop.change(changed, name="Announced")
    run = begin(shop)
    run.started_at = utc_now() + timedelta(seconds=2)
    client = shop.runtime.client(shop.store_id, Priority.BACKGROUND)
    deadline = SliceDeadline(0.0, lambda: True)
    step = next(reconcile.read_pages(client, run, {"phase": "pages"}, deadline))
    shop.event(changed)
    drain(shop.runtime, shop.store_id)

    with shop.runtime.database.atomic():
        counts = step.write()

    assert counts.mismatches == 0


@pytest.mark.promise(4)
def test_list_that_lags_behind_an_event_reverts_nothing(shop: Shop) -> None:
    fresh, *_ = shop.product_ids()
    Product.update(
        name="From an event", remote_updated_at=utc_now() + AN_HOUR, synced_at=utc_now()
    ).where(Product.remote_id == fresh).execute()

    run = reconciliation(shop)

    assert run.mismatches == 0
    assert Product.get(Product.remote_id == fresh).name == "From an event"


def test_product_that_is_older_at_the_store_is_rolled_back_with_its_variations(shop: Shop) -> None:
    variation = Variation.get()
    before = Variation.select().where(Variation.deleted_at.is_null()).count()
    later = variation.remote_updated_at + AN_HOUR
    Product.update(remote_updated_at=later).where(
        Product.remote_id == variation.product_id
    ).execute()
    Variation.update(remote_updated_at=later, sku="WRONG", synced_at=utc_now() - AN_HOUR).where(
        Variation.product_id == variation.product_id
    ).execute()

    run = reconciliation(shop)

    assert found_by(run) == (RunState.DONE, 1, 1)
    assert Variation.select().where(Variation.deleted_at.is_null()).count() == before
    assert Variation.select().where(Variation.sku == "WRONG").count() == 0


@OF_CUSTOMERS
def test_page_of_customers_with_many_mismatches_is_read_in_full(shop: Shop, resource: str) -> None:
    table = RESOURCES[Resource(resource)].table
    size = table.select().count()
    table.delete().execute()
    shop.forget_calls()

    run = reconciliation(shop, resource)

    assert found_by(run) == (RunState.DONE, size, size)
    assert shop.calls("/customers") <= 2 * (size // 99 + 1) + 1


@OF_CUSTOMERS
def test_customer_that_left_its_page_is_looked_up(shop: Shop, resource: str) -> None:
    spec = RESOURCES[Resource(resource)]
    spec.table.delete().execute()
    client = shop.runtime.client(shop.store_id, Priority.BACKGROUND)
    ids = [
        i for i in source_of(spec).reconciliation.fetch(client, None, Cursor()).ids if i is not None
    ]
    for customer_id in ids[:3]:
        shop.server.parts.customers.update(shop.store_id, customer_id, {"name": "Moved"})
    shop.server.parts.customers.delete(shop.store_id, ids[50])

    found, gone = reconcile._fetch_whole(client, spec, Cursor(), ids, is_any_nameless=False)

    assert set(spec.ids_of(found)) == {*ids} - {ids[50]}
    assert gone == [ids[50]]


@pytest.mark.promise(5)
def test_record_without_an_id_is_quarantined_and_counts_as_a_mismatch(shop: Shop) -> None:
    nameless = json.dumps({"total": 1, "offset": 0, "limit": 100, "items": [{"name": "Nobody"}]})
    shop.fault("/products", 200, nameless, times=2)

    run = reconciliation(shop)

    assert (run.state, run.quarantined) == (RunState.PARTIAL, 1)
    assert (run.mismatches, run.repaired) == (1, 0)
    assert mirrored(shop.store_id) == shop.versions()


@EACH
def test_records_without_an_update_time_are_compared_in_full(shop: Shop, resource: str) -> None:
    table = {"products": "product", "orders": "purchase", "customers": "customer"}[resource]
    timeless = sorted(contents(resource))[:2]
    for remote_id in timeless:
        shop.server.parts.state.connection.execute(
            f"UPDATE {table} SET body = json_remove(body, '$.updated', '$.updateTimestamp', "
            "'$.updateDate') WHERE id = ?",
            (remote_id,),
        )

    first, second = reconciliation(shop, resource), reconciliation(shop, resource)

    assert found_by(first) == (RunState.DONE, 2, 2)
    assert found_by(second) == (RunState.DONE, 0, 0)
