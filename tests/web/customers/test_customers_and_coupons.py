"""Lists, searches and pages of customers and coupons."""

from __future__ import annotations

import pytest

from portal.models import Coupon, Customer, Store, utc_now
from portal.services.mirror.resources import COUPONS, CUSTOMERS
from portal.services.records.cursor_pagination import PAGE_SIZE
from tests.factories import UPDATED_AT, coupon_payload, customer_payload
from tests.web.conftest import Visitor, page_text


@pytest.fixture(autouse=True)
def records(store: Store) -> None:
    """More customers and coupons than one page shows."""
    numbers = range(1, PAGE_SIZE + 11)
    customers = [
        customer_payload(id=n, name=f"Ada {n:02}", email=f"Ada{n}@shopper.example") for n in numbers
    ]
    coupons = [coupon_payload(id=n, code=f"TEN-{n:02}", name=f"Spring {n}") for n in numbers]
    CUSTOMERS.save(store.id, customers, UPDATED_AT)
    COUPONS.save(store.id, coupons, UPDATED_AT)


@pytest.mark.promise(11)
@pytest.mark.parametrize(("kind", "mark"), [("customers", "Ada "), ("coupons", "TEN-")])
def test_lists_are_paginated_and_a_malformed_cursor_is_a_404(
    browser: Visitor, kind: str, mark: str
) -> None:
    first = browser.get(f"/stores/1003/{kind}")
    link = first.text.partition('<nav class="pager"')[2].partition('href="')[2].partition('"')[0]
    second = browser.get(link)

    assert page_text(first).count(mark) == PAGE_SIZE
    assert page_text(second).count(mark) == 10
    assert f"60 {kind} now" in page_text(first)
    assert browser.get(f"/stores/1003/{kind}?after=x").status_code == 404
    assert browser.get(f"/stores/1003/{kind}/999").status_code == 404


@pytest.mark.parametrize(
    ("address", "found", "text"),
    [
        ("customers?q=ADA7@shopper.example", 1, "Ada 07"),
        ("customers?q=ada+4", 10, "Ada 40"),
        ("customers?q=nobody", 0, "No customer matches"),
        ("coupons?q=ten-07", 1, "TEN-07"),
        ("coupons?q=spring+5", 11, "TEN-55"),
        ("coupons?q=nothing", 0, "No coupon matches"),
    ],
)
def test_search_finds_the_matching_records(
    browser: Visitor, address: str, found: int, text: str
) -> None:
    page = browser.get(f"/stores/1003/{address}")

    assert text in page_text(page)
    assert page.text.count("<tr>") == (found + 1 if found else 0)


def test_record_is_shown_with_a_link_to_its_orders(browser: Visitor, store: Store) -> None:
    customer = browser.get("/stores/1003/customers/7")
    coupon = browser.get("/stores/1003/coupons/7")

    for text in ("Ada7@shopper.example", "+49 30 5551", "€149.72", "General"):
        assert text in page_text(customer)
    assert "orders?q=ada7@shopper.example" in customer.text.replace("%40", "@")
    for text in ("10 %", "€25.00", "once by each customer", "without limit", "Active"):
        assert text in page_text(coupon)
    assert "orders?coupon=TEN-07" in coupon.text


def test_deleted_record_says_so_and_is_not_listed(browser: Visitor, store: Store) -> None:
    for table in (Customer, Coupon):
        table.mark_deleted(table.store == 1003, read_at=utc_now())

    assert "was deleted in the store" in page_text(browser.get("/stores/1003/customers/7"))
    assert "was deleted in the store" in page_text(browser.get("/stores/1003/coupons/7"))
    assert "No customers here" in page_text(browser.get("/stores/1003/customers"))
    assert "No coupons here" in page_text(browser.get("/stores/1003/coupons"))


def test_discount_of_a_coupon_is_shown_as_text(browser: Visitor, store: Store) -> None:
    kinds = {
        "ABS": "€10.00",
        "SHIPPING": "free shipping",
        "PERCENT_AND_SHIPPING": "10 % and free shipping",
    }
    COUPONS.save(
        store.id,
        [
            coupon_payload(id=100 + n, code=f"K{n}", discountType=kind, expirationDate=None)
            for n, kind in enumerate(kinds)
        ],
        UPDATED_AT,
    )

    for n, expected in enumerate(kinds.values()):
        assert expected in page_text(browser.get(f"/stores/1003/coupons/{100 + n}"))
