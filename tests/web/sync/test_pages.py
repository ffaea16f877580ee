"""Status of each resource, freshness charts, list of runs and page of each run."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from portal.models import (
    SYNC_ORDER,
    FreshnessPoint,
    Product,
    Quarantine,
    Resource,
    RunKind,
    RunState,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.services.pagination import PAGE_SIZE
from portal.services.runs.sync_runs import finish_run
from portal.services.runtime import Runtime
from portal.services.sync.freshness_history import SLOT, record_freshness, slot_of
from tests.factories import make_store, product_row
from tests.web.conftest import Visitor, page_text
from tests.web.sync.conftest import make_run, make_unfinished

PAGE = "/stores/1003/sync"


@pytest.mark.promise(11)
def test_each_resource_has_its_freshness_with_definition(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get(PAGE))

    assert page.count("Checked at least every") == len(SYNC_ORDER)
    assert page.count("At most 1 minute ") == len(SYNC_ORDER)
    assert page.count("Sync now") == len(SYNC_ORDER)
    for name in ("Products", "Categories", "Orders", "Customers", "Discount coupons"):
        assert name in page


def test_last_success_next_run_and_number_of_records_are_shown(
    browser: Visitor, store: Store
) -> None:
    Product.upsert([product_row(remote_id=number) for number in range(1, 1235)])

    page = page_text(browser.get(PAGE))

    assert re.search(r"Last checked (6\d|7\d) seconds ago", page)
    assert "Check interval Every 5 minutes" in page
    assert re.search(r"in (3 minutes|\d+ seconds)", page)
    assert "1,234 products" in page


def test_checks_without_changes_and_the_pace_are_shown(browser: Visitor, store: Store) -> None:
    SyncState.update(
        unchanged_checks=312,
        quiet_since_at=utc_now() - timedelta(hours=20),
        check_interval_s=240,
    ).where(SyncState.resource == Resource.ORDERS).execute()

    page = page_text(browser.get(PAGE))

    assert "No changes found in 312 checks since 20 hours ago" in page
    assert "Check interval Every 4 minutes" in page


def test_run_that_found_nothing_leads_back_to_the_resources(browser: Visitor, store: Store) -> None:
    run = make_unfinished(store, is_scheduled=True)
    assert browser.get(f"{PAGE}/runs/{run.id}").status_code == 200
    finish_run(run, covered_until=utc_now())

    response = browser.get(f"{PAGE}/runs/{run.id}/progress")

    assert response.status_code == 404
    assert response.headers["HX-Redirect"] == PAGE


def test_reconciliation_report_is_shown_as_text(browser: Visitor, store: Store) -> None:
    checked_at = datetime(2026, 3, 1, 3, 12, tzinfo=UTC)
    counts = {"store_count": 10_000, "mirror_count": 10_000, "mismatches": 0, "repaired": 0}
    make_run(store, kind=RunKind.RECONCILIATION, checked_at=checked_at, **counts)

    page = page_text(browser.get(PAGE))

    assert "Verified 1 Mar 2026, 03:12 UTC: 10,000 of 10,000 products synced." in page
    assert "No differences." in page
    assert "repaired" not in page
    assert "Not verified yet." in page


def test_next_reconciliation_is_shown_until_it_starts(browser: Visitor, store: Store) -> None:
    night = datetime(2036, 3, 1, 2, 12, tzinfo=UTC)
    SyncState.update(next_reconciliation_at=night).where(
        SyncState.resource == Resource.PRODUCTS
    ).execute()
    assert page_text(browser.get(PAGE)).count("Next verification: 1 Mar 2036, 02:12 UTC") == 1

    SyncState.update(next_reconciliation_at=utc_now()).where(
        SyncState.next_reconciliation_at == night
    ).execute()
    page = page_text(browser.get(PAGE))
    assert page.count("The next verification starts with the next check.") == 1

    make_unfinished(store, kind=RunKind.RECONCILIATION)
    page = page_text(browser.get(PAGE))
    assert "Verification in progress." in page
    assert "next verification" not in page


@pytest.mark.parametrize(
    "stop",
    [
        pytest.param(lambda: SyncState.update(paused_at=utc_now()), id="the-resource-is-paused"),
        pytest.param(
            lambda: Store.update(state=StoreState.RECONNECT), id="the-store-needs-a-reconnect"
        ),
    ],
)
def test_next_reconciliation_is_not_shown_while(
    browser: Visitor, store: Store, stop: Callable[[], Any]
) -> None:
    SyncState.update(next_reconciliation_at=utc_now() + timedelta(hours=3)).execute()

    stop().execute()

    assert "Next verification" not in page_text(browser.get(PAGE))


def test_differences_are_shown_with_the_number_of_repairs(browser: Visitor, store: Store) -> None:
    counts = {"store_count": 12, "mirror_count": 10, "mismatches": 3, "repaired": 2}
    make_run(store, kind=RunKind.RECONCILIATION, checked_at=utc_now(), **counts)

    page = page_text(browser.get(PAGE))

    assert re.search(r"10 of 12 products synced. 3 differences found, 2 repaired.", page)


def test_last_two_days_are_a_chart_with_a_caption(
    browser: Visitor, store: Store, runtime: Runtime
) -> None:
    assert "no data yet" in page_text(browser.get(PAGE))

    record_freshness(runtime)
    response = browser.get(PAGE)

    assert (
        "Last 48 hours: up to date in 1 of 1 quarter hour. Largest delay: 1 minute."
        in page_text(response)
    )
    assert re.search(
        r'class="freshness-chart__bars freshness-chart__bars--good"\s+d="M191.5 40v-\d',
        response.text,
    )
    assert "style=" not in response.text


def test_active_run_shows_its_progress(browser: Visitor, store: Store) -> None:
    run = make_unfinished(store, kind=RunKind.BACKFILL, seen=1684, total=10_000)

    response = browser.get(PAGE)

    assert "1,684 of 10,000" in page_text(response)
    assert f'href="/stores/1003/sync/runs/{run.id}"' in response.text
    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="5">', response.text)
    assert 'data-live-every="2"' in response.text


def test_idle_page_polls_rarely(browser: Visitor, store: Store) -> None:
    text = browser.get(PAGE).text

    assert 'http-equiv="refresh"' not in text
    assert 'data-live-every="15"' in text


def test_live_part_is_not_a_whole_page(browser: Visitor, store: Store) -> None:
    live = browser.get(f"{PAGE}/progress").text

    assert "<html" not in live
    assert 'hx-get="/stores/1003/sync/progress"' in live


def test_quarantined_records_are_shown_with_a_link(browser: Visitor, store: Store) -> None:
    Quarantine.put(1003, Resource.PRODUCTS, "5", "price is no amount", {})

    response = browser.get(PAGE)

    assert "1 record couldn't be synced" in page_text(response)
    assert 'href="/stores/1003/quarantine"' in response.text


def test_paused_resource_offers_to_resume(browser: Visitor, store: Store) -> None:
    paused_at = utc_now() - timedelta(hours=3)
    SyncState.update(paused_at=paused_at).where(SyncState.resource == "products").execute()
    run = make_unfinished(store, state=RunState.PAUSED)

    response = browser.get(PAGE)
    page = page_text(response)

    assert "Not checked for changes until you resume it" in page
    assert "When you resume it (paused 3 hours ago" in page
    assert 'action="/stores/1003/sync/resume/products"' in response.text
    assert f'action="/stores/1003/sync/runs/{run.id}/cancel"' in response.text
    assert 'action="/stores/1003/sync/pause/products"' not in response.text
    assert 'http-equiv="refresh"' not in response.text
    assert "Syncing is paused for some of your records" in page_text(browser.get("/stores/1003"))


def test_stopped_store_offers_no_buttons(browser: Visitor, store: Store) -> None:
    make_unfinished(store)
    Store.update(state=StoreState.RECONNECT).execute()

    response = browser.get(PAGE)

    assert "Not synced until the connection works again" in page_text(response)
    assert 'action="/stores/1003/sync' not in response.text


def test_runs_show_their_counts_and_requests(browser: Visitor, store: Store) -> None:
    counts = {"seen": 1250, "saved": 1201, "unchanged": 38, "deleted": 7, "quarantined": 4}
    make_run(store, state=RunState.PARTIAL, requests=13, **counts)

    page = page_text(browser.get(PAGE))

    assert re.search(r"Products · Changes .* Partly done 1,250 1,201 38 7 4 13 4\.0 s", page)
    assert re.search(r"31[0-9] records/s", page)


def test_failed_run_shows_its_error(browser: Visitor, store: Store) -> None:
    problem = "store 1003: GET /products: HTTP 500 <b>"
    run = make_run(store, state=RunState.FAILED, error=problem, failures=8)

    assert problem in page_text(browser.get(PAGE))
    page = page_text(browser.get(f"{PAGE}/runs/{run.id}"))

    assert f"Reason: {problem}" in page
    assert "Failed attempts in a row 8" in page


def test_list_of_runs_is_paginated(browser: Visitor, store: Store) -> None:
    runs = [make_run(store, seen=100_000 + number) for number in range(PAGE_SIZE + 2)]

    first = browser.get(PAGE)
    later = re.search(r'href="(/stores/1003/sync\?after=\d+)"', first.text)
    assert later
    second = browser.get(later[1])

    assert "100,026" in page_text(first)
    assert "100,001" not in page_text(first)
    assert "100,001" in page_text(second)
    assert f"/stores/1003/sync?before={runs[1].id}" in second.text
    assert f'hx-get="/stores/1003/sync/progress?after={runs[2].id}"' in second.text


@pytest.mark.parametrize("place", ["0", "-1", "x", "9" * 30, "", "\u0665"])
def test_malformed_cursor_is_a_404(browser: Visitor, store: Store, place: str) -> None:
    assert browser.get(PAGE, query_string={"after": place}).status_code == 404
    assert browser.get(PAGE, query_string={"before": place}).status_code == 404


def test_run_has_its_own_page(browser: Visitor, store: Store) -> None:
    run = make_run(store, seen=1250, requests=13, bytes=1_234_567)

    response = browser.get(f"{PAGE}/runs/{run.id}")
    page = page_text(response)

    assert "Products · Changes Done" in page
    assert "Read 1,250 records read" in page
    assert "API calls 13" in page
    assert "Data received 1.2 MB" in page
    assert "Duration 4.0 s" in page
    assert "hx-get" not in response.text


def test_pauses_are_not_part_of_the_duration_of_a_run(browser: Visitor, store: Store) -> None:
    run = make_run(store, seen=20, paused_s=1)

    assert "Duration 3.0 s Paused (not included) 1.0 s" in page_text(
        browser.get(f"{PAGE}/runs/{run.id}")
    )
    assert "3.0 s plus 1.0 s paused" in page_text(browser.get(PAGE))


def test_reconciliation_run_shows_its_report(browser: Visitor, store: Store) -> None:
    counts = {"store_count": 5, "mirror_count": 5, "mismatches": 0, "repaired": 0}
    run = make_run(store, kind=RunKind.RECONCILIATION, checked_at=utc_now(), **counts)

    assert "5 of 5 products" in page_text(browser.get(f"{PAGE}/runs/{run.id}"))


def test_page_of_an_active_run_is_live(browser: Visitor, store: Store) -> None:
    run = make_unfinished(store, seen=10, total=20, error="HTTP 503", failures=1)

    page = browser.get(f"{PAGE}/runs/{run.id}")
    live = browser.get(f"{PAGE}/runs/{run.id}/progress")

    assert 'http-equiv="refresh"' in page.text
    assert "Last error: HTTP 503" in page_text(live)
    assert f'hx-get="/stores/1003/sync/runs/{run.id}/progress"' in live.text
    assert "10 of 20" in page_text(live)
    assert "<html" not in live.text


def test_queued_run_has_not_started(browser: Visitor, store: Store) -> None:
    run = make_unfinished(store, state=RunState.QUEUED, started_at=None)

    assert "Started Not yet" in page_text(browser.get(f"{PAGE}/runs/{run.id}"))


def test_run_of_another_store_is_a_404(browser: Visitor, store: Store) -> None:
    run = make_run(make_store(id=2002))

    assert browser.get(f"{PAGE}/runs/{run.id}").status_code == 404
    assert browser.get(f"{PAGE}/runs/{run.id}/progress").status_code == 404


@pytest.mark.promise(9)
@pytest.mark.parametrize("path", ["", "/progress", "/runs/{run}", "/runs/{run}/progress"])
def test_stranger_gets_a_404(stranger: Visitor, store: Store, path: str) -> None:
    run: SyncRun = make_run(store)

    assert stranger.get(f"{PAGE}{path.format(run=run.id)}").status_code == 404


def test_anonymous_visitor_is_asked_to_sign_in(visitor: Visitor, store: Store) -> None:
    assert "/login" in visitor.get(PAGE).headers["Location"]


def test_chart_links_to_a_table_of_its_data_with_definitions(
    browser: Visitor, store: Store
) -> None:
    at = slot_of(utc_now())
    for freshness, slot, behind in (("late", at - SLOT, 40), ("on_time", at, None)):
        FreshnessPoint.create(
            store=store,
            resource=Resource.PRODUCTS,
            at=slot,
            freshness=freshness,
            minutes_behind=behind,
        )

    led = f'href="{PAGE}/history/products"' in browser.get(PAGE).text
    page = page_text(browser.get(f"{PAGE}/history/products"))

    assert led
    assert "Last 48 hours: Products" in page
    assert re.search(r"Up to date Unknown .* Late 40 ", page)
    assert re.search(r"Up to date: Checked at least every \d+ minutes", page)
    assert re.search(r"Late: Not checked for changes for more than \d+ minutes", page)


def test_empty_table_says_so_and_an_unknown_resource_is_a_404(
    browser: Visitor, store: Store
) -> None:
    assert "No data yet" in page_text(browser.get(f"{PAGE}/history/orders"))
    assert browser.get(f"{PAGE}/history/wishes").status_code == 404  # codespell:ignore


@pytest.mark.promise(9)
def test_stranger_gets_a_404_for_the_table(stranger: Visitor, store: Store) -> None:
    assert stranger.get(f"{PAGE}/history/products").status_code == 404
