"""Timeline of a store's connection and of its issues."""

from __future__ import annotations

from datetime import timedelta

import pytest

from portal.models import Issue, Merchant, Store, TimelineEntry, database, utc_now
from portal.rules.connection.connection_events import ConnectionEvent
from portal.services.connection.apply_transition import apply_transition, lock_store
from portal.services.pagination import PAGE_SIZE
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003/timeline"


def happen(event: ConnectionEvent, actor: Merchant | None = None, **detail: object) -> None:
    """Apply a transition to the store."""
    with database.atomic():
        apply_transition(lock_store(1003), event, actor=actor, detail=detail)


def test_store_without_entries_says_so(browser: Visitor, store: Store) -> None:
    assert "Nothing here yet" in page_text(browser.get(PAGE))


def test_entry_is_shown_with_who_caused_it(
    browser: Visitor, store: Store, merchant: Merchant
) -> None:
    happen(ConnectionEvent.CONSENT_GRANTED, merchant)
    happen(ConnectionEvent.PLAN_LIMITED, plan="Venture", features=["COMBINATIONS"])
    TimelineEntry.record(
        1003, "store_changed", currency=["EUR", "USD"], url=["", "https://a.example"]
    )
    TimelineEntry.record(1003, "store_changed", is_closed=[False, True])

    page = page_text(browser.get(PAGE))

    assert "Access allowed in Ecwid ada@example.com" in page
    assert "include some features Plan: Venture Not included: product variations" in page
    assert "Storefront: open → closed" in page
    assert (
        "Store settings changed in Ecwid Address: – → https://a.example Currency: EUR → USD "
        "Automatic" in page
    )


def test_resolved_issue_shows_its_duration(browser: Visitor, store: Store) -> None:
    happen(ConnectionEvent.SUSPENDED)
    Issue.update(opened_at=utc_now() - timedelta(hours=3, minutes=2)).execute()
    happen(ConnectionEvent.CHECK_PASSED)

    page = page_text(browser.get(PAGE))

    assert "Past issues" in page
    assert "The store is paused or suspended in Ecwid 3 hours ago just now 3 h 2 min" in page
    assert "Issue resolved The store is paused or suspended in Ecwid Duration: 3 h 2 min" in page


@pytest.mark.parametrize(
    ("event", "detail", "expected", "link"),
    [
        (
            ConnectionEvent.SCOPES_MISSING,
            {"scopes": ["read_discount_coupons", "read_moon"]},
            "read_discount_coupons Without it, we can't check coupon codes",
            'href="/stores/1003/reconnect"',
        ),
        (
            ConnectionEvent.PLAN_BLOCKED,
            {},
            "Choose a plan with API access",
            'href="https://my.ecwid.com/store/1003#billing"',
        ),
        (ConnectionEvent.SUSPENDED, {}, "support", 'href="https://support.ecwid.com/'),
    ],
)
@pytest.mark.parametrize("path", ["", "/timeline", "/connection"])
def test_open_issue_shows_the_next_step_and_its_link(
    browser: Visitor,
    store: Store,
    event: ConnectionEvent,
    detail: dict[str, object],
    expected: str,
    link: str,
    path: str,
) -> None:
    happen(event, **detail)

    response = browser.get(f"/stores/1003{path}")

    assert expected in page_text(response)
    assert link in response.text
    assert "read_moon" not in page_text(response)


def test_long_timeline_is_paginated(browser: Visitor, store: Store) -> None:
    for number in range(PAGE_SIZE + 5):
        TimelineEntry.record(1003, f"number_{number}")

    first = browser.get(PAGE)
    oldest_shown = TimelineEntry.select().order_by(TimelineEntry.id.desc())[PAGE_SIZE - 1].id
    second = browser.get(f"{PAGE}?after={oldest_shown}")

    assert f"{PAGE}?after={oldest_shown}" in first.text
    assert ("Number 29" in page_text(first), "Number 4" in page_text(first)) == (True, False)
    assert ("Number 4" in page_text(second), "Number 5" in page_text(second)) == (True, False)


@pytest.mark.promise(9)
def test_stranger_gets_a_404(stranger: Visitor, store: Store) -> None:
    assert stranger.get(PAGE).status_code == 404


def test_malformed_cursor_is_a_404(browser: Visitor, store: Store) -> None:
    assert browser.get(f"{PAGE}?after=x").status_code == 404


def test_catch_up_and_erasure_are_shown_with_their_details(browser: Visitor, store: Store) -> None:
    TimelineEntry.record(
        store.id,
        "caught_up",
        **{"from": "2026-03-01T12:00:00+00:00", "until": "2026-03-01T13:05:00+00:00"},
    )
    TimelineEntry.record(store.id, "store_data_erased", rows=12_345)

    page = page_text(browser.get(PAGE))

    assert "From 1 Mar 2026, 12:00 UTC to 1 Mar 2026, 13:05 UTC" in page
    assert "Synced data erased Records: 12,345" in page
