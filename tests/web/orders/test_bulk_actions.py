"""Select orders in the list; change, print and export all of them."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from portal.models import AuditLogEntry, Order, OrderUpdate, Store, utc_now
from portal.services.mirror.resources import CUSTOMERS, ORDERS
from portal.services.orders.bulk_updates import MAX_ORDERS
from portal.services.records.cursor_pagination import PAGE_SIZE
from tests.factories import UPDATED_AT, customer_payload, order_payload
from tests.web.conftest import Visitor, page_text

PLACE = "/stores/1003/orders"


def fill(count: int, **changes: Any) -> None:
    """Mirror ``count`` orders; those with higher numbers are newer."""
    payloads = [
        order_payload(
            id=f"N{n}", internalId=n, createTimestamp=1772272800 + n, createDate=None, **changes
        )
        for n in range(1, count + 1)
    ]
    ORDERS.save(1003, payloads, UPDATED_AT)


def ids_in(text: str) -> list[str]:
    """Return the ids of the orders that a page has as checkboxes or hidden fields."""
    return re.findall(r'name="order"\s+value="(\d+)"', text)


def test_page_shows_position_items_total_and_a_link_to_the_customer(
    browser: Visitor, store: Store
) -> None:
    fill(PAGE_SIZE + 10)
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    first = browser.get(PLACE)
    assert "1–50 of 60" in page_text(first)
    assert f'href="/stores/{store.id}/customers/12"' in first.text
    [later] = re.findall(r'href="([^"]+)"[^>]*rel="next"', first.text)
    second = browser.get(later.replace("&amp;", "&"))
    assert "51–60 of 60" in page_text(second)
    [earlier] = re.findall(r'href="([^"]+)"[^>]*rel="prev"', second.text)
    assert "1–50 of 60" in page_text(browser.get(earlier.replace("&amp;", "&")))
    filtered = page_text(browser.get(f"{PLACE}?payment=PAID"))
    assert "1–50" in filtered
    assert "1–50 of" not in filtered
    assert "1–50 of 60" in page_text(browser.get(f"{PLACE}?first=700"))


def test_oldest_orders_come_first_if_chosen(browser: Visitor, store: Store) -> None:
    fill(PAGE_SIZE + 10)
    first = browser.get(f"{PLACE}?sort=oldest")
    assert ids_in(first.text) == [str(n) for n in range(1, PAGE_SIZE + 1)]
    assert 'rel="prev"' not in first.text
    [later] = re.findall(r'href="([^"]+)"[^>]*rel="next"', first.text)
    second = browser.get(later.replace("&amp;", "&"))
    assert ids_in(second.text) == [str(n) for n in range(PAGE_SIZE + 1, PAGE_SIZE + 11)]
    assert 'rel="next"' not in second.text
    [earlier] = re.findall(r'href="([^"]+)"[^>]*rel="prev"', second.text)
    assert ids_in(browser.get(earlier.replace("&amp;", "&")).text)[0] == "1"
    assert ids_in(browser.get(f"{PLACE}?sort=newest").text)[0] == str(PAGE_SIZE + 10)


@pytest.mark.parametrize(("sort", "first", "last"), [("-total", "9", "2"), ("total", "2", "9")])
def test_orders_are_sorted_by_total_over_several_pages(
    browser: Visitor, store: Store, sort: str, first: str, last: str
) -> None:
    fill(PAGE_SIZE + 10, total=50)
    for number, total in ((9, 400), (2, 3)):
        ORDERS.save(store.id, [order_payload(internalId=number, total=total)], UPDATED_AT)

    page = browser.get(f"{PLACE}?sort={sort}")
    [later] = re.findall(r'href="([^"]+)"[^>]*rel="next"', page.text)
    second = browser.get(later.replace("&amp;", "&"))

    assert "1–50 of 60" in page_text(page)
    assert ids_in(page.text)[0] == first
    assert "51–60 of 60" in page_text(second)
    assert ids_in(second.text)[-1] == last
    assert len({*ids_in(page.text), *ids_in(second.text)}) == PAGE_SIZE + 10


def test_all_orders_of_a_page_are_selected_without_javascript(
    browser: Visitor, store: Store
) -> None:
    fill(2)
    page = browser.get(PLACE)
    assert "checked" not in page.text
    [select_all] = re.findall(r'href="([^"]+select_all=1[^"]*)"', page.text)
    assert browser.get(select_all.replace("&amp;", "&")).text.count("checked") == 2


def test_selected_orders_get_one_update_each_unless_they_have_the_status(
    browser: Visitor, store: Store
) -> None:
    fill(3)
    ORDERS.save(
        store.id,
        [order_payload(id="N9", internalId=9, fulfillmentStatus="DELIVERED")],
        UPDATED_AT,
    )
    page = browser.get(f"{PLACE}/selected?order=1&order=2&order=9&order=2&order=nonsense")
    assert "3 selected orders" in page_text(page)
    assert ids_in(page.text).count("2") == 2

    response = browser.post(
        f"{PLACE}/selected/statuses", order=["1", "2", "9"], fulfillment_status="DELIVERED"
    )

    assert (response.status_code, response.headers["Location"]) == (303, PLACE)
    updates = list(OrderUpdate.select().order_by(OrderUpdate.order_id))
    assert [(row.order_id, row.changes, row.expected) for row in updates] == [
        (n, {"fulfillment_status": "DELIVERED"}, {"fulfillment_status": "SHIPPED"}) for n in (1, 2)
    ]
    shown = page_text(browser.get(PLACE))
    assert "2 orders are being changed in Ecwid." in shown
    assert "1 order already has this status." in shown


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Choose the new status."),
        ({"payment_status": "INCOMPLETE"}, "Choose a status from the list."),
    ],
)
def test_status_that_is_missing_or_unknown_changes_nothing(
    browser: Visitor, store: Store, fields: dict[str, str], problem: str
) -> None:
    fill(1)
    response = browser.post(f"{PLACE}/selected/statuses", order="1", **fields)
    assert response.status_code == 422
    assert problem in page_text(response)
    assert OrderUpdate.select().count() == 0


def test_store_that_is_not_connected_changes_nothing(browser: Visitor, store: Store) -> None:
    fill(1)
    Store.update(state="reconnect").execute()
    response = browser.post(f"{PLACE}/selected/statuses", order="1", payment_status="REFUNDED")
    assert response.status_code == 422
    assert "Connect the store again first" in page_text(response)


@pytest.mark.parametrize("place", ["selected", "packing-slips"])
def test_nothing_selected_leads_back_to_the_list(
    browser: Visitor, store: Store, place: str
) -> None:
    fill(1)
    Order.update(deleted_at=utc_now()).execute()
    response = browser.get(f"{PLACE}/{place}?order=1")
    assert (response.status_code, response.headers["Location"]) == (303, PLACE)
    assert "Select at least one order." in page_text(browser.get(PLACE))
    assert browser.post(f"{PLACE}/selected/statuses").status_code == 303


def test_at_most_a_hundred_orders_are_changed_at_once(browser: Visitor, store: Store) -> None:
    fill(MAX_ORDERS + 1)
    query = "&".join(f"order={n}" for n in range(1, MAX_ORDERS + 2))
    page = browser.get(f"{PLACE}/selected?{query}")
    assert "100 selected orders" in page_text(page)
    assert len(page.data) < 100_000


def test_packing_slips_have_a_sheet_for_each_order_and_no_prices(
    browser: Visitor, store: Store
) -> None:
    fill(2, orderComments="Ring twice")
    page = browser.get(f"{PLACE}/packing-slips?order=2&order=1")
    assert page.text.count('class="packing-slip"') == 2
    text = page_text(page)
    assert text.index("Order N2") < text.index("Order N1")
    assert "2 packing slips" in text
    assert "Bea Bakker" in text
    assert "Ring twice" in text
    assert "Shipping method: Standard" in text
    assert "49.72" not in text
    [with_prices] = re.findall(r'href="([^"]+prices=1)"', page.text)
    assert "49.72" in page_text(browser.get(with_prices.replace("&amp;", "&")))
    assert "Packing slip N1" in page_text(browser.get(f"{PLACE}/packing-slips?order=1"))


def test_selected_orders_are_exported_and_noted_in_the_audit_log(
    browser: Visitor, store: Store
) -> None:
    fill(3)
    response = browser.post(f"{PLACE}/selected/export", order=["3", "1"])
    rows = list(csv.DictReader(io.StringIO(response.text)))
    assert [row["number"] for row in rows] == ["N3", "N1"]
    assert rows[0]["payment_status_name"] == "Paid"
    entry = AuditLogEntry.select().order_by(AuditLogEntry.id.desc()).get()
    assert (entry.action, entry.after["count"]) == ("records.exported", 2)
