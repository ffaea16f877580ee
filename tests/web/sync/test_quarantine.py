"""Quarantined records with payload and reason, and their retry."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from portal.models import (
    Quarantine,
    RecordResync,
    Resource,
    ResyncState,
    Store,
    StoreState,
    utc_now,
)
from portal.services.pagination import PAGE_SIZE
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003/quarantine"


def put(entity_id: str = "5", payload: Any = None) -> Quarantine:
    """Put a product into quarantine."""
    reason = f"products {entity_id}: price is no amount"
    Quarantine.put(1003, Resource.PRODUCTS, entity_id, reason, payload or {"price": "free"})
    found: Quarantine = Quarantine.get(Quarantine.entity_id == entity_id)
    return found


def test_empty_quarantine_says_so(browser: Visitor, store: Store) -> None:
    page = page_text(browser.get(PAGE))

    assert "No unreadable records" in page
    assert "0 records couldn't be synced" in page


def test_entry_shows_record_reason_and_times(browser: Visitor, store: Store) -> None:
    put()

    page = page_text(browser.get(PAGE))

    assert "1 record couldn't be synced" in page
    assert "Products · 5" in page
    assert "products 5: price is no amount" in page
    assert "First seen just now Last seen just now" in page
    assert "Retry" in page


def test_payload_is_shown_unchanged_and_escaped(browser: Visitor, store: Store) -> None:
    put(payload={"name": "<script>alert(1)</script>", "price": Decimal("24.900")})

    text = browser.get(PAGE).text

    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert re.search(r"<details[^>]*>\s*<summary", text)
    assert "24.900" in text


@pytest.mark.parametrize("payload", [None, 5, "text", [], {"a": None}], ids=repr)
def test_any_payload_is_shown(browser: Visitor, store: Store, payload: Any) -> None:
    Quarantine.put(1003, Resource.PRODUCTS, "5", "is no object", payload)

    assert browser.get(PAGE).status_code == 200


def test_retried_record_is_shown_as_waiting(browser: Visitor, store: Store) -> None:
    entry = put()

    response = browser.post(f"{PAGE}/{entry.id}/retry")

    assert (response.status_code, response.headers["Location"]) == (303, PAGE)
    page = page_text(browser.get(PAGE))
    assert "Retrying this record." in page
    assert "Waiting for retry" in page
    assert "/retry" not in browser.get(PAGE).text
    assert RecordResync.get().entity_id == "5"


def test_failed_retry_shows_the_reason(browser: Visitor, store: Store) -> None:
    put()
    RecordResync.create(
        store=store,
        resource=Resource.PRODUCTS,
        entity_id="5",
        state=ResyncState.FAILED,
        error="store 1003: GET /products/5: HTTP 400",
        finished_at=utc_now(),
    )

    page = page_text(browser.get(PAGE))

    assert "Retry failed" in page
    assert "GET /products/5: HTTP 400" in page
    assert "Retry" in page


def test_list_stays_on_its_page_after_a_retry(browser: Visitor, store: Store) -> None:
    entries = [put(str(number)) for number in range(1, PAGE_SIZE + 3)]
    first = browser.get(PAGE)
    later = re.search(r'href="(/stores/1003/quarantine\?after=\d+)"', first.text)
    assert later

    response = browser.post(f"{PAGE}/{entries[0].id}/retry?after={entries[2].id}")

    assert later[1].endswith(f"after={entries[2].id}")
    assert response.headers["Location"] == later[1]
    assert "Products · 2 " in page_text(browser.get(later[1]))


def test_record_without_an_id_cannot_be_retried(browser: Visitor, store: Store) -> None:
    entry = put("")

    page = page_text(browser.get(PAGE))

    assert "no readable ID" in page
    assert "/retry" not in browser.get(PAGE).text
    browser.post(f"{PAGE}/{entry.id}/retry")
    assert "This isn't a valid record ID." in page_text(browser.get(PAGE))


def test_retry_is_not_offered_for_a_stopped_store(browser: Visitor, store: Store) -> None:
    put()
    Store.update(state=StoreState.RECONNECT).execute()

    assert "/retry" not in browser.get(PAGE).text


def test_unknown_entry_is_a_404(browser: Visitor, store: Store) -> None:
    assert browser.post(f"{PAGE}/404/retry").status_code == 404


def test_all_records_of_a_resource_are_retried_after_a_confirmation(
    browser: Visitor, store: Store
) -> None:
    for entity_id in ("5", "6", ""):
        put(entity_id)
    listed = browser.get(PAGE)
    asked = browser.get(f"{PAGE}/all/products")

    response = browser.post(f"{PAGE}/all/products")

    assert f'href="{PAGE}/all/products"' in listed.text
    assert "2 unreadable records · Products" in page_text(asked)
    assert "1 more has no readable ID" in page_text(asked)
    assert (response.status_code, response.headers["Location"]) == (303, PAGE)
    after = browser.get(PAGE)
    assert "Retrying 2 records." in page_text(after)
    assert "Products 0 of 2" in page_text(after)
    assert "Retry all" not in page_text(after)
    assert "Products 0 of 2" in page_text(browser.get(f"{PAGE}/progress"))
    assert 'http-equiv="refresh"' in after.text


def test_confirmation_page_changes_nothing(browser: Visitor, store: Store) -> None:
    put()

    browser.get(f"{PAGE}/all/products")

    assert not RecordResync.select().exists()


def test_resource_without_quarantined_records_is_not_retried(
    browser: Visitor, store: Store
) -> None:
    asked = browser.get(f"{PAGE}/all/orders")
    browser.post(f"{PAGE}/all/orders")

    assert "Retry records" not in page_text(asked)
    assert "There are no skipped records to retry." in page_text(browser.get(PAGE))
    assert "0 of" not in page_text(browser.get(f"{PAGE}/progress"))


def test_unknown_resource_is_a_404(browser: Visitor, store: Store) -> None:
    assert browser.get(f"{PAGE}/all/wishes").status_code == 404  # codespell:ignore
    assert browser.post(f"{PAGE}/all/wishes").status_code == 404  # codespell:ignore


@pytest.mark.promise(9)
def test_stranger_cannot_retry_all_records(stranger: Visitor, store: Store) -> None:
    put()

    assert stranger.get(f"{PAGE}/progress").status_code == 404
    assert stranger.get(f"{PAGE}/all/products").status_code == 404
    assert stranger.post(f"{PAGE}/all/products").status_code == 404
    assert not RecordResync.select().exists()


@pytest.mark.promise(9)
def test_stranger_cannot_see_or_retry_records(stranger: Visitor, store: Store) -> None:
    entry = put()

    assert stranger.get(PAGE).status_code == 404
    assert stranger.post(f"{PAGE}/{entry.id}/retry").status_code == 404
    assert RecordResync.select().count() == 0


def test_retry_without_csrf_token_is_rejected(browser: Visitor, store: Store) -> None:
    entry = put()

    assert browser.client.post(f"{PAGE}/{entry.id}/retry").status_code == 400
    assert RecordResync.select().count() == 0


def test_store_page_links_to_the_quarantine(browser: Visitor, store: Store) -> None:
    put()

    assert f'href="{PAGE}"' in browser.get("/stores/1003").text
