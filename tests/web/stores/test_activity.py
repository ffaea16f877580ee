"""Activity page of a store: events, sync runs, orders and the connection, in words."""

from __future__ import annotations

import re

import pytest

from portal.models import (
    Merchant,
    OrderSubmission,
    Resource,
    RunKind,
    RunState,
    Store,
    SyncRun,
    TimelineEntry,
    utc_now,
)
from portal.rules.orders.submission_states import SubmissionState
from portal.web.stores.views.activity import ROWS_PER_PAGE
from tests.factories import make_event, make_store
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003/activity"


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """A store in which nothing has happened."""
    return make_store(merchant)


def fill(store: Store) -> None:
    """Let one thing of each kind happen."""
    make_event(event_id="e", entity_id="5")
    SyncRun.create(
        store=store,
        resource=Resource.ORDERS,
        kind=RunKind.RECONCILIATION,
        state=RunState.DONE,
        finished_at=utc_now(),
    )
    OrderSubmission.create(
        store=store,
        sender="merchant 1",
        idempotency_key="k",
        fingerprint="",
        reference="r",
        state=SubmissionState.SUBMITTED,
        order_number="XJ12O",
    )
    TimelineEntry.create(store=store, what="issue_opened")


def test_store_without_activity_says_so(browser: Visitor, store: Store) -> None:
    assert "No activity yet" in page_text(browser.get(PAGE))
    assert "No activity of this type" in page_text(browser.get(f"{PAGE}?kind=orders"))


def test_everything_that_happened_is_listed_in_words(browser: Visitor, store: Store) -> None:
    fill(store)

    response = browser.get(PAGE)

    page = page_text(response)
    assert "Issue opened" in page
    assert re.search("Order XJ12O placed here .* Placed", page)
    assert re.search("Verification of all orders .* Done", page)
    assert re.search("Product 5 updated .* Pending", page)
    for url in ("orders/submissions/1", "sync/runs/1", "events/e", "timeline"):
        assert f'href="/stores/1003/{url}"' in response.text


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("events", "Product 5 updated"),
        ("sync", "Verification of all orders"),
        ("orders", "Order XJ12O placed here"),
        ("connection", "Issue opened"),
    ],
)
def test_each_kind_can_be_listed_alone(
    browser: Visitor, store: Store, kind: str, text: str
) -> None:
    fill(store)

    response = browser.get(f"{PAGE}?kind={kind}")

    assert text in page_text(response)
    assert response.text.count('class="activity__line"') == 1


def test_pages_follow_each_other(browser: Visitor, store: Store) -> None:
    for number in range(ROWS_PER_PAGE + 1):
        # In turns, so that they are not one line.
        change = ("created", "updated")[number % 2]
        make_event(event_id=f"e-{number}", type=f"product.{change}", entity_id=str(number))

    first = browser.get(PAGE).text
    later = re.search(rf'href="({PAGE}\?[^"]*after=[^"]+)"', first)
    assert later
    second = browser.get(later[1].replace("&amp;", "&"))

    assert "Back to newest" not in first
    assert "Product 0 created" in page_text(second)
    assert second.text.count('class="activity__line"') == 1
    assert "Back to newest" in page_text(second)


def test_many_similar_events_are_one_line(browser: Visitor, store: Store) -> None:
    for number in range(37):
        make_event(event_id=f"e-{number}", entity_id=str(number))

    assert "37 products updated" in page_text(browser.get(PAGE))
    assert "37 products updated" in page_text(browser.get("/stores/1003"))


@pytest.mark.parametrize(
    "after", ["", "x", "events:0", "events:x", "events", "news:5", "events:5,"]
)
def test_malformed_cursor_is_a_404(browser: Visitor, store: Store, after: str) -> None:
    assert browser.get(f"{PAGE}?after={after}").status_code == 404


def test_unknown_kind_means_everything(browser: Visitor, store: Store) -> None:
    fill(store)

    assert "Issue opened" in page_text(browser.get(f"{PAGE}?kind=x"))
