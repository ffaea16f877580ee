"""Changes that an event caused, field by field, or the reason why it changed nothing."""

from __future__ import annotations

from typing import Any

import pytest

from portal.models import (
    ChangeKind,
    EventState,
    RecordChange,
    Resource,
    Store,
    WebhookEvent,
    utc_now,
)
from portal.rules.sync.record_diff import FIELDS_LIMIT, VALUE_LIMIT
from tests.factories import make_event
from tests.web.conftest import Visitor, page_text
from tests.web.events.conftest import make_attempt

PAGE = "/stores/1003/events"
HEADING = "Changes"


def make_applied(event_id: str = "e", **changes: Any) -> WebhookEvent:
    """Save an applied event."""
    values = {"state": EventState.APPLIED, "attempts": 1, "processed_at": utc_now()}
    return make_event(event_id=event_id, **values | changes)


def make_change(
    event: WebhookEvent, *fields: tuple[str, str | None, str | None], **more: Any
) -> None:
    """Save a change of these fields of product 5 by the event."""
    changes = [{"field": name, "before": old, "after": new} for name, old, new in fields]
    values = {"resource": Resource.PRODUCTS, "remote_id": 5, "kind": ChangeKind.UPDATED}
    RecordChange.create(store=1003, event=event, changes=changes, **values | more)


def test_changed_fields_are_shown_before_and_after(browser: Visitor, store: Store) -> None:
    event = make_applied()
    make_attempt(event)
    make_change(event, ("price", "24.9", "29.5"), ("media.alt", None, '"A <b>mug</b>"'))

    response = browser.get(f"{PAGE}/e")

    assert f"{HEADING} Product 5 Updated" in page_text(response)
    assert "price 24.9 29.5 media.alt (none) " in page_text(response)
    assert 'href="/stores/1003/products/5"' in response.text
    assert "&lt;b&gt;mug" in response.text


def test_personal_value_is_shown_as_not_kept(browser: Visitor, store: Store) -> None:
    event = make_applied(type="order.updated")
    make_attempt(event)
    make_change(event, ("email", None, None), resource=Resource.ORDERS, remote_id=90)

    response = browser.get(f"{PAGE}/e")

    page = page_text(response)
    assert "Order 90 Updated" in page
    assert "email changed; we don't keep the values because they may be personal data" in page
    assert "/products/90" not in response.text


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (ChangeKind.CREATED, "Category 5 Created"),
        (ChangeKind.CREATED, "New record."),
        (ChangeKind.DELETED, "It's marked as deleted here."),
    ],
)
def test_created_or_deleted_record_says_so(
    browser: Visitor, store: Store, kind: ChangeKind, expected: str
) -> None:
    event = make_applied()
    make_attempt(event)
    make_change(event, kind=kind, resource=Resource.CATEGORIES)

    assert expected in page_text(browser.get(f"{PAGE}/e"))


def test_long_value_is_shortened_and_shown_completely_on_demand(
    browser: Visitor, store: Store
) -> None:
    event = make_applied()
    make_attempt(event)
    make_change(event, ("description", "x" * 81, "y" * VALUE_LIMIT))

    page = page_text(browser.get(f"{PAGE}/e"))

    assert f"{'x' * 59}… {'x' * 81} {'y' * 59}… {'y' * VALUE_LIMIT}" in page
    assert page.count("We keep the first 500 characters.") == 1


def test_first_changed_fields_are_shown_and_the_others_on_demand(
    browser: Visitor, store: Store
) -> None:
    event = make_applied()
    make_attempt(event)
    make_change(event, *((f"field{n}", "1", "2") for n in range(FIELDS_LIMIT)))

    page = page_text(browser.get(f"{PAGE}/e"))

    before, _, behind = page.partition("38 more fields")
    assert "field11 " in before
    assert "field12 " in behind
    assert "We keep the first 50 fields of each change." in behind


@pytest.mark.parametrize(
    ("event_type", "expected"),
    [
        ("product.updated", "Record read again; nothing had changed."),
        ("order.deleted", "Record read again; nothing had changed."),
        ("profile.updated", "Store profile, plan and permissions checked again."),
        ("application.installed", "Nothing to read"),
    ],
)
def test_event_that_changed_nothing_says_so(
    browser: Visitor, store: Store, event_type: str, expected: str
) -> None:
    make_attempt(make_applied(type=event_type))

    assert f"{HEADING} {expected}" in page_text(browser.get(f"{PAGE}/e"))


def test_event_covered_by_a_newer_one_links_to_it(browser: Visitor, store: Store) -> None:
    old, newer, newest, other = (
        make_applied(event_id, entity_id=entity)
        for event_id, entity in (("e", "5"), ("newer", "5"), ("newest", "5"), ("other", "6"))
    )
    batch = make_attempt(newest).batch
    for event in (old, newer, other):
        make_attempt(event, batch=batch)
    make_change(newest, ("price", "1", "2"))

    response = browser.get(f"{PAGE}/e")

    assert f"{HEADING} A newer event about the same record" in page_text(response)
    assert f'href="{PAGE}/newest"' in response.text
    assert "nothing had changed" not in page_text(response)
    assert "price 1 2" in page_text(browser.get(f"{PAGE}/newest"))
    assert "Record read again; nothing had changed." in page_text(browser.get(f"{PAGE}/other"))


def test_replay_that_changed_nothing_keeps_the_earlier_changes_of_the_event(
    browser: Visitor, store: Store
) -> None:
    event = make_applied()
    make_attempt(event)
    make_change(event, ("price", "1", "2"))
    make_attempt(event, number=2)

    page = page_text(browser.get(f"{PAGE}/e"))

    assert "price 1 2" in page
    assert "nothing had changed" not in page


@pytest.mark.parametrize("state", [EventState.PENDING, EventState.IGNORED, EventState.DEAD])
def test_event_that_was_not_applied_shows_no_changes(
    browser: Visitor, store: Store, state: EventState
) -> None:
    make_attempt(make_event(event_id="e", state=state), outcome="failed")

    assert HEADING not in page_text(browser.get(f"{PAGE}/e"))
