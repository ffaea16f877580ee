"""List of stores, status of each store, and its connection page."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from rq import Queue
from rq.serializers import JSONSerializer

from portal.jobs import RUN_SYNC
from portal.models import (
    SYNC_ORDER,
    Category,
    EventState,
    Merchant,
    Product,
    Quarantine,
    Resource,
    RunKind,
    Store,
    StoreState,
    SyncRun,
    SyncState,
    utc_now,
)
from portal.rules.connection.issue_kinds import IssueKind
from portal.rules.connection.plan import PlanLevel
from portal.services.runtime import Runtime
from tests.factories import (
    UPDATED_AT,
    make_counted_issue,
    make_event,
    make_grant,
    make_issue,
    make_store,
    product_row,
)
from tests.web.conftest import Visitor, page_text


@pytest.fixture
def store(merchant: Merchant, runtime: Runtime) -> Store:
    """A connected store of the merchant that was synced a moment ago."""
    store = make_store(merchant, plan_name="Business", plan_level=PlanLevel.FULL)
    make_grant(store, runtime.sealer)
    for resource in SYNC_ORDER:
        SyncState.create(
            store=store, resource=resource, last_success_at=utc_now(), high_water_at=utc_now()
        )
    return store


def running(store: Store, **changes: object) -> SyncRun:
    """Save an unfinished backfill of products, which were never synced before."""
    SyncState.update(last_success_at=None, high_water_at=None).where(
        SyncState.resource == Resource.PRODUCTS
    ).execute()
    values = {"store": store, "resource": Resource.PRODUCTS, "kind": RunKind.BACKFILL}
    return SyncRun.create(**values | changes)


def test_merchant_without_stores_is_asked_to_connect_one(browser: Visitor) -> None:
    page = page_text(browser.get("/stores"))

    assert "No store connected yet" in page
    assert "Connect a store" in page


def test_list_shows_each_store_with_its_state(browser: Visitor, store: Store) -> None:
    Product.upsert([product_row(remote_id=number) for number in range(1, 4)])

    page = page_text(browser.get("/stores"))

    assert "Clay & Co" in page
    assert "In sync" in page
    assert re.search(r"\b3\b", page)


def test_list_shows_the_severity_of_the_worst_issue(browser: Visitor, store: Store) -> None:
    assert "Open issue" not in page_text(browser.get("/stores"))
    make_issue(store)
    make_issue(store, kind=IssueKind.TOKEN_DEAD)

    assert "Open issue: Critical" in page_text(browser.get("/stores"))


@pytest.mark.promise(11)
def test_all_pages_show_the_same_number_of_products(browser: Visitor, store: Store) -> None:
    Product.upsert([product_row(remote_id=number) for number in range(1, 1235)])
    Product.mark_deleted(Product.matching(store.id, [7]), read_at=utc_now())

    pages = [
        page_text(browser.get(path))
        for path in ("/stores", "/stores/1003", "/stores/1003/products")
    ]

    assert all("1,233" in page for page in pages)


def test_store_in_sync_says_so(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get("/stores/1003"))

    assert "Everything is up to date." in page
    assert "View products" in page
    assert page.count("Up to date") == len(SYNC_ORDER)
    assert page.count("last checked just now") == len(SYNC_ORDER)


def test_store_in_sync_says_when_it_last_changed(browser: Visitor, store: Store) -> None:
    assert "Last change" not in page_text(browser.get("/stores/1003"))
    at = utc_now() - timedelta(seconds=40)
    make_event(event_created_at=at, state=EventState.APPLIED)

    response = browser.get("/stores/1003")

    assert re.search(
        r"Everything is up to date\. Last change 4\d seconds ago \.", page_text(response)
    )
    banner = response.text.partition('class="banner ')[2].partition("</p>")[0]
    assert f'datetime="{at.isoformat(timespec="seconds")}"' in banner


def test_store_that_is_behind_does_not_say_when_it_last_changed(
    browser: Visitor, store: Store
) -> None:
    make_event(event_created_at=utc_now(), state=EventState.APPLIED)
    SyncState.update(last_success_at=utc_now() - timedelta(hours=9)).execute()

    page = page_text(browser.get("/stores/1003"))

    assert "Syncing is behind schedule." in page
    assert "Last change" not in page


def test_store_in_sync_with_an_open_issue_is_not_said_to_be_well(
    browser: Visitor, store: Store
) -> None:
    make_counted_issue(store)

    page = page_text(browser.get("/stores/1003"))

    assert "an issue needs your attention" in page
    assert "Everything is up to date" not in page
    assert "No activity yet" in page


def test_backfill_shows_its_progress(browser: Visitor, store: Store) -> None:
    running(store, seen=1684, total=10_000)
    response = browser.get("/stores/1003")

    assert "Your store is importing now" in page_text(response)
    assert "1,684 of 10,000" in page_text(response)
    assert re.search(r'<progress[^>]*value="1684"\s+max="10000"', response.text)


def test_page_reloads_without_javascript_while_a_run_is_active(
    browser: Visitor, store: Store
) -> None:
    quiet = browser.get("/stores/1003").text
    running(store)
    busy = browser.get("/stores/1003").text

    assert 'http-equiv="refresh"' not in quiet
    assert re.search(r'<noscript>\s*<meta http-equiv="refresh" content="5">', busy)
    assert "0 so far" in page_text(browser.get("/stores/1003"))


def test_page_is_updated_live_with_javascript(browser: Visitor, store: Store) -> None:
    running(store, seen=10, total=20)
    live = browser.get("/stores/1003/progress").text

    assert 'hx-get="/stores/1003/progress"' in live
    assert 'data-live-every="1"' in live
    assert "<html" not in live
    assert "10 of 20" in live


def test_live_part_also_updates_the_state_in_the_page_header(
    browser: Visitor, store: Store
) -> None:
    Store.update(state=StoreState.RECONNECT).execute()

    live = browser.get("/stores/1003/progress").text

    head = live.partition('<span id="store-state" hx-swap-oob="true">')[2]
    assert "Reconnect needed" in head
    assert 'id="store-state"' in browser.get("/stores/1003").text


def test_expired_session_reloads_the_whole_page(visitor: Visitor, store: Store) -> None:
    response = visitor.get("/stores/1003/progress", headers={"HX-Request": "true"})

    assert response.status_code == 401
    assert response.headers["HX-Refresh"] == "true"
    assert response.text == ""


def test_progress_never_exceeds_the_total(browser: Visitor, store: Store) -> None:
    running(store, seen=25, total=20)

    assert "20 of 20" in page_text(browser.get("/stores/1003"))


def test_failing_sync_is_shown_with_a_button_to_sync_now(browser: Visitor, store: Store) -> None:
    running(store, failures=2, error="store 1003: GET /products: HTTP 500")

    page = page_text(browser.get("/stores/1003"))

    assert "Syncing is failing because Ecwid doesn't answer" in page
    assert "Failing" in page
    assert "Sync now" in page


def test_late_mirror_is_shown(browser: Visitor, store: Store) -> None:
    SyncState.update(last_success_at=utc_now() - timedelta(hours=2)).execute()

    page = page_text(browser.get("/stores/1003"))

    assert "Syncing is behind schedule" in page
    assert "2 hours ago" in page


def test_quarantined_records_are_counted(browser: Visitor, store: Store) -> None:
    Quarantine.put(1003, Resource.PRODUCTS, "5", "a price of nonsense", {"id": 5})

    page = page_text(browser.get("/stores/1003"))

    assert "1 record couldn't be synced" in page


@pytest.mark.parametrize(
    ("state", "sentence", "step"),
    [
        (StoreState.RECONNECT, "Ecwid no longer accepts our access", "Reconnect the store"),
        (StoreState.ACTION_REQUIRED, "so syncing is stopped", "Reconnect the store"),
        (StoreState.PLAN_BLOCKED, "has no API access", "Check again"),
        (StoreState.SUSPENDED, "is paused or suspended in Ecwid", "Check again"),
        (StoreState.DISCONNECTED, "is disconnected", "Reconnect the store"),
    ],
)
def test_stopped_store_shows_the_reason_and_the_next_step(
    browser: Visitor, store: Store, state: StoreState, sentence: str, step: str
) -> None:
    Store.update(state=state).execute()

    page = page_text(browser.get("/stores/1003"))

    assert sentence in page
    assert step in page
    webhooks = 1 if state != StoreState.DISCONNECTED else 0
    assert page.count("Stopped") == len(SYNC_ORDER) + webhooks
    assert "Sync now" not in page


def test_closed_storefront_is_shown_on_every_page_of_a_working_store(
    browser: Visitor, store: Store
) -> None:
    Store.update(is_closed=True).execute()

    for path in ("", "/orders", "/connection"):
        page = page_text(browser.get(f"/stores/1003{path}"))
        assert "The storefront is closed in Ecwid, so new orders are refused" in page
        assert "Check again" in page
    assert "Storefront Storefront closed" in page
    assert "Stopped" not in page_text(browser.get("/stores/1003"))


def test_recent_events_are_listed_with_their_state(browser: Visitor, store: Store) -> None:
    Product.upsert([product_row()])
    make_event(event_id="1", state=EventState.APPLIED)
    make_event(event_id="2", type="category.updated", entity_id=None)
    make_event(event_id="3", store_id=1004, type="order.created")

    response = browser.get("/stores/1003")

    page = page_text(response)
    assert "Product Stoneware mug updated" in page
    assert "Processed" in page
    assert "Category (No name) updated" in page
    assert "1 pending" in page
    assert "Order 5 placed" not in page
    assert 'href="/stores/1003/products/5"' in response.text
    assert 'href="/stores/1003/events/2"' in response.text
    assert 'href="/stores/1003/activity"' in response.text
    assert 'href="/stores/1003/events?state=pending"' in response.text


def test_sync_now_starts_a_run_of_every_resource(browser: Visitor, store: Store) -> None:
    response = browser.post("/stores/1003/sync")

    assert response.status_code == 303
    assert {run.kind for run in SyncRun.select()} == {RunKind.INCREMENTAL}
    assert SyncRun.select().count() == len(SYNC_ORDER)
    assert "Checking for changes now." in page_text(browser.get("/stores/1003"))


def test_sync_now_reads_the_resources_in_order(
    browser: Visitor, store: Store, runtime: Runtime
) -> None:
    browser.post("/stores/1003/sync")

    queue = Queue(RUN_SYNC.queue, connection=runtime.redis, serializer=JSONSerializer)
    read = [SyncRun.get_by_id(job.args[0]).resource for job in queue.jobs]
    assert read == list(SYNC_ORDER)


def test_sync_now_twice_starts_one_run(browser: Visitor, store: Store) -> None:
    browser.post("/stores/1003/sync")
    browser.post("/stores/1003/sync")

    assert SyncRun.select().count() == len(SYNC_ORDER)


def test_sync_now_does_nothing_for_a_stopped_store(browser: Visitor, store: Store) -> None:
    Store.update(state=StoreState.RECONNECT).execute()

    browser.post("/stores/1003/sync")

    assert SyncRun.select().count() == 0
    assert "until the store's connection works again" in page_text(browser.get("/stores/1003"))


def test_sync_now_is_rate_limited(browser: Visitor, store: Store) -> None:
    answers = {browser.post("/stores/1003/sync").status_code for _ in range(13)}

    assert answers == {303, 429}


def test_connection_page_shows_plan_scopes_and_address(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get("/stores/1003/connection"))

    assert "8 of 8 permissions granted" in page
    assert page.count("– Granted") == 8
    assert "API access – Included" in page
    assert "https://clay.example" in page
    assert "Being set up now" in page


def test_connection_page_names_missing_scopes_and_features(
    browser: Visitor, runtime: Runtime, merchant: Merchant
) -> None:
    store = make_store(
        merchant,
        state=StoreState.ACTION_REQUIRED,
        plan_level=PlanLevel.LIMITED,
        missing_features=["CUSTOMER_GROUPS", "NEW_THING"],
        webhook_mode="api",
    )
    make_grant(store, runtime.sealer, scopes=["read_store_profile", "read_catalog"])

    page = page_text(browser.get("/stores/1003/connection"))

    assert "2 of 8 permissions granted" in page
    assert "Without it, we can't check coupon codes" in page
    assert "While one is missing, nothing is synced" in page
    assert "customer groups" in page
    assert "NEW_THING" in page
    assert "Set up automatically" in page


def test_revoked_connection_shows_the_last_consent(
    browser: Visitor, runtime: Runtime, merchant: Merchant
) -> None:
    store = make_store(merchant, state=StoreState.RECONNECT, webhook_mode="app", url="")
    make_grant(store, runtime.sealer, revoked_at=UPDATED_AT, revoked_reason="dead")

    page = page_text(browser.get("/stores/1003/connection"))

    assert "Not connected." in page
    assert "Set up in our app's settings" in page


@pytest.mark.promise(9)
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(
    "path",
    ["", "/progress", "/connection", "/sync", "/products", "/products/5"],
)
def test_stranger_gets_a_404_for_every_page_of_a_store(
    stranger: Visitor, store: Store, path: str, method: str
) -> None:
    Product.upsert([product_row()])
    Category.upsert([])

    response = getattr(stranger, method)(f"/stores/1003{path}")

    assert response.status_code in (404, 405)
    assert "Clay" not in response.text
    assert "mug" not in response.text


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "1" * 60, "x", "1004"])
def test_unknown_store_id_is_a_404(browser: Visitor, store: Store, number: str) -> None:
    assert browser.get(f"/stores/{number}").status_code == 404
    assert browser.get(f"/stores/{number}/products").status_code == 404
    assert browser.get(f"/stores/1003/products/{number}").status_code == 404


@pytest.mark.promise(10)
def test_no_page_shows_a_token(browser: Visitor, store: Store) -> None:
    for path in ("/stores", "/stores/1003", "/stores/1003/connection"):
        assert "secret_token" not in browser.get(path).text


def test_name_with_markup_is_shown_as_text(browser: Visitor, merchant: Merchant) -> None:
    make_store(merchant, name="<script>alert(1)</script>", url="javascript:alert(1)")

    for path in ("/stores", "/stores/1003", "/stores/1003/connection"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert 'href="javascript:' not in page
