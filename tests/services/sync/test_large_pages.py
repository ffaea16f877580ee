"""Pages that are too large are asked for again with fewer records, until they fit."""

from __future__ import annotations

from typing import Any

import pytest

from portal.ecwid import calls, transport
from portal.ecwid.calls import LEAST_LIMIT, PAGE_LIMIT
from portal.ecwid.transport import Transport
from portal.models import Resource, RunKind, RunState, SyncRun
from portal.services.runs.sync_runs import start_run
from portal.services.sync.engine import process_run
from tests.shop import Shop, mirrored

DESCRIPTION = "x" * 20_000


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return the sizes of the pages of whole products that are asked for, in order."""
    sizes: list[int] = []
    send = Transport.send

    def noted(self: Transport, method: str, path: str, **more: Any) -> Any:
        params = more.get("params") or {}
        if path == "/products" and "offset" in params and not params.get("responseFields"):
            sizes.append(params["limit"])
        return send(self, method, path, **more)

    monkeypatch.setattr(Transport, "send", noted)
    return sizes


def limit_bodies(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    for module in (transport, calls):
        monkeypatch.setattr(module, "MAX_BODY_BYTES", size)


def enlarge(shop: Shop, ids: list[int], description: str = DESCRIPTION) -> None:
    with shop.server.parts.state.transaction():
        for product_id in ids:
            shop.change(product_id, description=description)


def read_products(shop: Shop) -> SyncRun:
    return read_to_end(shop, start_run(shop.store_id, Resource.PRODUCTS))


def read_to_end(shop: Shop, run: SyncRun) -> SyncRun:
    """Process slices of the run until it is done, or waits after a failure."""
    for _ in range(20):
        process_run(shop.runtime, run.id)
        run = SyncRun.get_by_id(run.id)
        if run.is_finished or run.failures:
            break
    return run


def test_first_import_halves_pages_of_huge_records_until_they_fit(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    enlarge(shop, shop.product_ids())
    limit_bodies(monkeypatch, 40 * len(DESCRIPTION))

    run = read_products(shop)

    assert (run.state, run.seen, run.saved, run.failures) == (RunState.DONE, 250, 250, 0)
    assert mirrored(shop.store_id) == shop.versions()
    # Two calls are the whole cost: a page that fits is never tried at the larger size again.
    assert asked[:3] == [PAGE_LIMIT, 50, 25]
    assert set(asked[2:]) == {25}


def test_pages_grow_again_after_the_huge_records(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    newest = sorted(shop.versions().items(), key=lambda item: item[1])[-20:]
    enlarge(shop, [product_id for product_id, _ in newest], "x" * 300_000)
    limit_bodies(monkeypatch, 4_000_000)

    run = read_products(shop)

    assert (run.state, run.seen) == (RunState.DONE, 250)
    assert mirrored(shop.store_id) == shop.versions()
    assert min(asked) < PAGE_LIMIT
    assert asked[-1] > min(asked)


def test_records_that_became_huge_are_read_by_later_runs(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    read_products(shop)
    asked.clear()
    enlarge(shop, shop.product_ids())
    limit_bodies(monkeypatch, 40 * len(DESCRIPTION))

    run = read_products(shop)

    assert (run.kind, run.state) == (RunKind.INCREMENTAL, RunState.DONE)
    assert mirrored(shop.store_id) == shop.versions()
    assert asked[:3] == [PAGE_LIMIT, 50, 25]


def test_reconciliation_reads_huge_records_that_differ(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_products(shop)
    enlarge(shop, shop.product_ids())
    limit_bodies(monkeypatch, 40 * len(DESCRIPTION))

    run = SyncRun.create(
        store=shop.store_id, resource=Resource.PRODUCTS, kind=RunKind.RECONCILIATION
    )
    run = read_to_end(shop, run)

    assert (run.state, run.failures, run.mismatches) == (RunState.DONE, 0, 250)
    assert mirrored(shop.store_id) == shop.versions()


def test_list_without_times_is_read_in_smaller_pages(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = shop.add_categories(120)
    categories = shop.server.parts.categories
    with shop.server.parts.state.transaction():
        for category_id in ids:
            categories.update(shop.store_id, category_id, {"description": DESCRIPTION})
    limit_bodies(monkeypatch, 40 * len(DESCRIPTION))

    run = read_to_end(shop, start_run(shop.store_id, Resource.CATEGORIES))

    assert (run.state, run.seen) == (RunState.DONE, len(shop.category_ids()))


def test_answer_that_arrives_too_slowly_is_asked_for_again_in_halves(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    monkeypatch.setattr(transport, "READ_TIMEOUT_S", 1.0)
    shop.fault("/products", 0, kind="slow_body", delay_s=8.0, times=1)

    run = read_products(shop)

    assert (run.state, run.seen, run.failures) == (RunState.DONE, 250, 0)
    assert asked[:2] == [PAGE_LIMIT, 50]


def test_records_that_never_fit_are_retried_later_with_the_smallest_pages(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, asked: list[int]
) -> None:
    limit_bodies(monkeypatch, 100)

    run = read_products(shop)

    assert asked == [100, 50, 25, 12, 6, 3, LEAST_LIMIT]
    assert run.failures == 1
    assert "the response is larger than 100 bytes" in run.error
    assert run.checkpoint["page_limit"] == LEAST_LIMIT
