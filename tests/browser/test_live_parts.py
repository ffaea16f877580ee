"""Pages that update themselves keep the place of the person who reads and types."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from portal.models import BrowserSession, Merchant, Store, SyncState, utc_now
from portal.models import WebhookEvent as Event
from portal.models.store import StoreState
from portal.rules.sync.resources import Resource
from portal.services.mirror.resources import ORDERS
from portal.services.orders.order_updates import list_updates
from tests.browser.conftest import PASSWORD, Window, open_window
from tests.factories import (
    UPDATED_AT,
    make_event,
    make_grant,
    make_recovery_code,
    make_store,
    order_payload,
)

pytestmark = pytest.mark.browser

STORE = "/stores/1003"
# In turns, because many similar events are one line.
TYPES = ("product.updated", "product.created")
EVENT = re.compile("^Product .+ (updated|created)$")
SELECTED = "() => String(getSelection())"
FOCUSED = "() => document.activeElement.textContent.trim()"


@pytest.fixture
def store(merchant: Merchant, runtime: object) -> Store:
    """A store in sync with some events."""
    store = make_store(merchant)
    make_grant(store, runtime.sealer)  # type: ignore[attr-defined]
    for resource in Resource:
        SyncState.create(store=store, resource=resource, last_success_at=utc_now())
    for number in range(5):
        make_event(event_id=f"event-{number}", type=TYPES[number % 2], entity_id=str(100 + number))
    return store


@pytest.fixture
def page(chromium: Browser, portal: str, merchant: Merchant, store: Store) -> Iterator[Page]:
    """The page of a signed-in merchant, whose clock runs as the test says."""
    window: Window = open_window(chromium, base_url=portal)
    page = window.page
    page.goto("/login")
    page.get_by_label("Email").fill(merchant.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_label("Code").fill(make_recovery_code(merchant))
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/operator")
    page.clock.install()
    yield page
    page.context.close()


def polls_of(page: Page) -> list[Request]:
    """Return a list that fills with the requests of the live part."""
    polls: list[Request] = []
    page.on(
        "request",
        lambda request: polls.append(request) if "live-version" in request.headers else None,
    )
    return polls


def pass_time(page: Page, seconds: int, polls: list[Request]) -> None:
    """Let the clock of the page run until the next poll has its answer."""
    count = len(polls)
    page.clock.run_for(seconds * 1000)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and len(polls) == count:
        page.wait_for_timeout(20)
    if len(polls) > count:
        polls[-1].response()
        page.wait_for_timeout(50)


def test_a_minute_on_the_overview_keeps_focus_and_selection(page: Page, store: Store) -> None:
    polls = polls_of(page)
    page.goto(STORE)
    link = page.get_by_role("link", name=EVENT).nth(2)
    address = link.get_attribute("href")
    while page.evaluate("() => document.activeElement.getAttribute('href')") != address:
        page.keyboard.press("Tab")
    page.evaluate("() => getSelection().selectAllChildren(document.querySelector('#live h2'))")
    selected = page.evaluate(SELECTED)
    assert selected

    for number in range(12):
        make_event(
            event_id=f"new-{number}", type=TYPES[number % 2], entity_id=str(200 + number // 4)
        )
        Event.update(state="applied").where(Event.event_id == f"new-{number - 1}").execute()
        pass_time(page, 5, polls)
        if number == 1:
            expect(page.get_by_role("link", name=EVENT).first).not_to_have_attribute(
                "href", f"{STORE}/events/event-4"
            )
            assert page.evaluate("() => document.activeElement.getAttribute('href')") == address
    assert len(polls) >= 10
    assert page.evaluate(SELECTED) == selected
    focus = page.evaluate(
        "() => document.activeElement === document.body ? 'lost' : document.activeElement.id || "
        "document.activeElement.getAttribute('href')"
    )
    # The event left the list of the latest: the focus is on the part that contained it.
    assert focus in (address, "live")


def test_quiet_overview_downloads_nothing_and_its_times_go_on(page: Page, store: Store) -> None:
    polls = polls_of(page)
    page.goto(STORE)
    before = page.locator("time").first.text_content()

    for _ in range(3):
        time.sleep(2)  # the times follow the clock of the server
        pass_time(page, 5, polls)

    assert [poll.response().status for poll in polls] == [204, 204, 204]  # type: ignore[union-attr]
    assert page.locator("time").first.text_content() != before


def test_parts_that_load_later_leave_the_title_alone(page: Page, store: Store) -> None:
    polls = polls_of(page)
    page.goto(STORE)
    expect(page.locator("#charts .card").first).to_be_visible()
    pass_time(page, 5, polls)

    assert page.title() == f"{store.name} · Merchant portal"


def test_hidden_tab_makes_no_requests_and_one_at_once_when_it_is_seen(page: Page) -> None:
    polls = polls_of(page)
    page.goto(STORE)
    pass_time(page, 5, polls)
    set_hidden(page, hidden=True)
    page.clock.run_for(120_000)
    page.wait_for_timeout(300)
    hidden = len(polls)

    set_hidden(page, hidden=False)
    page.wait_for_timeout(500)

    assert (hidden, len(polls)) == (1, 2)


def set_hidden(page: Page, *, hidden: bool) -> None:
    """Hide or show the tab as the script of the page sees it."""
    page.evaluate(
        "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, "
        "configurable: true}); document.dispatchEvent(new Event('visibilitychange')); }",
        hidden,
    )


def test_open_details_stay_open_and_the_new_status_is_announced(page: Page, store: Store) -> None:
    polls = polls_of(page)
    page.goto(STORE)
    page.evaluate("() => document.querySelector('#live').insertAdjacentHTML('beforeend', '')")
    announcer = page.locator("#live-status")
    expect(announcer).to_have_text("")
    pass_time(page, 5, polls)
    expect(announcer).to_have_text("")
    Store.update(state=StoreState.RECONNECT).execute()

    pass_time(page, 5, polls)

    expect(announcer).not_to_have_text("")
    expect(page.locator("#store-state")).to_contain_text("Reconnect")


def test_failing_server_is_polled_less_often_and_the_page_says_so(page: Page) -> None:
    polls = polls_of(page)
    page.goto(STORE)
    page.route("**/progress", lambda route: route.fulfill(status=503, body="no"))
    for _ in range(3):
        pass_time(page, 60, polls)
    note = page.locator("#live-note")
    expect(note).to_have_text("Connection lost. Trying again…")
    tried = len(polls)
    page.clock.run_for(10_000)
    page.wait_for_timeout(200)
    assert len(polls) == tried, "after some failures the page waits longer than usual"
    page.unroute("**/progress")

    pass_time(page, 75, polls)

    expect(note).to_be_hidden()


def test_signed_out_page_stops_and_says_so(page: Page) -> None:
    polls = polls_of(page)
    page.goto(STORE)
    # Charts that load now would lead to the sign-in page at once.
    expect(page.locator("#charts .card").first).to_be_visible()
    BrowserSession.delete().execute()

    pass_time(page, 5, polls)

    expect(page.locator("#live-note")).to_contain_text("You have been signed out.")
    page.clock.run_for(60_000)
    page.wait_for_timeout(200)
    assert len(polls) == 1
    expect(page.get_by_role("heading", name="Clay & Co")).to_be_visible()


def test_order_page_follows_its_own_change_and_keeps_typed_text(
    page: Page, store: Store, runtime: object
) -> None:
    ORDERS.save(store.id, [order_payload()], UPDATED_AT)
    polls = polls_of(page)
    page.goto(f"{STORE}/orders/90")
    page.locator("#payment_status").select_option("REFUNDED")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url("**/orders/90")
    expect(page.locator("#payment_status")).to_have_value("REFUNDED")
    page.locator("#tracking_number").fill("RX 2 typed")

    ORDERS.save(store.id, [order_payload(paymentStatus="REFUNDED")], utc_now())
    type(store)._meta.database.execute_sql("UPDATE order_update SET state = 'sent', due_at = NULL")
    pass_time(page, 2, polls)

    expect(page.locator("#order .pill", has_text="Refunded").first).to_be_visible()
    expect(page.locator("#tracking_number")).to_have_value("RX 2 typed")
    page.get_by_role("button", name="Save changes").click()
    page.wait_for_url("**/orders/90")
    newest = list_updates(store.id)[0]
    assert newest.changes == {"tracking_number": "RX 2 typed"}
    assert newest.expected == {"tracking_number": "RX1"}
