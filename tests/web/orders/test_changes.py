"""Updates of an order from its page, and conflicts with changes in the store."""

from __future__ import annotations

import pytest
from werkzeug.test import TestResponse

from portal.models import Order, OrderUpdate, OrderUpdateState, Store, utc_now
from portal.services.mirror.resources import ORDERS
from portal.services.orders.order_updates import list_updates
from tests.factories import UPDATED_AT, order_payload
from tests.web.conftest import Visitor, page_text

PAGE = "/stores/1003/orders/90"


@pytest.fixture(autouse=True)
def order(store: Store) -> None:
    """An order of the store."""
    ORDERS.save(1003, [order_payload(privateAdminNotes="Fragile\nand heavy")], UPDATED_AT)


def send(browser: Visitor, **changes: str) -> TestResponse:
    """Submit the form of the page with these fields changed."""
    seen = {
        "payment_status": "PAID",
        "fulfillment_status": "SHIPPED",
        "tracking_number": "RX1",
        "private_notes": "Fragile\r\nand heavy",
    }
    hidden = {f"original-{name}": value for name, value in seen.items()}
    return browser.post(f"{PAGE}/updates", **hidden, **seen | changes)


def test_form_shows_the_order_and_the_consequences_of_statuses(browser: Visitor) -> None:
    page = browser.get(PAGE)

    text = page_text(page)
    assert "This doesn't issue a refund" in text
    assert "puts the items back into stock" in text
    assert '<option value="PAID" selected' in " ".join(page.text.split())
    assert "Fragile\nand heavy</textarea>" in page.text


def test_only_fields_that_differ_from_the_displayed_values_are_sent(
    browser: Visitor, store: Store
) -> None:
    response = send(browser, fulfillment_status="DELIVERED", tracking_number="")

    assert response.status_code == 303
    [change] = list_updates(store.id)
    assert change.changes == {"fulfillment_status": "DELIVERED", "tracking_number": ""}
    assert change.expected == {"fulfillment_status": "SHIPPED", "tracking_number": "RX1"}
    page = browser.get(PAGE)
    assert "Sending" in page_text(page)
    assert "By ada@example.com" in page_text(page)
    assert 'hx-select="#order"' in page.text


def test_unchanged_form_sends_nothing(browser: Visitor, store: Store) -> None:
    send(browser)

    assert list_updates(store.id) == []
    assert "No changes to save" in page_text(browser.get(PAGE))


def test_line_ends_of_the_store_are_no_change(browser: Visitor, store: Store) -> None:
    notes = order_payload(privateAdminNotes="Fragile\r\nand heavy")
    ORDERS.save(1003, [notes | {"updateTimestamp": 1772366401}], UPDATED_AT)

    send(browser)

    assert list_updates(store.id) == []


def test_invalid_update_is_shown_again(browser: Visitor, store: Store) -> None:
    response = send(browser, payment_status="INCOMPLETE", tracking_number="RX2")

    assert response.status_code == 422
    assert "must be one of" in page_text(response)
    assert 'value="RX2"' in response.text
    assert list_updates(store.id) == []


def test_nothing_is_sent_to_a_stopped_store_or_for_a_deleted_order(
    browser: Visitor, store: Store
) -> None:
    Store.update(state="reconnect").execute()
    send(browser, tracking_number="RX2")
    assert "Connect the store again first" in page_text(browser.get(PAGE))

    Store.update(state="connected").execute()
    Order.mark_deleted(Order.matching(1003, [90]), read_at=utc_now())
    send(browser, tracking_number="RX2")
    page = page_text(browser.get(PAGE))
    assert "was deleted in Ecwid" in page
    assert "Edit order in Ecwid" not in page
    assert list_updates(store.id) == []


def test_merchant_resolves_a_conflict_by_overwriting_or_discarding(
    browser: Visitor, store: Store
) -> None:
    rows = [
        OrderUpdate.create(
            store=store,
            order_id=90,
            order_number="EBJFT",
            sender="merchant 1",
            changes={"fulfillment_status": "DELIVERED"},
            expected={"fulfillment_status": "SHIPPED"},
            remote={"fulfillment_status": "RETURNED"},
            state=OrderUpdateState.CONFLICT,
        )
        for _ in range(2)
    ]

    for row, decision in zip(rows, ("retry", "drop"), strict=True):
        path = f"/stores/1003/orders/updates/{row.id}/{decision}"
        assert browser.post(path).headers["Location"] == PAGE
    browser.post(f"/stores/1003/orders/updates/{rows[1].id}/drop")

    states = {view.id: view.state for view in list_updates(store.id)}
    assert states == {rows[0].id: OrderUpdateState.WAITING, rows[1].id: OrderUpdateState.DROPPED}
    assert "already sent or discarded" in page_text(browser.get(PAGE))
    assert browser.post("/stores/1003/orders/updates/999/drop").status_code == 404


def test_second_edit_right_after_the_first_expects_its_values(
    browser: Visitor, store: Store
) -> None:
    send(browser, tracking_number="RX2")

    page = " ".join(browser.get(PAGE).text.split())

    assert 'name="original-tracking_number" data-live-with="tracking_number" value="RX2"' in page
    assert 'name="tracking_number" type="text" maxlength="255" value="RX2"' in page


def test_conflict_names_its_fields_in_words(browser: Visitor, store: Store) -> None:
    OrderUpdate.create(
        store=store,
        order_id=90,
        order_number="EBJFT",
        sender="merchant 1",
        changes={"fulfillment_status": "DELIVERED", "tracking_number": "RX2"},
        expected={"fulfillment_status": "SHIPPED", "tracking_number": "RX1"},
        remote={"fulfillment_status": "RETURNED", "tracking_number": "RX3"},
        state=OrderUpdateState.CONFLICT,
        error="changed in the store: ['fulfillment_status', 'tracking_number']",
    )

    text = page_text(browser.get(PAGE))

    assert "changed the same field in Ecwid" in text
    assert "['" not in text
