"""Live parts: a poll gets 204 as long as nothing changed, and only the part if something did."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from portal.models import Merchant, Product, Resource, Store, StoreState, SyncState, utc_now
from tests.factories import make_event, product_row
from tests.web.conftest import Visitor, page_text
from tests.web.live_polls import poll

OVERVIEW = "/stores/1003"


@pytest.fixture(autouse=True)
def product(store: Store) -> None:
    """A product of the store."""
    Product.upsert([product_row(remote_id=5)])
    SyncState.create(store=store, resource=Resource.PRODUCTS, last_success_at=utc_now())


@pytest.mark.parametrize("path", ["", "/sync", "/products/5"])
def test_unchanged_part_answers_204_without_a_body(browser: Visitor, path: str) -> None:
    page = browser.get(OVERVIEW + path)

    answers = [poll(browser, page) for _ in range(2)]

    assert [(answer.status_code, answer.data) for answer in answers] == [(204, b"")] * 2


def test_relative_times_are_no_change(
    browser: Visitor, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_event()
    page = browser.get(OVERVIEW)
    later = utc_now() + timedelta(seconds=47)
    monkeypatch.setattr("portal.web.formats.utc_now", lambda: later)

    assert re.search(r"4[789] seconds ago", page_text(browser.get(OVERVIEW)))
    assert poll(browser, page).status_code == 204


def test_another_event_changes_the_part(browser: Visitor, store: Store) -> None:
    page = browser.get(OVERVIEW)
    make_event()

    answer = poll(browser, page)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "updated just now Pending" in page_text(answer)
    assert poll(browser, answer).status_code == 204


def test_poll_of_a_whole_page_gets_the_part_alone(browser: Visitor, store: Store) -> None:
    page = browser.get(f"{OVERVIEW}/products/5")
    Product.update(sku="MUG-BLUE").execute()

    answer = poll(browser, page)

    assert "MUG-BLUE" in answer.text
    assert "<html" not in answer.text


def test_new_state_in_the_header_is_a_change_of_every_live_page(
    browser: Visitor, store: Store
) -> None:
    page = browser.get(f"{OVERVIEW}/products/5")
    Store.update(state=StoreState.RECONNECT).execute()

    answer = poll(browser, page)

    assert answer.status_code == 200
    assert re.search(r'id="store-state" hx-swap-oob="true">.*Reconnect needed', answer.text, re.S)


def test_poll_after_the_end_of_the_session_is_refused_without_a_reload(
    app: object, browser: Visitor, visitor: Visitor
) -> None:
    page = browser.get(OVERVIEW)

    answer = poll(visitor, page)

    assert (answer.status_code, answer.data) == (401, b"")
    assert "HX-Refresh" not in answer.headers


def test_poll_of_a_part_that_the_page_no_longer_has_is_refused(browser: Visitor) -> None:
    headers = {"HX-Request": "true", "HX-Target": "run", "Live-Version": "x"}

    assert browser.get(OVERVIEW, headers=headers).status_code == 404
    assert browser.get("/stores/9999", headers=headers).status_code == 404


def test_poll_does_not_take_the_message_of_the_next_page(browser: Visitor, store: Store) -> None:
    page = browser.get(f"{OVERVIEW}/products/5")
    browser.post(f"{OVERVIEW}/sync")

    poll(browser, page)

    assert "Checking for changes now." in page_text(browser.get(OVERVIEW))


def test_page_has_the_texts_of_its_script(browser: Visitor, merchant: Merchant) -> None:
    page = browser.get(OVERVIEW).text

    assert 'data-lost="Connection lost. Trying again…"' in page
    assert 'data-signed-out="You have been signed out. Sign in again to see updates."' in page
