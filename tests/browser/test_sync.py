"""Control of a store's sync in a real browser: desktop, phone, without JavaScript."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from portal.models import (
    SYNC_ORDER,
    FreshnessPoint,
    Merchant,
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
    SchemaChange,
    Store,
    SyncState,
    utc_now,
)
from portal.rules.sync.freshness import Freshness
from portal.rules.sync.schema_changes import SchemaChangeKind
from portal.services.sync.freshness_history import SLOT, slot_of
from tests.browser.conftest import Window
from tests.factories import make_store

pytestmark = [pytest.mark.browser, pytest.mark.promise(12)]


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """A store of the merchant that was synced a minute ago."""
    store = make_store(merchant)
    minute_ago = utc_now() - timedelta(minutes=1)
    for resource in SYNC_ORDER:
        SyncState.create(
            store=store,
            resource=resource,
            last_success_at=minute_ago,
            high_water_at=minute_ago,
            next_due_at=utc_now() + timedelta(minutes=3),
        )
    return store


def press(page: Page, button: str) -> None:
    """Press the button of the products."""
    page.locator(f"#{button}-products").click()


def test_run_is_started_paused_resumed_and_canceled(window: Window, store: Store) -> None:
    page = window.page
    page.goto("/stores/1003/sync")
    products = page.locator(".card", has_text="Products").first

    press(page, "start")
    expect(page.get_by_text("Checking for changes now.")).to_be_visible()
    expect(products.get_by_role("link", name="Running now")).to_be_visible()
    expect(products).to_contain_text("Checked at least every")
    press(page, "pause")
    expect(page.get_by_text("Nothing is synced until you resume it.")).to_be_visible()
    expect(products).to_contain_text("Not checked for changes until you resume it")
    press(page, "resume")
    expect(page.get_by_text("Resumed.")).to_be_visible()
    page.locator("#confirm-cancel-products summary").click()
    press(page, "cancel")
    expect(page.get_by_text("Run canceled. Records synced so far are kept.")).to_be_visible()

    expect(page.get_by_role("table")).to_contain_text("Canceled")
    window.shoot(f"sync-{page.viewport_size['width']}")  # type: ignore[index]


def test_unreadable_records_are_read_again_one_by_one_or_all(window: Window, store: Store) -> None:
    page = window.page
    for entity_id in ("5", "6", "7"):
        Quarantine.put(1003, Resource.PRODUCTS, entity_id, "price is no amount", {"price": "free"})
    page.goto("/stores/1003/quarantine")

    page.get_by_role("button", name="Retry").first.click()
    expect(page.get_by_text("Retrying this record.")).to_be_visible()
    page.locator("summary", has_text="What to do").click()
    page.get_by_role("link", name="Retry all: Products (3)").click()
    expect(page.get_by_text("3 unreadable records")).to_be_visible()
    assert not window.is_wider_than_the_screen()
    page.get_by_role("button", name="Retry records").click()

    expect(page.get_by_text("Retrying 3 records.")).to_be_visible()
    bar = page.locator("#retries .progress")
    expect(bar).to_contain_text("0 of 3")
    window.shoot(f"quarantine-{page.viewport_size['width']}")  # type: ignore[index]
    RecordResync.update(state=ResyncState.SAVED, finished_at=utc_now()).where(
        RecordResync.entity_id == "6"
    ).execute()
    # Updated by htmx or, without JavaScript, by the page's own refresh.
    expect(bar).to_contain_text("1 of 3", timeout=10_000)


def test_freshness_of_two_days_is_shown_as_chart_and_text(window: Window, store: Store) -> None:
    newest = slot_of(utc_now())
    words = [Freshness.ON_TIME, Freshness.LATE, Freshness.LATE, Freshness.ON_TIME]
    for place, freshness in enumerate(words):
        FreshnessPoint.create(
            store=1003,
            resource=Resource.PRODUCTS,
            at=newest - place * SLOT,
            freshness=freshness,
            minutes_behind=40 if freshness == Freshness.LATE else 2,
        )
    page = window.page
    page.goto("/stores/1003/sync")

    chart = page.locator("figure").first
    expect(chart.locator("svg")).to_be_visible()
    expect(chart).to_contain_text("up to date in 2 of 4 quarter hours")
    expect(chart).to_contain_text("Largest delay: 40 minutes")
    chart.get_by_role("link", name="View as table").click()
    expect(page.get_by_role("row")).to_have_count(4)
    expect(page.get_by_text("Not checked for changes for more than")).to_be_visible()
    window.shoot(f"history-{page.viewport_size['width']}")  # type: ignore[index]


def test_operator_sees_schema_changes(window: Window, store: Store) -> None:
    for field, after in (("total", "text"), ("items[].selectedOptions[].selections[].title", "")):
        SchemaChange.create(
            store=1003,
            resource=Resource.ORDERS,
            field=field,
            change=SchemaChangeKind.TYPE if after else SchemaChangeKind.MISSING,
            before="number",
            after=after,
        )
    page = window.page

    page.goto("/operator/schema-changes")

    expect(page.get_by_role("table")).to_contain_text("items[].selectedOptions[]")
    expect(page.get_by_role("table")).to_contain_text("Removed")
    window.shoot(f"schema-changes-{page.viewport_size['width']}")  # type: ignore[index]
