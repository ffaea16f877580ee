"""A run brings the mirror to the store's state in spite of failures."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal import process as current_process
from portal.ecwid.calls import PAGE_LIMIT, Page
from portal.ecwid.client import EcwidClient
from portal.ecwid.transport import ATTEMPTS
from portal.models import (
    Category,
    Grant,
    Lease,
    Product,
    Quarantine,
    Resource,
    RunKind,
    RunState,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    Variation,
    utc_now,
)
from portal.rules.sync.look_ahead import MIN_PAGES
from portal.rules.work.backoff import DEFAULT_BACKOFF
from portal.services.runs.sync_runs import start_all_runs, start_run
from portal.services.runtime import Runtime
from portal.services.sync import engine
from portal.services.sync.engine import lease_name, process_run
from tests.shop import Shop, list_answer, mirrored, store_of


def products_run(runs: list[SyncRun]) -> SyncRun:
    """Return the run of the products."""
    return next(run for run in runs if run.resource == Resource.PRODUCTS)


def test_backfill_equals_the_store(shop: Shop) -> None:
    runs = shop.sync()

    run = products_run(runs)
    assert {r.state for r in runs} == {RunState.DONE}
    assert mirrored(shop.store_id) == shop.versions()
    assert (run.kind, run.seen, run.total, run.saved) == (RunKind.BACKFILL, 250, 250, 250)
    assert Category.select().count() == len(shop.server.parts.categories.all(shop.store_id))
    some = Product.select().order_by(Product.remote_id).first()
    theirs = shop.server.parts.products.get(shop.store_id, some.remote_id)
    assert (some.name, some.sku) == (theirs["name"], theirs["sku"])
    assert some.price == Decimal(str(theirs["price"]))
    assert Variation.select().exists()


def test_checkpoint_is_committed_with_each_page_and_the_run_continues_there(shop: Shop) -> None:
    start_all_runs(shop.store_id)
    run = start_run(shop.store_id, Resource.PRODUCTS)
    ids = sorted(shop.product_ids())
    shop.fault("/products", 0, times=2)
    shop.fault("/products", 500)

    process_run(shop.runtime, run.id)

    stopped = SyncRun.get_by_id(run.id)
    assert stopped.state == RunState.RUNNING
    assert 0 < stopped.seen < 250
    assert len(mirrored(shop.store_id)) >= stopped.seen
    SyncRun.update(due_at=utc_now()).execute()
    shop.forget_calls()
    process_run(shop.runtime, run.id)
    assert SyncRun.get_by_id(run.id).is_finished
    assert shop.calls("/products") < 4
    assert sorted(mirrored(shop.store_id)) == ids


def test_later_runs_read_only_changes(shop: Shop) -> None:
    shop.sync()
    SyncState.update(high_water_at=utc_now() + timedelta(seconds=121)).execute()
    shop.forget_calls()
    first, second, *_ = shop.product_ids()
    shop.change(first, price=1.25)
    shop.delete(second)
    SyncState.update(high_water_at=utc_now()).execute()

    runs = shop.sync()

    assert products_run(runs).kind == RunKind.INCREMENTAL
    assert mirrored(shop.store_id) == shop.versions()
    assert Product.get(Product.remote_id == first).price == Decimal("1.25")
    assert Product.get(Product.remote_id == second).deleted_at is not None
    assert not Variation.select().where(
        Variation.product_id == second, Variation.deleted_at.is_null()
    )


@pytest.mark.promise(6)
def test_record_missed_by_a_backfill_is_looked_up_before_it_counts_as_deleted(
    shop: Shop,
) -> None:
    shop.sync()
    there, gone, *_ = shop.product_ids()
    shop.delete(gone)
    SyncState.update(high_water_at=None).execute()
    Product.update(synced_at=utc_now() - timedelta(days=1)).execute()
    shop.server.parts.state.connection.execute(
        "UPDATE product SET updated = ? WHERE id = ?", (4_000_000_000, there)
    )

    shop.sync()

    assert Product.get(Product.remote_id == gone).deleted_at is not None
    assert Product.get(Product.remote_id == there).deleted_at is None
    assert len(mirrored(shop.store_id)) == 249


@pytest.mark.promise(6)
@pytest.mark.parametrize("odd", [5, {"name": "Mug"}, {"id": []}], ids=str)
def test_list_with_an_invalid_item_confirms_no_deletion(shop: Shop, odd: object) -> None:
    shop.sync()
    gone, there, *_ = shop.product_ids()
    shop.delete(gone)
    shop.server.parts.state.connection.execute(
        "INSERT INTO deleted SELECT store, resource, ?, at, number FROM deleted WHERE id = ?",
        (there, gone),
    )
    shop.fault("/products", 0, times=2)
    shop.fault("/products", 200, list_answer(odd))

    shop.sync()

    assert Product.get(Product.remote_id == gone).deleted_at is not None
    assert Product.get(Product.remote_id == there).deleted_at is None
    assert Quarantine.get().payload == odd


@pytest.mark.promise(4)
def test_page_read_before_an_event_does_not_overwrite_the_events_state(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = max(shop.versions(), key=lambda i: shop.versions()[i])
    write = engine._write

    def change_in_between(*args: object, **named: object) -> None:
        if not Product.select().exists():
            Product.upsert(
                [
                    {
                        "store": shop.store_id,
                        "remote_id": newest,
                        "name": "Brought by an event",
                        "raw": {},
                        "remote_updated_at": utc_now(),
                        "synced_at": utc_now(),
                        "deleted_at": None,
                    }
                ]
            )
        write(*args, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(engine, "_write", change_in_between)

    shop.sync()

    assert Product.get(Product.remote_id == newest).name == "Brought by an event"
    assert Product.select().count() == 250


@pytest.mark.promise(5)
def test_unreadable_record_is_quarantined_and_the_run_continues(shop: Shop) -> None:
    bad, *_ = shop.product_ids()
    shop.server.parts.state.connection.execute(
        "UPDATE product SET body = json_set(body, '$.price', 'a fortune') WHERE id = ?", (bad,)
    )

    run = products_run(shop.sync())

    assert (run.state, run.quarantined) == (RunState.PARTIAL, 1)
    kept = Quarantine.get()
    assert kept.entity_id == str(bad)
    assert kept.payload["price"] == "a fortune"
    assert "price" in kept.reason
    assert len(mirrored(shop.store_id)) == 249


@pytest.mark.promise(5)
@pytest.mark.parametrize(
    "number",
    ["NaN", "-Infinity", "9" * 5000, "1E9999999999999999999"],
    ids=["nan", "minus infinity", "endless", "exponent"],
)
def test_invalid_number_quarantines_one_record_and_not_its_page(shop: Shop, number: str) -> None:
    items = f'[{{"id": 1, "price": {number}}}, {{"id": 2, "name": "Mug", "price": 24.90}}]'
    shop.fault("/products", 200, f'{{"total": 2, "offset": 0, "limit": 100, "items": {items}}}')

    run = products_run(shop.sync())

    assert run.quarantined == 1
    kept = Quarantine.get()
    assert (kept.entity_id, kept.payload["price"]) == ("1", number)
    assert Product.get(Product.remote_id == 2).price == Decimal("24.90")


def test_record_leaves_quarantine_once_it_is_readable(shop: Shop) -> None:
    bad, *_ = shop.product_ids()
    connection = shop.server.parts.state.connection
    connection.execute(
        "UPDATE product SET body = json_set(body, '$.price', 'x') WHERE id=?", (bad,)
    )
    shop.sync()
    connection.execute("UPDATE product SET body = json_set(body, '$.price', 5) WHERE id=?", (bad,))
    shop.change(bad, price=7)

    shop.sync()

    assert Quarantine.get().resolved_at is not None
    assert Product.get(Product.remote_id == bad).price == 7


def test_rate_limit_makes_the_run_wait_as_requested_without_a_failure(shop: Shop) -> None:
    shop.fault("/products", 429, headers={"Retry-After": "7"})

    run = products_run(shop.sync())

    wait = (run.due_at - utc_now()).total_seconds()
    assert 5 < wait <= 7
    assert (run.failures, run.is_finished) == (0, False)


def test_invalid_response_is_retried_later_until_the_last_attempt(
    shop: Shop,
) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    shop.fault("/products", 200, "no JSON", times=100)
    waits = []
    for _ in range(DEFAULT_BACKOFF.max_attempts - 1):
        process_run(shop.runtime, run.id)
        now = SyncRun.get_by_id(run.id)
        waits.append((now.due_at - utc_now()).total_seconds())
        SyncRun.update(due_at=utc_now()).execute()

    process_run(shop.runtime, run.id)

    ended = SyncRun.get_by_id(run.id)
    assert waits == sorted(waits)
    assert waits[0] < 3
    assert ended.state == RunState.FAILED
    assert "the answer is not JSON" in ended.error
    assert SyncState.get(SyncState.resource == Resource.PRODUCTS).next_due_at > utc_now()
    assert start_run(shop.store_id, Resource.PRODUCTS).id != run.id


@pytest.mark.promise(5)
def test_run_waits_at_most_ten_minutes_during_an_outage_and_never_fails(
    shop: Shop,
) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    shop.fault("/products", 503, times=1000)
    for _ in range(2 * DEFAULT_BACKOFF.max_attempts):
        SyncRun.update(due_at=utc_now()).execute()
        process_run(shop.runtime, run.id)

    waiting = SyncRun.get_by_id(run.id)
    assert (waiting.is_finished, waiting.failures) == (False, 2 * DEFAULT_BACKOFF.max_attempts)
    assert 480 < (waiting.due_at - utc_now()).total_seconds() <= 600

    shop.server.parts.access.faults.scripted.clear()
    SyncRun.update(due_at=utc_now()).execute()
    process_run(shop.runtime, run.id)
    assert SyncRun.get_by_id(run.id).state == RunState.DONE
    assert mirrored(shop.store_id) == shop.versions()


def test_dead_token_stops_the_store_without_further_calls(shop: Shop) -> None:
    shop.server.parts.stores.uninstall(shop.store_id)
    shop.sync()
    stopped = store_of(shop)
    shop.forget_calls()

    shop.sync()

    assert stopped.state == StoreState.RECONNECT
    assert Grant.active_for(shop.store_id) is None
    assert shop.calls() == 0
    assert not any(run.is_finished for run in SyncRun.select())


def test_403_of_one_endpoint_does_not_stop_the_store(shop: Shop) -> None:
    shop.fault("/products", 403)

    run = products_run(shop.sync())

    assert store_of(shop).is_working
    assert run.failures == 1
    assert Grant.active_for(shop.store_id) is not None


def test_two_workers_never_read_the_same_run_at_once(shop: Shop) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    assert Lease.acquire(lease_name(run.id), "another worker", 30)

    process_run(shop.runtime, run.id)

    assert shop.calls() == 0


def test_unwritten_page_is_dropped_if_another_worker_took_over(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    read = engine._read

    def lose_the_lease(*args: object) -> object:
        step = read(*args)  # type: ignore[arg-type]
        Lease.delete().execute()
        Lease.acquire(lease_name(run.id), "another worker", 30)
        return step

    monkeypatch.setattr(engine, "_read", lose_the_lease)

    process_run(shop.runtime, run.id)

    assert Product.select().count() == 0
    assert SyncRun.get_by_id(run.id).checkpoint is None
    assert Lease.is_held(lease_name(run.id))


def test_stop_ends_the_slice_after_its_page_and_wakes_the_run_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    monkeypatch.setattr(engine, "should_stop", lambda: True)

    process_run(shop.runtime, run.id)

    assert not SyncRun.get_by_id(run.id).is_finished
    assert shop.runtime.redis.llen("rq:queue:sync") == 1


def test_requested_stop_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(current_process, "_stop", threading.Event())
    assert not current_process.wait_for_stop(0.01)

    current_process.request_stop()

    assert current_process.should_stop()
    assert current_process.wait_for_stop(10)


def test_unknown_finished_waiting_and_stopped_runs_are_not_processed(
    shop: Shop, runtime: Runtime
) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    process_run(runtime, 4711)
    SyncRun.update(due_at=utc_now() + timedelta(minutes=1)).execute()
    process_run(runtime, run.id)
    SyncRun.update(due_at=utc_now()).execute()
    Store.update(state=StoreState.SUSPENDED).execute()
    process_run(runtime, run.id)

    assert shop.calls() == 0


def test_deleted_categories_are_confirmed_and_marked(shop: Shop) -> None:
    shop.sync()
    gone = Category.select().first().remote_id
    shop.server.parts.categories.delete(shop.store_id, gone)

    shop.sync()

    assert Category.get(Category.remote_id == gone).deleted_at is not None


def test_category_that_shifted_between_pages_is_kept(shop: Shop) -> None:
    shop.sync()
    Category.upsert(
        [
            {
                "store": shop.store_id,
                "remote_id": shop.server.parts.categories.create(shop.store_id, {"name": "Late"}),
                "name": "Late",
                "raw": {},
                "remote_updated_at": utc_now(),
                "synced_at": utc_now() - timedelta(days=1),
                "deleted_at": None,
            }
        ]
    )

    shop.sync()

    assert Category.get(Category.name == "Late").deleted_at is None


def test_category_list_that_changes_during_a_pass_is_read_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run(shop.store_id, Resource.CATEGORIES)
    shop.add_categories(PAGE_LIMIT)
    fetch = EcwidClient.categories
    added = []

    def add_one_after_the_first_page(client: EcwidClient, **options: Any) -> Page:
        page = fetch(client, **options)
        if not added:
            added.extend(shop.add_categories(1))
        return page

    monkeypatch.setattr(EcwidClient, "categories", add_one_after_the_first_page)

    process_run(shop.runtime, run.id)

    assert {row.remote_id for row in Category.select()} == shop.category_ids()
    assert shop.calls("/categories") == 4
    assert SyncRun.get_by_id(run.id).is_finished


@pytest.mark.parametrize("state", [RunState.PAUSED, RunState.CANCELED])
def test_run_stopped_by_a_person_writes_no_further_page(
    shop: Shop, state: RunState, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = products_run(start_all_runs(shop.store_id))
    search = shop.server.parts.records.search
    pages = iter(range(100))

    def stopping(*arguments: Any, **options: Any) -> Any:
        # During the second page; the third may be requested at the same time and arrive first.
        if next(pages) >= 1:
            finished_at = utc_now() if state is RunState.CANCELED else None
            SyncRun.update(state=state, finished_at=finished_at).where(
                SyncRun.id == run.id
            ).execute()
        return search(*arguments, **options)

    monkeypatch.setattr(shop.server.parts.records, "search", stopping)
    process_run(shop.runtime, run.id)
    monkeypatch.undo()

    assert SyncRun.get_by_id(run.id).state == state
    assert Product.select().count() <= 100
    shop.forget_calls()
    process_run(shop.runtime, run.id)
    assert shop.calls() == 0


def test_resumed_run_continues_at_its_page(shop: Shop) -> None:
    run = products_run(start_all_runs(shop.store_id))
    shop.fault("/products", 0, times=1)
    shop.fault("/products", 500, times=MIN_PAGES * ATTEMPTS)
    process_run(shop.runtime, run.id)
    SyncRun.update(state=RunState.PAUSED).where(SyncRun.id == run.id).execute()
    process_run(shop.runtime, run.id)
    assert Product.select().count() == 100

    SyncRun.update(state=RunState.RUNNING, due_at=utc_now()).where(SyncRun.id == run.id).execute()
    process_run(shop.runtime, run.id)

    done = SyncRun.get_by_id(run.id)
    assert (done.state, done.seen) == (RunState.DONE, 250)
    assert mirrored(shop.store_id) == shop.versions()
