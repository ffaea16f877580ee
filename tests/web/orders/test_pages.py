"""List, filters and pages of orders and submissions."""

from __future__ import annotations

import pytest

from portal.models import Order, OrderSubmission, OrderUpdate, Store, SubmissionStep, utc_now
from portal.services.mirror.resources import ORDERS
from portal.services.records.cursor_pagination import PAGE_SIZE
from tests.factories import UPDATED_AT, order_payload
from tests.web.conftest import Visitor, page_text


def fill(count: int) -> None:
    """Mirror ``count`` orders."""
    payloads = [
        order_payload(id=f"N{n}", internalId=n, createTimestamp=1772272800 + n, createDate=None)
        for n in range(1, count + 1)
    ]
    ORDERS.save(1003, payloads, UPDATED_AT)


def test_list_is_paginated_and_keeps_its_filters(browser: Visitor, store: Store) -> None:
    fill(PAGE_SIZE + 10)

    page = browser.get("/stores/1003/orders?payment=PAID&channel=store")

    assert page.text.count("Ada Adler") == PAGE_SIZE
    assert 'rel="next"' in page.text
    link = page.text.partition('<nav class="pager"')[2].partition('href="')[2].partition('"')[0]
    second = browser.get(link.replace("&amp;", "&"))
    assert second.text.count("Ada Adler") == 10
    assert '<option value="PAID" selected' in " ".join(second.text.split())
    assert "orders now" not in page_text(second)
    assert "60 orders now" in page_text(browser.get("/stores/1003/orders"))


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("", 200, "No orders here"),
        ("?q=zzz", 200, "No order matches"),
        ("?payment=NEW_ONE", 200, "NEW_ONE"),
        ("?since=yesterday", 422, "Write a day"),
        ("?until=9999-12-31", 422, "Write a day"),
        ("?since=2026-03-01&until=2026-03-01", 200, "No order matches"),
        ("?q=%00%25", 200, "No order matches"),
        ("?after=nonsense", 404, "doesn't exist"),
    ],
)
def test_filter_without_matches_or_with_invalid_values_says_so(
    browser: Visitor, store: Store, query: str, status: int, text: str
) -> None:
    response = browser.get(f"/stores/1003/orders{query}")

    assert response.status_code == status
    assert text.lower() in page_text(response).lower()


def test_order_is_shown_with_items_addresses_totals_submission_and_updates(
    browser: Visitor, store: Store
) -> None:
    item = order_payload()["items"][0] | {"selectedOptions": [{"name": "Glaze", "value": "Blue"}]}
    person = {
        "name": "Bea Bakker",
        "street": "Kaai 1",
        "city": "Gent",
        "postalCode": "9000",
        "countryCode": "BE",
    }
    payload = order_payload(
        items=[item], shippingPerson=person, orderComments="Ring twice", refererId="123456789"
    )
    ORDERS.save(1003, [payload], UPDATED_AT)
    sent = OrderSubmission.create(
        store=store,
        sender="merchant 1",
        idempotency_key="k",
        fingerprint="f",
        reference="123456789",
        state="submitted",
        order_id=90,
        order_number="EBJFT",
        quote={"total": 49.72, "currency": "EUR"},
        validation_errors=[{"code": "x", "message": "A remark of the store"}],
        finished_at=utc_now(),
        due_at=None,
    )
    SubmissionStep.create(submission=sent, state="submitted", detail="order EBJFT")
    OrderUpdate.create(
        store=store,
        order_id=90,
        order_number="EBJFT",
        sender="api_key 9",
        changes={"fulfillment_status": "DELIVERED"},
        expected={"fulfillment_status": "SHIPPED"},
        remote={"fulfillment_status": "RETURNED"},
        state="conflict",
    )

    page = page_text(browser.get("/stores/1003/orders/90"))

    for text in ("Order EBJFT", "Paid", "€49.72", "-€4.98", "WELCOME-10", "Glaze: Blue"):
        assert text in page
    for text in ("Bea Bakker", "9000 Gent", "Ring twice", "Ordered through this portal"):
        assert text in page
    changed = "Changed in the store meanwhile"  # codespell:ignore
    for text in (changed, "Shipped", "Delivered", "Returned", "api_key 9"):
        assert text in page
    steps = page_text(browser.get(f"/stores/1003/orders/submissions/{sent.id}"))
    assert "order EBJFT" in steps
    assert "A remark of the store" in steps
    assert "ada@example.com" in page_text(browser.get("/stores/1003/orders/submissions"))


def test_a_deleted_order_says_so_and_one_that_never_was_is_a_404(
    browser: Visitor, store: Store
) -> None:
    ORDERS.save(1003, [order_payload(billingPerson=None, shippingPerson=None)], UPDATED_AT)
    Order.mark_deleted(Order.matching(1003, [90]), read_at=utc_now())

    assert "was deleted in the store" in page_text(browser.get("/stores/1003/orders/90"))
    assert browser.get("/stores/1003/orders/91").status_code == 404
    assert browser.get("/stores/1003/orders/submissions/91").status_code == 404


def test_long_list_of_submissions_is_paginated(browser: Visitor, store: Store) -> None:
    assert "Nothing was ordered here" in page_text(browser.get("/stores/1003/orders/submissions"))
    for n in range(51):
        OrderSubmission.create(
            store=store,
            sender="merchant 1",
            idempotency_key=f"k{n}",
            fingerprint="f",
            reference=f"ref-{n}",
        )

    first = browser.get("/stores/1003/orders/submissions").text
    link = first.partition('<nav class="pager"')[2].partition('href="')[2].partition('"')[0]
    second = browser.get(link).text

    assert first.count("our reference") == 50
    assert "ref-0" in second
    assert "To the newest" in second
    one = OrderSubmission.select().first()
    waiting = browser.get(f"/stores/1003/orders/submissions/{one.id}").text
    assert 'hx-trigger="every 2s"' in waiting
