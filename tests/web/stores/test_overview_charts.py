"""Charts of a store's overview: the days are the store's, and each number is also in a table."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from portal.models import (
    EVENT_CALLS,
    CountKind,
    EventState,
    HourlyCount,
    Merchant,
    Order,
    Resource,
    RunKind,
    RunState,
    SellableCount,
    Store,
    SyncRun,
    utc_now,
)
from portal.models import hourly_count as counting
from portal.services.connection import overview_figures as module
from portal.services.connection.overview_figures import DAYS, HOURS
from portal.services.mirror.resources import ORDERS
from tests.factories import UPDATED_AT, make_store, order_payload
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003/charts"
# Half past midnight in Berlin, and the 29th of March there has 23 hours.
NOW = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)


@pytest.fixture
def store(merchant: Merchant, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A connected store in Berlin, at `NOW`."""
    at(NOW, monkeypatch)
    return make_store(merchant, currency="EUR", timezone="Europe/Berlin")


def at(now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the clock of the counts and of the page."""
    for clock in (counting, module):
        monkeypatch.setattr(clock, "utc_now", lambda: now)


def card(page: str, begin: str, end: str) -> str:
    """Return the text from one heading to the next one."""
    return page.partition(begin)[2].partition(end)[0]


def test_store_without_work_has_texts_instead_of_charts(browser: Visitor, store: Store) -> None:
    response = browser.get(PAGE)

    page = page_text(response)
    assert "No orders in the last 30 days." in page
    assert "No webhook events were processed in the last 24 hours." in page
    assert "No calls to Ecwid in the last 24 hours." in page
    assert "No sync run has finished yet." in page
    assert 'class="bar-chart__picture"' not in response.text


def test_orders_and_sales_are_of_the_days_of_the_store(
    browser: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for now, total in (
        (datetime(2026, 3, 28, 22, 59, tzinfo=UTC), "1.50"),  # 23:59 in winter time
        (datetime(2026, 3, 28, 23, 1, tzinfo=UTC), "24.90"),  # 0:01 on the short day
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), "5.10"),  # 23:59 in summer time
        (NOW, "100"),
    ):
        at(now, monkeypatch)
        HourlyCount.add(store.id, CountKind.ORDERS, "live", 1, Decimal(total))
        HourlyCount.add(store.id, CountKind.ORDERS, "test", 7, Decimal(7))

    page = page_text(browser.get(PAGE))

    orders = card(page, "Orders per day, last 30 days", "Sales per day")
    assert "4 orders in 30 days; placed here: 4." in orders
    assert "Day Placed here Placed elsewhere Mar 30 1 0 Mar 29 2 0 Mar 28 1 0" in orders
    sales = card(page, "Sales per day, last 30 days", "See the orders placed here")
    assert "€131.50 in 30 days; by orders placed here: €131.50." in sales
    assert "Mar 30 €100.00 €0.00 Mar 29 €30.00 €0.00 Mar 28 €1.50 €0.00" in sales


def read_order(store: Store, number: int, placed_at: str, total: str, status: str = "PAID") -> None:
    """Read an order of the store that was placed at this time."""
    payload = order_payload(
        id=f"N{number}",
        internalId=number,
        orderNumber=number,
        createDate=placed_at,
        createTimestamp=int(datetime.fromisoformat(placed_at).timestamp()),
        total=Decimal(total),
        paymentStatus=status,
    )
    ORDERS.save(store.id, [payload], UPDATED_AT)


def test_all_orders_of_the_store_are_shown_with_those_placed_here(
    browser: Visitor, store: Store
) -> None:
    make_store(id=2002)
    HourlyCount.add(store.id, CountKind.ORDERS, "live", 2, Decimal(30))
    for number, (placed_at, total, status) in enumerate(
        (
            ("2026-03-29 22:10:00 +0000", "20", "PAID"),  # today, as the next two
            ("2026-03-29 22:20:00 +0000", "10", "AWAITING_PAYMENT"),
            ("2026-03-29 22:25:00 +0000", "5", "CANCELLED"),
            ("2026-03-29 22:26:00 +0000", "99", "INCOMPLETE"),
            ("2026-03-28 23:01:00 +0000", "7", "PAID"),  # 0:01 on the day before
            ("2026-02-28 22:59:00 +0000", "99", "PAID"),  # one minute too early
        )
    ):
        read_order(store, number + 1, placed_at, total, status)
    read_order(Store.get_by_id(2002), 1, "2026-03-29 22:10:00 +0000", "99")
    read_order(store, 9, "2026-03-29 22:10:00 +0000", "99")
    Order.mark_deleted(Order.matching(store.id, [9]), read_at=utc_now())

    page = page_text(browser.get(PAGE))

    orders = card(page, "Orders per day, last 30 days", "Sales per day")
    assert "4 orders in 30 days; placed here: 2." in orders
    assert "Mar 30 2 1 Mar 29 0 1 " in orders
    sales = card(page, "Sales per day, last 30 days", "See the orders placed here")
    assert "€42.00 in 30 days; by orders placed here: €30.00." in sales
    assert "Mar 30 €30.00 €5.00 Mar 29 €0.00 €7.00" in sales


def test_orders_of_test_keys_count_in_test_stores(browser: Visitor, store: Store) -> None:
    Store.update(is_test=True).execute()
    HourlyCount.add(store.id, CountKind.ORDERS, "live", 1, Decimal(30))
    HourlyCount.add(store.id, CountKind.ORDERS, "test", 2, Decimal(30))

    assert "3 orders in 30 days; placed here: 3." in page_text(browser.get(PAGE))


def test_events_are_counted_by_hour_day_and_outcome(
    browser: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hours_ago, state, count in (
        (0, EventState.APPLIED, 1_200),
        (HOURS - 1, EventState.IGNORED, 2),
        (HOURS, EventState.DEAD, 3),
        ((DAYS - 1) * 24 - 2, EventState.APPLIED, 4),
        (DAYS * 24, EventState.APPLIED, 5),
    ):
        at(NOW - timedelta(hours=hours_ago), monkeypatch)
        HourlyCount.add(store.id, CountKind.EVENTS, state, count)
    at(NOW, monkeypatch)

    page = page_text(browser.get(PAGE))

    hours = card(page, "Webhook events per hour, last 24 hours", "Webhook events per day")
    assert "1,200 processed, 2 skipped, 0 failed." in hours
    assert "Hour Processed Skipped Failed 00:00 1,200 0 0 00:00 0 2 0" in hours
    days = card(page, "Webhook events per day, last 30 days", "Calls to Ecwid")
    assert "1,204 processed, 2 skipped, 3 failed." in days
    assert "Mar 1 4 0 0" in days


def test_longest_delay_is_shown_by_hour_and_by_day(browser: Visitor, store: Store) -> None:
    assert "No data yet. The delay is measured every 15 minutes." in page_text(browser.get(PAGE))
    for hours_ago, minutes in ((0, 0), (1, 61), (3, 4)):
        HourlyCount.raise_lags({store.id: minutes}, NOW - timedelta(hours=hours_ago))

    page = page_text(browser.get(PAGE))

    hours = card(page, "Longest delay per hour, last 24 hours", "Longest delay per day")
    assert "Never more than 62 minutes behind the store. Webhooks usually bring" in hours
    assert "Hour Minutes behind, at most 00:00 1 23:00 62 21:00 5" in hours
    days = card(page, "Longest delay per day, last 30 days", "Webhook events per hour")
    assert "Day Minutes behind, at most Mar 30 1 Mar 29 62" in days


def test_calls_are_compared_with_the_quota(browser: Visitor, store: Store) -> None:
    HourlyCount.add(store.id, CountKind.CALLS, Resource.PRODUCTS, 300)
    HourlyCount.add(store.id, CountKind.CALLS, Resource.ORDERS, 42)
    HourlyCount.add(store.id, CountKind.CALLS, EVENT_CALLS, 18)

    page = page_text(browser.get(PAGE))

    calls = card(page, "Calls to Ecwid per hour, last 24 hours", "Duration of the latest")
    assert "At most 1% of the calls that Ecwid allows: 360 of 36,000 in an hour." in calls
    assert "Hour Sync Webhook events 00:00 342 18" in calls


def test_finished_runs_are_shown_with_their_durations(browser: Visitor, store: Store) -> None:
    begun = utc_now() - timedelta(minutes=10)
    for seconds, state in ((1, RunState.DONE), (90, RunState.FAILED), (None, RunState.RUNNING)):
        SyncRun.create(
            store=store,
            resource=Resource.PRODUCTS,
            kind=RunKind.INCREMENTAL,
            state=state,
            started_at=begun,
            finished_at=seconds and begun + timedelta(seconds=seconds),
        )

    page = page_text(browser.get(PAGE))

    runs = page.partition("Duration of the latest sync runs")[2]
    assert "The latest 2 runs; the longest took 1 min 30 s." in runs
    assert re.search(r"Products, [^–]+ – 1 min 30 s Products, [^–]+ 1.0 s –", runs)


def test_overview_loads_the_charts_once_and_links_them(browser: Visitor, store: Store) -> None:
    HourlyCount.add(store.id, CountKind.EVENTS, EventState.APPLIED, 1)

    overview = browser.get("/stores/1003").text

    (place,) = re.findall(r'<div[^>]*id="charts"[^>]*>', overview)
    assert f'hx-get="{PAGE}"' in place
    assert 'hx-trigger="load"' in place
    assert f'href="{PAGE}"' in overview
    assert 'id="charts"' in browser.get(PAGE).text
    assert "charts" not in browser.get("/stores/1003/progress").text


def test_products_that_cannot_be_sold_are_counted_by_reason(browser: Visitor, store: Store) -> None:
    assert "Products that can be sold" not in page_text(browser.get(PAGE))
    reasons = {"out_of_stock": 2, "no_image": 1}
    SellableCount.create(
        store=store, sellable=1_250, unsellable=2, reasons=reasons, counted_at=utc_now()
    )

    response = browser.get(PAGE)

    page = page_text(response)
    assert "Can be sold 1,250 Counted just now" in page
    assert "The product is out of stock. 2 The product has no image. 1" in page
    assert 'href="/stores/1003/products?sellable=out_of_stock"' in response.text


def test_charts_have_no_inline_styles(browser: Visitor, store: Store) -> None:
    HourlyCount.add(store.id, CountKind.EVENTS, EventState.APPLIED, 1)

    assert "style=" not in browser.get(PAGE).text
