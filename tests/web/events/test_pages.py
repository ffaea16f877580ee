"""List, search and pages of webhook events."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal.models import AttemptOutcome, EventState, Product, Store, StoreState, utc_now
from portal.services.events import search_events
from portal.services.events.index_event_terms import index_event_terms
from portal.services.mirror.resources import PRODUCTS
from portal.services.pagination import PAGE_SIZE
from portal.services.retention.prune_events import prune_events
from portal.services.runtime import Runtime
from portal.web.events.definitions import ATTEMPT_DEFINITIONS, EVENT_DEFINITIONS
from tests.factories import UPDATED_AT, make_event, make_store, product_payload
from tests.web.conftest import Visitor, page_text
from tests.web.events.conftest import break_circuit, make_attempt, make_dead

PAGE = "/stores/1003/events"


def test_store_without_events_says_so(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get(PAGE))

    assert "No events yet" in page
    assert "Replay all" not in page


def test_event_is_listed_with_its_state_and_error(browser: Visitor, store: Store) -> None:
    make_dead()

    page = page_text(browser.get(PAGE))

    assert (
        "Product 5 updated just now HTTP 500 for /products product.updated 5 dead-0 8 Failed"
        in page
    )
    assert f'href="{PAGE}/dead-0"' in browser.get(PAGE).text


def test_each_state_has_its_label_and_definition(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get(PAGE))

    assert set(EVENT_DEFINITIONS) == set(EventState)
    assert set(ATTEMPT_DEFINITIONS) == set(AttemptOutcome)
    for definition in EVENT_DEFINITIONS.values():
        assert definition in page


@pytest.mark.promise(11)
def test_pages_follow_each_other_from_the_newest_to_the_oldest(
    browser: Visitor, store: Store
) -> None:
    for number in range(PAGE_SIZE + 2):
        make_event(event_id=f"e-{number}", type="order.updated")

    first = browser.get(f"{PAGE}?type=order.updated").text
    later = re.search(rf'href="({PAGE}\?type=order.updated&amp;after=\d+)"', first)
    oldest = re.search(rf'href="({PAGE}\?type=order.updated&amp;oldest=1)"', first)
    assert later
    assert oldest

    second = browser.get(later[1].replace("&amp;", "&")).text
    assert "e-1<" in second
    assert "e-2<" not in second
    assert "Back to newest" in second
    assert "To the oldest" not in second
    last = browser.get(oldest[1].replace("&amp;", "&")).text
    assert "e-0<" in last
    assert "e-24<" in last
    assert "e-25<" not in last


def test_events_are_found_by_every_field_of_the_form(
    browser: Visitor, runtime: Runtime, store: Store
) -> None:
    wanted = make_event(
        event_id="wanted",
        type="order.updated",
        entity_id="90",
        state=EventState.APPLIED,
        received_at=UPDATED_AT,
        payload={"data": {"orderId": "EBJFT"}},
    )
    make_event(event_id="other", received_at=UPDATED_AT)
    index_event_terms(runtime)

    for query in (
        "q=ebjft",
        "q=wanted",
        "type=order.updated",
        "state=applied",
        "entity=90",
        "q=ebjft&type=order.updated&state=applied&entity=90&since=2026-03-01T11:00",
        "q=ebjft&since=2026-03-01T11:00&until=2026-03-01T12:01",
    ):
        page = browser.get(f"{PAGE}?{query}").text
        assert f"{PAGE}/{wanted.event_id}" in page, query
        assert f"{PAGE}/other" not in page, query
    assert "Search covers events up to 1 Mar 2026, 12:00 UTC" in page


def test_form_keeps_its_values(browser: Visitor, store: Store) -> None:
    page = browser.get(f'{PAGE}?q="><b>&type=a.b&state=dead&since=2026-03-01T11:00').text

    assert 'value="&#34;&gt;&lt;b&gt;"' in page
    assert re.search(r'<option value="a.b"\s+selected>', page)
    assert re.search(r'<option value="dead"\s+selected>', page)
    assert 'value="2026-03-01T11:00"' in page
    assert "No event matches" in page


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("since=yesterday", "Enter a date and a time"),
        ("until=0001-01-01T00:00%2B23:00", "Enter a date and a time"),
        ("since=0001-01-01T00:00", "Enter a date and a time"),
        ("state=lost", "Choose a state from the list."),
    ],
)
def test_invalid_value_is_explained_next_to_its_field(
    browser: Visitor, store: Store, query: str, problem: str
) -> None:
    response = browser.get(f"{PAGE}?{query}")

    assert response.status_code == 422
    assert problem in page_text(response)
    assert 'aria-invalid="true"' in response.text


@pytest.mark.parametrize("query", ["after=x", "before=0", "after=9223372036854775808"])
def test_malformed_cursor_is_a_404(browser: Visitor, store: Store, query: str) -> None:
    assert browser.get(f"{PAGE}?{query}").status_code == 404


@pytest.mark.parametrize("query", ["after=9223372036854775807", "before=9223372036854775806"])
def test_cursor_beyond_the_end_is_an_empty_page(browser: Visitor, store: Store, query: str) -> None:
    make_event()

    assert browser.get(f"{PAGE}?{query}").status_code == 200


def test_search_that_reached_its_limit_offers_to_continue(
    browser: Visitor, runtime: Runtime, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search_events, "SCAN_LIMIT", 4)
    monkeypatch.setattr(search_events, "FIRST_SCAN", 2)
    for number in range(10):
        state = EventState.APPLIED if number else EventState.DEAD
        make_event(event_id=f"e-{number}", state=state, payload={"a": "x"}, received_at=UPDATED_AT)
    for number in range(10):
        make_event(event_id=f"f-{number}", state=EventState.DEAD, received_at=UPDATED_AT)
    index_event_terms(runtime)

    text = browser.get(f"{PAGE}?q=x&state=dead").text

    assert "No matches so far." in text
    further = re.search(rf'class="button"\s+href="({PAGE}[^"]*after=\d+)"', text)
    assert further
    for _ in range(2):
        text = browser.get(further[1].replace("&amp;", "&")).text
        further = re.search(rf'class="button"\s+href="({PAGE}[^"]*after=\d+)"', text) or further
    assert f"{PAGE}/e-0" in text


def test_event_page_shows_state_attempts_calls_and_payload(browser: Visitor, store: Store) -> None:
    PRODUCTS.save(store.id, [product_payload(id=5)], UPDATED_AT)
    event = make_event(
        state=EventState.APPLIED,
        attempts=1,
        processed_at=utc_now(),
        headers={"User-Agent": "Ecwid", "Content-Type": "application/json"},
        signing_key="previous",
        payload={"data": {"total": Decimal("24.90")}},
    )
    make_attempt(event, outcome="failed", error="HTTP 500 for /products")
    make_attempt(event, number=2)

    page = page_text(browser.get(f"{PAGE}/{event.event_id}"))

    assert "Processed: Record refreshed from Ecwid" in page
    assert "Stoneware mug · All events of this record" in page
    assert "Valid: signed with the app's previous client secret" in page
    assert re.search(r"attempt 2, took 1.0 s Processed Record read and saved .* attempt 1", page)
    assert "1 call GET /products → 200, 35 ms for 7 events in the batch" in page
    assert "host.events.4711" in page
    assert "HTTP 500 for /products" in page
    assert '"total": 24.90' in page
    assert "Content-Type application/json User-Agent Ecwid" in page
    assert "Replay this event" in page


def test_call_without_response_and_attempt_without_calls_say_so(
    browser: Visitor, store: Store
) -> None:
    event = make_event(event_id="e")
    for calls in ([], [{"method": "GET", "path": "/orders", "status": None, "ms": 25_000}]):
        attempt = make_attempt(event, outcome="postponed")
        attempt.batch.calls = calls
        attempt.batch.save()

    page = page_text(browser.get(f"{PAGE}/e"))

    assert "GET /orders → no response, 25,000 ms" in page
    assert "none for 7 events in the batch" in page
    assert "Postponed" in page


def test_first_calls_are_listed_and_the_others_counted(browser: Visitor, store: Store) -> None:
    attempt = make_attempt(make_event(event_id="e"))
    call = {"method": "GET", "path": "/orders", "status": 200, "ms": 1}
    attempt.batch.calls = [call] * 25
    attempt.batch.save()

    page = page_text(browser.get(f"{PAGE}/e"))

    assert "25 calls" in page
    assert page.count("GET /orders") == 20
    assert "and 5 more" in page


def test_waiting_event_shows_when_its_next_attempt_is_due(browser: Visitor, store: Store) -> None:
    make_event(event_id="e", attempts=2)

    page = page_text(browser.get(f"{PAGE}/e"))

    assert "Pending: Received" in page
    assert "Next attempt:" in page
    assert "Not processed yet." in page
    assert "No headers recorded." in page
    assert "Replay this event" not in page
    assert 'data-live-every="3"' in browser.get(f"{PAGE}/e").text


def test_events_that_wait_for_a_failing_api_say_so(browser: Visitor, store: Store) -> None:
    make_event(event_id="e")
    break_circuit(store)

    for address in (PAGE, f"{PAGE}/e"):
        page = page_text(browser.get(address))
        assert "Events are pending because the store's API is failing." in page
        assert "GET /products: HTTP 503" in page


def test_wait_requested_by_ecwid_is_not_a_failure(browser: Visitor, store: Store) -> None:
    break_circuit(store, opened_at=None)

    assert "Ecwid asked us to wait before the next call." in page_text(browser.get(PAGE))


def test_events_of_a_stopped_store_wait_for_its_connection(browser: Visitor, store: Store) -> None:
    make_event(event_id="e")
    Store.update(state=StoreState.RECONNECT).execute()

    for address in (PAGE, f"{PAGE}/e"):
        assert "We'll process them when the store's connection works again." in page_text(
            browser.get(address)
        )


def test_payload_is_escaped_and_a_long_one_is_shortened(browser: Visitor, store: Store) -> None:
    make_event(event_id="e", payload={"a": "<script>alert(1)</script>", "b": "x" * 5_000})

    text = browser.get(f"{PAGE}/e").text

    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text
    assert "more characters not shown" in text
    whole = browser.get(f"{PAGE}/e/payload.json")
    assert whole.get_json()["b"] == "x" * 5_000
    assert whole.headers["Content-Disposition"].startswith("attachment")
    assert whole.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("payload", [None, 5, "text", [], {"a": None}], ids=repr)
def test_any_payload_is_shown(browser: Visitor, store: Store, payload: Any) -> None:
    make_event(event_id="e", payload=payload if payload is not None else {})

    assert browser.get(f"{PAGE}/e").status_code == 200


def test_event_from_before_attempts_were_recorded_is_explained(
    browser: Visitor, store: Store
) -> None:
    make_event(event_id="e", state=EventState.IGNORED, entity_id=None)

    page = page_text(browser.get(f"{PAGE}/e"))

    assert "Skipped: It concerns data that we don't sync." in page
    assert "No log: this event was processed before we recorded attempts." in page


@pytest.mark.promise(9)
def test_stranger_gets_a_404(stranger: Visitor, browser: Visitor, store: Store) -> None:
    event = make_event()
    other = make_event(event_id="other", store_id=make_store(id=2002).id)

    for path in (PAGE, f"{PAGE}/{event.event_id}", f"{PAGE}/{event.event_id}/payload.json"):
        assert stranger.get(path).status_code == 404
    assert browser.get(f"{PAGE}/{other.event_id}").status_code == 404
    assert browser.get(f"{PAGE}/404").status_code == 404


def test_store_page_links_to_its_events(browser: Visitor, store: Store) -> None:
    assert 'href="/stores/1003/activity"' in browser.get("/stores/1003").text
    assert f'href="{PAGE}"' in browser.get("/stores/1003/activity").text


def test_pruned_payload_is_shown_as_deleted(
    browser: Visitor, store: Store, runtime: Runtime
) -> None:
    make_event(event_id="e", state="applied", received_at=utc_now() - timedelta(days=31))
    prune_events(runtime)

    page = page_text(browser.get(f"{PAGE}/e"))

    assert "Deleted after some time" in page
    assert "Download" not in page


@pytest.mark.parametrize("entity", ["77", "0", "9" * 19, "9" * 200, "\u0665", "five"])
def test_event_about_a_product_that_is_not_here_links_to_no_product(
    browser: Visitor, store: Store, entity: str
) -> None:
    PRODUCTS.save(store.id, [product_payload(id=5)], UPDATED_AT)
    make_event(event_id="strange", entity_id=entity)

    for path in (f"{PAGE}/strange", f"/stores/{store.id}"):
        response = browser.get(path)
        assert response.status_code == 200
        assert "/products/" not in response.text


def test_event_about_a_product_links_to_it_even_if_it_is_deleted(
    browser: Visitor, store: Store
) -> None:
    PRODUCTS.save(store.id, [product_payload(id=5)], UPDATED_AT)
    Product.mark_deleted(Product.matching(store.id, [5]), read_at=utc_now())
    make_event(event_id="gone", type="product.deleted", entity_id="5")

    for path in (f"{PAGE}/gone", f"/stores/{store.id}"):
        assert f'href="/stores/{store.id}/products/5"' in browser.get(path).text
