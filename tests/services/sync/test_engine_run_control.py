"""A run pauses or cancels within one page, and a resumed run continues where it stopped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from requests import Response

from portal.models import Product, Resource, RunKind, RunState, SyncRun, SyncState, utc_now
from portal.rules.sync.look_ahead import MAX_PAGES
from portal.services.runs.requested_runs import start
from portal.services.runs.run_control import cancel, pause, resume
from portal.services.runs.sync_runs import wake_waiting_runs
from portal.services.sync.engine import process_run
from portal.services.work import store_concurrency
from tests.shop import Shop, mirrored, store_of

PRODUCTS = Resource.PRODUCTS

DuringRun = Callable[[int, Callable[[], object]], list[int]]


@pytest.fixture
def during_call(shop: Shop) -> Iterator[DuringRun]:
    """Call a function after a page of products was read and before it is written.

    The returned list then contains the number of products written by that time.
    """
    hooks = shop.runtime.http.hooks["response"]
    seen: list[str] = []

    def at_page(number: int, act: Callable[[], object]) -> list[int]:
        written: list[int] = []

        def watch(response: Response, **_: object) -> None:
            if "/products?" in response.url:
                seen.append(response.url)
                if len(seen) == number:
                    act()
                    written.append(Product.select().count())

        hooks.append(watch)
        return written

    yield at_page
    hooks.clear()


def kept(run: SyncRun) -> SyncRun:
    """Return the run from the database."""
    found: SyncRun = SyncRun.get_by_id(run.id)
    return found


def test_canceled_run_stops_within_one_page(shop: Shop, during_call: DuringRun) -> None:
    run = start(shop.runtime, store_of(shop), PRODUCTS)
    written = during_call(2, lambda: cancel(store_of(shop), run.id))

    process_run(shop.runtime, run.id)
    process_run(shop.runtime, run.id)

    assert kept(run).state == RunState.CANCELED
    assert [kept(run).seen] == [Product.select().count()] == written
    assert shop.calls("/products") <= 2 + MAX_PAGES
    assert SyncState.get().high_water_at is None


def test_paused_run_stops_within_one_page_and_stays_paused(
    shop: Shop, during_call: DuringRun
) -> None:
    run = start(shop.runtime, store_of(shop), PRODUCTS)
    written = during_call(2, lambda: pause(store_of(shop), PRODUCTS))

    process_run(shop.runtime, run.id)
    process_run(shop.runtime, run.id)

    assert kept(run).state == RunState.PAUSED
    assert [kept(run).seen] == [Product.select().count()] == written
    assert shop.calls("/products") <= 2 + MAX_PAGES
    assert wake_waiting_runs(shop.runtime) == 0


def test_resumed_run_continues_at_its_page(shop: Shop, during_call: DuringRun) -> None:
    run = start(shop.runtime, store_of(shop), PRODUCTS)
    during_call(2, lambda: pause(store_of(shop), PRODUCTS))
    process_run(shop.runtime, run.id)

    resume(shop.runtime, store_of(shop), PRODUCTS)
    process_run(shop.runtime, run.id)

    assert (kept(run).state, kept(run).seen) == (RunState.DONE, 250)
    assert mirrored(shop.store_id) == shop.versions()


def test_paused_run_that_fails_stays_paused(shop: Shop, during_call: DuringRun) -> None:
    run = start(shop.runtime, store_of(shop), PRODUCTS)
    shop.fault("/products", 500)
    during_call(1, lambda: pause(store_of(shop), PRODUCTS))

    process_run(shop.runtime, run.id)

    assert kept(run).state == RunState.PAUSED
    assert wake_waiting_runs(shop.runtime) == 0


def test_canceled_run_that_fails_stays_canceled(shop: Shop, during_call: DuringRun) -> None:
    run = start(shop.runtime, store_of(shop), PRODUCTS)
    shop.fault("/products", 500)
    during_call(1, lambda: cancel(store_of(shop), run.id))

    process_run(shop.runtime, run.id)

    assert kept(run).state == RunState.CANCELED
    assert kept(run).is_finished


def test_full_resync_replaces_an_incremental_run(shop: Shop) -> None:
    shop.sync()
    lesser = start(shop.runtime, store_of(shop), PRODUCTS)

    full = start(shop.runtime, store_of(shop), PRODUCTS, RunKind.BACKFILL)
    process_run(shop.runtime, lesser.id)
    process_run(shop.runtime, full.id)

    assert kept(lesser).state == RunState.CANCELED
    assert (kept(full).state, kept(full).seen) == (RunState.DONE, 250)


def test_run_waits_while_another_one_tries_a_silent_store(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_concurrency, "FIRST_ANSWER_S", 0.0)
    run = start(shop.runtime, store_of(shop), PRODUCTS)

    with shop.runtime.store_concurrency.limited("sync", shop.store_id):
        process_run(shop.runtime, run.id)

    waiting = SyncRun.get_by_id(run.id)
    assert shop.calls() == 0
    assert (waiting.state, waiting.failures, waiting.error) == (RunState.QUEUED, 0, None)
    assert timedelta(0) < waiting.due_at - utc_now() <= store_concurrency.RETRY_AFTER
    shop.runtime.redis.flushall()
    assert wake_waiting_runs(shop.runtime) == 0
