"""Pages that have arrived are written together, and their transactions stay short."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from portal.ecwid.rate_limiter import Priority
from portal.models import Product, Resource, SyncRun
from portal.services.runs.sync_runs import start_run
from portal.services.sync import engine
from portal.services.sync.page_batches import PAGES_LIMIT, TRANSACTION_S, PageBatches
from portal.services.sync.page_result import Counts, PageResult
from portal.services.sync.request_counts import RequestCounter
from portal.services.sync.slice_deadline import SliceDeadline
from portal.services.work.leases import Claim
from tests.shop import Shop, mirrored

LONG, SHORT = TRANSACTION_S, TRANSACTION_S / 100


def pages(count: int, ready: int) -> Generator[PageResult]:
    """Yield pages of which the first ones after page 1 are ready at once."""
    for number in range(1, count + 1):
        yield PageResult(Counts, {"page": number}, is_next_ready=lambda n=number: n <= ready)


@pytest.mark.parametrize(
    ("page_s", "ready", "sizes"),
    [
        (None, 20, [1] * 20),
        (SHORT, 20, [PAGES_LIMIT, PAGES_LIMIT, 20 - 2 * PAGES_LIMIT]),
        (TRANSACTION_S / 3, 20, [3, 3, 3, 3, 3, 3, 2]),
        (LONG, 20, [1] * 20),
        (10 * LONG, 20, [1] * 20),
        (SHORT, 2, [3, *[1] * 17]),
        (SHORT, 0, [1] * 20),
    ],
    ids=["not measured", "short", "a third", "long", "too long", "three arrived", "none arrived"],
)
def test_batch_has_the_pages_that_are_ready_and_fit_into_a_short_transaction(
    page_s: float | None, ready: int, sizes: list[int]
) -> None:
    batches = PageBatches(page_s)

    assert [len(batch) for batch in batches.split(pages(20, ready))] == sizes


def test_batch_ends_with_its_phase() -> None:
    batches = PageBatches(SHORT)

    assert [len(batch) for batch in batches.split(pages(3, ready=20))] == [3]


def test_measured_transactions_decide_on_the_size_of_the_next_batch() -> None:
    batches = PageBatches()

    with batches.timed(list(pages(2, ready=0))):
        pass

    assert batches.pages == PAGES_LIMIT


def test_failed_transaction_is_not_measured() -> None:
    batches = PageBatches()

    with pytest.raises(ZeroDivisionError), batches.timed(list(pages(2, ready=0))):
        raise ZeroDivisionError

    assert batches.pages == 1


def read_all(shop: Shop, run: SyncRun) -> tuple[list[PageResult], engine.TimeSlice]:
    """Read all pages of a run before the first one is written."""
    client = shop.runtime.client(shop.store_id, Priority.BACKGROUND)
    read = list(engine._read(client, run, SliceDeadline(60.0, lambda: True)))
    claim = Claim(engine.lease_name(run.id), engine.LEASE_TTL_S)
    return read, engine.TimeSlice(run, claim, RequestCounter(client), shop.runtime.write_lock)


def test_pages_written_together_have_one_checkpoint(shop: Shop) -> None:
    run = start_run(shop.store_id, Resource.PRODUCTS)
    read, time_slice = read_all(shop, run)
    assert len(read) == 3

    engine._write(read, time_slice)

    stored = SyncRun.get_by_id(run.id)
    assert (stored.seen, stored.saved, stored.total) == (250, 250, 250)
    assert stored.checkpoint == read[-1].following
    assert mirrored(shop.store_id) == shop.versions()


def test_failing_page_leaves_nothing_of_the_pages_before_it(shop: Shop) -> None:
    def fail() -> Counts:
        raise ZeroDivisionError

    run = start_run(shop.store_id, Resource.PRODUCTS)
    read, time_slice = read_all(shop, run)
    failing = PageResult(fail, read[-1].following)

    with pytest.raises(ZeroDivisionError):
        engine._write([*read, failing], time_slice)

    assert not Product.select().exists()
    assert (run.seen, SyncRun.get_by_id(run.id).checkpoint) == (0, None)
