"""Lists, searches and pages of customers and coupons."""

from __future__ import annotations

import pytest

from portal.models import Coupon, Customer, Resource, Store, SyncState, utc_now
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS
from portal.services.records.cursor_pagination import PAGE_SIZE
from tests.factories import UPDATED_AT, coupon_payload, customer_payload, order_payload
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
    assert "1–50 of 60" in page_text(first)
    assert browser.get(f"/stores/1003/{kind}?after=x").status_code == 404
    assert browser.get(f"/stores/1003/{kind}/999").status_code == 404


@pytest.mark.parametrize(
    ("address", "found", "text"),
    [
        ("customers?q=ADA7@shopper.example", 1, "Ada 07"),
        ("customers?q=ada+4", 10, "Ada 40"),
        ("customers?q=nobody", 0, "No customers found"),
        ("coupons?q=ten-07", 1, "TEN-07"),
        ("coupons?q=spring+5", 11, "TEN-55"),
        ("coupons?q=nothing", 0, "No coupons found"),
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

    for text in ("Ada7@shopper.example", "+49 30 5551", "€149.72", "General", "Germany"):
        assert text in page_text(customer)
    assert "orders?customer=7" in customer.text
    for text in ("10% off", "€25.00", "Once per customer", "Everyone", "Active"):
        assert text in page_text(coupon)
    assert "orders?coupon=TEN-07" in coupon.text


def test_deleted_record_says_so_and_is_not_listed(browser: Visitor, store: Store) -> None:
    for table in (Customer, Coupon):
        table.mark_deleted(table.store == 1003, read_at=utc_now())

    assert "was deleted in Ecwid" in page_text(browser.get("/stores/1003/customers/7"))
    assert "was deleted in Ecwid" in page_text(browser.get("/stores/1003/coupons/7"))
    for resource in (Resource.CUSTOMERS, Resource.DISCOUNT_COUPONS):
        SyncState.create(store=store, resource=resource, high_water_at=utc_now())
    assert "No customers yet" in page_text(browser.get("/stores/1003/customers"))
    assert "No coupons yet" in page_text(browser.get("/stores/1003/coupons"))


def test_discount_of_a_coupon_is_shown_as_text(browser: Visitor, store: Store) -> None:
    kinds = {
        "ABS": "€10.00 off",
        "SHIPPING": "Free shipping",
        "PERCENT_AND_SHIPPING": "10% off and free shipping",
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


@pytest.mark.parametrize(
    ("address", "first"),
    [
        ("customers?sort=name", "Ada 01"),
        ("customers?sort=-orders&orders=yes&marketing=yes", "Ada 60"),
        ("customers?q=ada+4&sort=name", "Ada 40"),
        ("coupons?sort=name", "TEN-01"),
        ("coupons?sort=-uses&status=ACTIVE", "TEN-60"),
    ],
)
def test_lists_are_sorted_and_filtered(browser: Visitor, address: str, first: str) -> None:
    table = browser.get(f"/stores/1003/{address}").text.partition("<tbody>")[2]

    assert first in table.partition("</tr>")[0]


def test_filters_without_a_match_can_be_removed(browser: Visitor) -> None:
    page = browser.get("/stores/1003/coupons?status=EXPIRED")

    assert "No coupons found" in page_text(page)
    assert "Status: Expired" in page_text(page)
    assert 'href="/stores/1003/coupons"' in page.text


def test_customer_page_lists_the_latest_orders(browser: Visitor, store: Store) -> None:
    ORDERS.save(store.id, [order_payload(id="R-5", customerId=7)], UPDATED_AT)

    assert "R-5" in page_text(browser.get("/stores/1003/customers/7"))
    assert "R-5" not in page_text(browser.get("/stores/1003/customers/8"))


def test_orders_of_a_customer_are_listed_until_the_filter_is_removed(
    browser: Visitor, store: Store
) -> None:
    orders = [order_payload(id=f"R-{n}", internalId=n, customerId=n) for n in (7, 8)]
    ORDERS.save(store.id, orders, UPDATED_AT)

    page = browser.get("/stores/1003/orders?customer=7&payment=PAID")

    assert "R-7" in page_text(page)
    assert "R-8" not in page_text(page)
    assert "Customer: Ada 07" in page_text(page)
    assert 'type="hidden" name="customer" value="7"' in " ".join(page.text.split())
    without = page.text.partition('class="chips__chip"')[2].partition('href="')[2].partition('"')[0]
    assert "R-8" in page_text(browser.get(without.replace("&amp;", "&")))
    assert "payment=PAID" in without


@pytest.mark.parametrize("customer", ["zero", "0", "9" * 30])
def test_orders_of_an_impossible_customer_are_all_orders(
    browser: Visitor, store: Store, customer: str
) -> None:
    ORDERS.save(store.id, [order_payload(id="R-5")], UPDATED_AT)

    page = browser.get(f"/stores/1003/orders?customer={customer}")

    assert "R-5" in page_text(page)
    assert "Remove filter" not in page.text
