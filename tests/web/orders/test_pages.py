"""List, filters and pages of orders and submissions."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from portal.models import Order, OrderSubmission, OrderUpdate, Store, SubmissionStep, utc_now
from portal.rules.orders.order_statuses import PAYMENT_STATUSES
from portal.services.mirror.resources import CUSTOMERS, ORDERS, PRODUCTS
from portal.services.records.cursor_pagination import PAGE_SIZE
from portal.web.order_labels import PAYMENT_LABELS
from tests.factories import (
    UPDATED_AT,
    customer_payload,
    make_event,
    order_payload,
    product_payload,
)
from tests.web.conftest import Visitor, page_text

SUBMITTED = {
    "store": 1003,
    "sender": "merchant 1",
    "idempotency_key": "k",
    "fingerprint": "f",
    "reference": "1",
    "state": "submitted",
    "order_id": 90,
    "order_number": "EBJFT",
}


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
    assert "51–60" in page_text(second)


@pytest.mark.parametrize(
    ("query", "status", "text"),
    [
        ("", 200, "No orders yet"),
        ("?q=zzz", 200, "No order matches"),
        ("?payment=NEW_ONE", 200, "NEW_ONE"),
        ("?since=yesterday", 422, "Enter a date"),
        ("?until=9999-12-31", 422, "Enter a date"),
        ("?since=2026-03-01&until=2026-03-01", 200, "No order matches"),
        ("?q=%00%25", 422, "has a character that can't be stored"),
        ("?after=nonsense", 404, "Page not found"),
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
        **SUBMITTED | {"reference": "123456789"},
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
    for text in ("Bea Bakker", "9000 Gent", "Ring twice", "Order placed here"):
        assert text in page
    changed = "Also changed in Ecwid"  # codespell:ignore
    for text in (changed, "Shipped", "Delivered", "Returned", "api_key 9"):
        assert text in page
    steps = page_text(browser.get(f"/stores/1003/orders/submissions/{sent.id}"))
    assert "order EBJFT" in steps
    assert "A remark of the store" in steps
    assert "ada@example.com" in page_text(browser.get("/stores/1003/orders/submissions"))


FULL_ORDER = order_payload(
    subtotal=100,
    couponDiscount=10,
    volumeDiscount=5,
    membershipBasedDiscount=Decimal("2.50"),
    discount=Decimal("10.50"),
    discountInfo=[
        {"value": 5, "type": "ABS", "base": "ON_TOTAL"},
        {"value": 3, "type": "ABS", "base": "CUSTOM", "description": "Two <b>for</b> one %s"},
    ],
    handlingFee={"name": "Gift wrap", "value": Decimal("3.50")},
    customSurcharges=[
        {"id": "tips", "total": 4, "description": "Tip for the potter"},
        {"id": "eco", "total": 1, "description": "Eco fee"},
    ],
    tax=Decimal("19.50"),
    pricesIncludeTax=False,
    items=[
        {
            "productId": 5,
            "name": "Stoneware mug",
            "price": 100,
            "quantity": 1,
            "taxes": [{"name": "VAT 20 %", "total": Decimal("19.50"), "includeInPrice": False}],
        }
    ],
    giftCardRedemption=30,
    total=Decimal("82.40"),
    refundedAmount=20,
    refunds=[{"date": "2026-03-05 10:00:00 +0000", "reason": "Handle broken", "amount": 20}],
    customerGroup="Gold",
    orderExtraFields=[{"id": "door", "title": "Door code", "value": "4711"}],
    extraFields={"door": "4711", "floor": "3"},
)


def test_every_amount_of_an_order_is_named(browser: Visitor, store: Store) -> None:
    ORDERS.save(1003, [FULL_ORDER], UPDATED_AT)

    page = page_text(browser.get("/stores/1003/orders/90"))

    for text in (
        "Items €100.00",
        "Coupon: WELCOME-10 -€10.00",
        "Volume discount -€5.00",
        "Customer group discount: Gold -€2.50",
        "Promotion: Two <b>for</b> one %s -€3.00",
        "Shipping: Standard €4.90",
        "Handling fee: Gift wrap €3.50",
        "Tip: Tip for the potter €4.00",
        "Surcharge: Eco fee €1.00",
        "Tax: VAT 20 % €19.50",
        "Paid by gift card -€30.00",
        "Total €82.40",
        "Refund 5 Mar 2026, 10:00 UTC · Handle broken -€20.00",
        "Total after refunds €62.40",
        "Customer group Gold",
        "Door code 4711",
        "floor 3",
    ):
        assert text in page
    assert "not itemized" not in page


def test_amount_that_the_store_does_not_explain_is_shown(browser: Visitor, store: Store) -> None:
    ORDERS.save(1003, [order_payload(total=Decimal("40.00"))], UPDATED_AT)

    page = page_text(browser.get("/stores/1003/orders/90"))

    assert "Other adjustments -€9.72" in page


def test_amounts_are_shown_in_the_precision_of_the_store(browser: Visitor, store: Store) -> None:
    store.currency, store.currency_precision = "USD", 3
    store.save()
    item = {"name": "Nail", "price": Decimal("0.125"), "quantity": 1}
    changes = {"subtotal": Decimal("0.125"), "total": Decimal("0.125"), "couponDiscount": 0}
    payload = order_payload(items=[item], shippingOption=None, tax=0, **changes)
    ORDERS.save(1003, [payload], UPDATED_AT)

    assert "$0.125" in page_text(browser.get("/stores/1003/orders/90"))
    assert "$0.125" in page_text(browser.get("/stores/1003/orders"))


def test_order_links_to_its_webhook_events_which_have_its_internal_id(
    browser: Visitor, store: Store
) -> None:
    ORDERS.save(1003, [order_payload()], UPDATED_AT)
    make_event(event_id="of-this-order", type="order.updated", entity_id="90")

    page = browser.get("/stores/1003/orders/90")
    link = re.search(
        r'href="(/stores/1003/events[^"]*)">\s*Webhook events for this order', page.text
    )

    assert link
    assert "Order EBJFT updated" in page_text(browser.get(link[1]))


def test_statuses_have_the_stores_own_names(browser: Visitor, store: Store) -> None:
    names = {"CUSTOM_PAYMENT_STATUS_1": "Deposit %s <b>", "SHIPPED": "On the road"}
    Store.update(order_status_names=names).execute()
    statuses = {"paymentStatus": "CUSTOM_PAYMENT_STATUS_1", "fulfillmentStatus": "SHIPPED"}
    ORDERS.save(1003, [order_payload(**statuses)], UPDATED_AT)

    for path in ("/stores/1003/orders/90", "/stores/1003/orders"):
        page = browser.get(path)
        assert "Deposit %s <b>" in page_text(page)
        assert "Deposit %s &lt;b&gt;" in page.text
        assert "On the road" in page_text(page)
    assert "Custom status 2" in page_text(browser.get("/stores/1003/orders"))


def test_notes_and_addresses_keep_their_line_breaks(browser: Visitor, store: Store) -> None:
    person = {"name": "Bea Bakker", "street": "Kaai 1\r\n c/o <Bo> \n"}
    texts = {"orderComments": "Ring\ntwice", "privateAdminNotes": "a\r\nb"}
    ORDERS.save(1003, [order_payload(shippingPerson=person, **texts)], UPDATED_AT)

    page = browser.get("/stores/1003/orders/90").text

    assert "<span>Kaai 1</span>" in page
    assert "<span>c/o &lt;Bo&gt;</span>" in page
    assert '<span class="facts__text">Ring\ntwice</span>' in page
    assert re.search(r'class="facts__text">a\r?\nb</span>', page)


@pytest.mark.parametrize(
    ("names", "current", "offered"),
    [
        (None, "PAID", {"Custom status 1", "Custom status 2", "Custom status 3"}),
        ({}, "PAID", set()),
        ({}, "CUSTOM_PAYMENT_STATUS_3", {"Custom status 3"}),
        ({"CUSTOM_PAYMENT_STATUS_1": "Deposit"}, "PAID", {"Deposit"}),
        ({"CUSTOM_PAYMENT_STATUS_1": "Deposit"}, "SOMETHING_NEW", {"Deposit", "SOMETHING_NEW"}),
    ],
)
def test_custom_statuses_are_offered_once_the_store_has_named_them(
    browser: Visitor, store: Store, names: dict[str, str] | None, current: str, offered: set[str]
) -> None:
    Store.update(order_status_names=names).execute()
    ORDERS.save(1003, [order_payload(paymentStatus=current)], UPDATED_AT)
    names_of = {status: str(label.text) for status, label in PAYMENT_LABELS.items()}
    known = {names_of[each] for each in PAYMENT_STATUSES if not each.startswith("CUSTOM_")}

    assert choices(browser.get("/stores/1003/orders/90").text) == offered | known


def test_new_order_offers_the_statuses_that_the_store_has_named(
    browser: Visitor, store: Store
) -> None:
    Store.update(order_status_names={"CUSTOM_PAYMENT_STATUS_1": "Deposit"}).execute()

    page = browser.get("/stores/1003/orders/new").text

    assert choices(page) == {"Awaiting payment", "Paid", "Deposit"}


def choices(page: str) -> set[str]:
    """Return the payment statuses that a form offers."""
    options = page.partition('name="payment_status"')[2].partition("</select>")[0]
    return {text.strip() for text in re.findall(r">([^<]+)</option>", options)}


def test_pages_link_only_to_records_that_the_mirror_has(browser: Visitor, store: Store) -> None:
    ORDERS.save(1003, [order_payload()], UPDATED_AT)
    links = ("/stores/1003/products/5", "/stores/1003/customers/12")
    bare = browser.get("/stores/1003/orders/90").text

    PRODUCTS.save(1003, [product_payload()], UPDATED_AT)
    CUSTOMERS.save(1003, [customer_payload()], UPDATED_AT)
    linked = browser.get("/stores/1003/orders/90").text

    for link in links:
        assert f'href="{link}"' not in bare
        assert f'href="{link}"' in linked
        assert browser.get(link).status_code == 200


def test_submission_links_only_to_an_order_that_the_mirror_has(
    browser: Visitor, store: Store
) -> None:
    sent = OrderSubmission.create(**SUBMITTED)
    pages = ("/stores/1003/orders/submissions", f"/stores/1003/orders/submissions/{sent.id}")
    bare = [browser.get(page).text for page in pages]

    ORDERS.save(1003, [order_payload()], UPDATED_AT)

    for page, before in zip(pages, bare, strict=True):
        assert "EBJFT" in before
        assert 'href="/stores/1003/orders/90"' not in before
        assert 'href="/stores/1003/orders/90"' in browser.get(page).text


def test_a_buyer_with_only_a_first_and_a_last_name_is_shown(browser: Visitor, store: Store) -> None:
    person = {"firstName": "Ada", "lastName": "Adler", "city": "Gent"}
    ORDERS.save(1003, [order_payload(billingPerson=person, shippingPerson=None)], UPDATED_AT)

    for path in ("/stores/1003/orders", "/stores/1003/orders/90"):
        assert "Ada Adler" in page_text(browser.get(path))


def test_a_deleted_order_says_so_and_one_that_never_was_is_a_404(
    browser: Visitor, store: Store
) -> None:
    ORDERS.save(1003, [order_payload(billingPerson=None, shippingPerson=None)], UPDATED_AT)
    Order.mark_deleted(Order.matching(1003, [90]), read_at=utc_now())

    assert "was deleted in Ecwid" in page_text(browser.get("/stores/1003/orders/90"))
    assert browser.get("/stores/1003/orders/91").status_code == 404
    assert browser.get("/stores/1003/orders/submissions/91").status_code == 404


def test_long_list_of_submissions_is_paginated(browser: Visitor, store: Store) -> None:
    assert "No orders yet" in page_text(browser.get("/stores/1003/orders/submissions"))
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

    assert first.count("Reference") == 50
    assert "ref-0" in second
    assert "Back to newest" in second
    one = OrderSubmission.select().first()
    waiting = browser.get(f"/stores/1003/orders/submissions/{one.id}").text
    assert 'data-live-every="2"' in waiting
