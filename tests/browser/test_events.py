"""Changes of an event in a real browser: desktop, phone, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from portal.models import ChangeKind, EventState, Merchant, RecordChange, Resource, Store
from portal.rules.sync.record_diff import FIELDS_LIMIT, VALUE_LIMIT
from tests.browser.conftest import Window
from tests.factories import make_event, make_store

pytestmark = [pytest.mark.browser, pytest.mark.promise(12)]


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """A store of the merchant."""
    return make_store(merchant)


def test_changes_of_an_event_are_listed_field_by_field(window: Window, store: Store) -> None:
    event = make_event(event_id="e", state=EventState.APPLIED)
    fields = [("description", "x" * VALUE_LIMIT), ("email", None)]
    fields += [(f"attributes[{number}].name", "Clay") for number in range(FIELDS_LIMIT)]
    RecordChange.create(
        store=store,
        event=event,
        resource=Resource.PRODUCTS,
        remote_id=5,
        kind=ChangeKind.UPDATED,
        changes=[{"field": name, "before": text, "after": text} for name, text in fields],
    )
    page = window.page
    page.goto("/stores/1003/events/e")
    changes = page.locator(".event-change")

    expect(changes.get_by_role("link", name="Product 5")).to_be_visible()
    expect(changes.get_by_text("we don't keep the values")).to_be_visible()
    expect(changes.get_by_text("x" * VALUE_LIMIT).first).to_be_hidden()
    changes.get_by_text("x…").first.click()
    expect(changes.get_by_text("x" * VALUE_LIMIT).first).to_be_visible()
    changes.get_by_text("40 more fields").click()

    expect(changes.get_by_text(f"attributes[{FIELDS_LIMIT - 1}]")).to_be_visible()
    window.shoot(f"event-{page.viewport_size['width']}")  # type: ignore[index]
