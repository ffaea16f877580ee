"""A run counts its calls to the store and the bytes of the responses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from portal.ecwid.transport import ATTEMPTS
from portal.models import CountKind, HourlyCount, Resource, RunState, SyncRun, utc_now
from portal.services.runs.run_control import pause
from portal.services.runs.sync_runs import start_run
from portal.services.sync import engine
from portal.services.sync.engine import process_run
from portal.services.sync.page_result import PageResult
from tests.shop import Shop, store_of


def counted_calls() -> dict[str, int]:
    """Return the hourly counts of calls by resource, however many hours they are from."""
    found: dict[str, int] = {}
    for row in HourlyCount.select().where(HourlyCount.kind == CountKind.CALLS):
        found[row.outcome] = found.get(row.outcome, 0) + row.count
    return found


def test_calls_of_a_run_and_bytes_of_responses_are_counted(shop: Shop) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)

    process_run(shop.runtime, run.id)

    done = SyncRun.get_by_id(run.id)
    assert done.is_finished
    assert done.requests == shop.calls() == 3
    # About 250 products of plausible size.
    assert 25_000 < done.bytes < 2_500_000
    assert counted_calls() == {Resource.PRODUCTS: 3}


def test_failed_calls_and_unused_pages_are_counted(shop: Shop) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    shop.fault("/products", 0, times=2)
    shop.fault("/products", 500)
    process_run(shop.runtime, run.id)
    failed = SyncRun.get_by_id(run.id)

    SyncRun.update(due_at=utc_now()).execute()
    process_run(shop.runtime, run.id)

    done = SyncRun.get_by_id(run.id)
    assert (failed.failures, done.is_finished) == (1, True)
    assert failed.requests > ATTEMPTS
    assert failed.requests < done.requests == shop.calls()
    assert counted_calls() == {Resource.PRODUCTS: shop.calls()}


def test_calls_are_counted_for_a_run_that_a_person_has_paused(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    read = engine._read

    def pause_before_it_is_written(*args: object) -> Iterator[PageResult]:
        steps = read(*args)  # type: ignore[arg-type]
        first = next(steps)
        pause(store_of(shop), Resource.PRODUCTS)
        yield first

    monkeypatch.setattr(engine, "_read", pause_before_it_is_written)

    process_run(shop.runtime, run.id)

    paused = SyncRun.get_by_id(run.id)
    assert (paused.state, paused.seen) == (RunState.PAUSED, 0)
    assert paused.requests == shop.calls() > 0
    assert counted_calls() == {Resource.PRODUCTS: shop.calls()}
