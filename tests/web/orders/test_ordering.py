"""Orders from the form: only the quoted order is submitted, and only once."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from requests_mock import Mocker
from werkzeug.test import TestResponse

from portal.models import OrderSubmission, Store
from portal.services.mirror.resources import PRODUCTS
from portal.services.orders.submissions import list_submissions
from tests.factories import UPDATED_AT
from tests.services.orders.conftest import Counter
from tests.web.conftest import Visitor, page_text


class OrderFormBrowser:
    """The order form in a browser without JavaScript, which submits the values of its fields."""

    def __init__(self, browser: Visitor, store_id: int) -> None:
        self.browser, self.path = browser, f"/stores/{store_id}/orders/new"
        self.fields: dict[str, Any] = {}
        self.page = browser.get(self.path)
        self._read()

    def press(self, button: str, value: str, **typed: Any) -> TestResponse:
        """Fill in fields and press a button."""
        fields = self.fields | typed | {button: value}
        self.page = self.browser.client.post(self.path, data=fields)
        if self.page.headers.get("Location", "").startswith(f"{self.path}/"):
            self.page = self.browser.get(self.page.headers["Location"])
        if self.page.status_code != 303:
            self._read()
        return self.page

    def _read(self) -> None:
        text = self.page.text.partition('id="order-form"')[2].partition("</form>")[0]
        self.fields = {}
        for tag in re.findall(r"<input\b[^>]*>", text):
            attributes = {n: unescape(v) for n, v in re.findall(r'([\w-]+)="([^"]*)"', tag)}
            is_box = attributes.get("type") in ("radio", "checkbox")
            if not is_box or re.search(r"\bchecked\b", tag):
                self.fields[attributes["name"]] = attributes.get("value", "")
        for name, body in re.findall(
            r'<select\b[^>]*name="([^"]+)"[^>]*>(.*?)</select>', text, re.S
        ):
            chosen = re.search(r'value="([^"]*)"\s+selected', body)
            first = re.search(r'value="([^"]*)"', body)
            self.fields[name] = (chosen or first)[1]  # type: ignore[index]


@pytest.fixture
def order_form(browser: Visitor, counter: Counter) -> OrderFormBrowser:
    """The order form of a store that sells two products."""
    glaze = {
        "type": "SELECT",
        "name": "Glaze",
        "required": True,
        "choices": [{"text": "Blue"}, {"text": "Red", "priceModifier": 2}],
    }
    ids = [counter.product(name="Mug"), counter.product(name="Bowl", price=30, options=[glaze])]
    products = [counter.server.parts.products.get(counter.store_id, n) for n in ids]
    PRODUCTS.save(
        counter.store_id, json.loads(json.dumps(products), parse_float=Decimal), UPDATED_AT
    )
    return OrderFormBrowser(browser, counter.store_id)


def add(order_form: OrderFormBrowser, name: str) -> None:
    """Search for a product by name and add it."""
    page = order_form.press("action", "quote", product_search=name).text
    found = re.search(r'name="add"\s+value="(\d+)"', page)
    assert found, page_text(order_form.page)
    order_form.press("add", found[1], product_search="")


PERSON = {
    "email": "Ada@Shopper.example",
    "name": "Ada Adler",
    "street": "5 Road",
    "postal_code": "53111",
    "city": "Bonn",
    "country_code": "DE",
}


def test_order_is_searched_quoted_and_submitted_once(
    order_form: OrderFormBrowser, counter: Counter
) -> None:
    counter.coupon()
    add(order_form, "bowl")
    assert "choose Glaze" in page_text(order_form.page)
    order_form.press(
        "action", "quote", **{"line-0-option-0": "Red", "line-0-quantity": "2"}, **PERSON
    )
    assert "Choose a shipping method" in page_text(order_form.page)
    order_form.press(
        "action",
        "quote",
        shipping_method="standard",
        coupon_code="TEN",
        street="5 Road",
        street_2="Yard 2",
        customer_tax_id="DE1",
        accept_marketing="1",
    )
    assert "Coupon TEN applied" in page_text(order_form.page)
    assert "€62.50" in page_text(order_form.page)

    sent = order_form.press("action", "submit")
    again = order_form.press("action", "submit")

    assert sent.status_code == again.status_code == 303
    assert sent.headers["Location"] == again.headers["Location"]
    [view] = list_submissions(counter.store_id)
    counter.work(view.id)
    [order] = counter.orders()
    assert order["items"][0]["selectedOptions"][0]["value"] == "Red"
    assert (order["acceptMarketing"], order["customerTaxId"]) == (True, "DE1")
    assert order["shippingPerson"]["street"] == "5 Road\nYard 2"
    page = page_text(order_form.browser.get(sent.headers["Location"]))
    assert "Order created in Ecwid" in page
    assert "ada@example.com" in page


def test_quote_names_each_amount_and_a_difference(order_form: OrderFormBrowser) -> None:
    add(order_form, "mug")
    amounts = {
        "subtotal": 12.5,
        "discount": 2,
        "discountInfo": [{"value": 2, "type": "ABS", "description": "<b>Spring</b>"}],
        "handlingFee": {"name": "Packing", "value": 3.5},
        "customSurcharges": [{"id": "tips", "description": "Tip", "total": 1}],
        "tax": 2.39,
        "pricesIncludeTax": True,
        "shippingOption": {"shippingMethodName": "standard", "shippingRate": 0},
        "availableShippingOptions": [{"shippingMethodName": "standard"}],
    }
    with Mocker(real_http=True) as mocker:
        mocker.post(re.compile("/order/calculate$"), json=amounts | {"total": 15})
        right_page = order_form.press("action", "quote", shipping_method="standard", **PERSON)
        right = page_text(right_page)
        mocker.post(re.compile("/order/calculate$"), json=amounts | {"total": 99})
        wrong = page_text(order_form.press("action", "quote"))

    for shown in (
        "Items €12.50",
        "Promotion: <b>Spring</b> -€2.00",
        "Handling fee: Packing €3.50",
        "Shipping: standard €0.00",
        "Tip €1.00",
        "Total €15.00",
        "Included: Tax €2.39",
    ):
        assert shown in right
    assert "Total: €15.00" in right
    assert 'name="quote_digest"' in right_page.text
    assert "Other adjustments €84.00" in wrong
    assert "The amounts add up to 15.00, but Ecwid's total is 99.00" in wrong
    assert 'name="quote_digest"' not in order_form.page.text


def test_coupon_shows_which_rule_fails_and_by_how_much(
    order_form: OrderFormBrowser, counter: Counter
) -> None:
    counter.coupon("BIG", totalLimit=50)
    add(order_form, "mug")

    page = page_text(order_form.press("action", "quote", coupon_code="BIG", **PERSON))

    assert "37.50 short" in page
    assert 'name="quote_digest"' not in order_form.page.text


def test_change_after_the_quote_is_quoted_again_before_it_is_submitted(
    order_form: OrderFormBrowser, counter: Counter
) -> None:
    add(order_form, "mug")
    order_form.press("action", "quote", shipping_method="standard", **PERSON)

    response = order_form.press("action", "submit", **{"line-0-quantity": "3"})

    assert response.status_code == 422
    assert "The order has changed" in page_text(response)
    assert list_submissions(counter.store_id) == []
    assert order_form.press("action", "submit").status_code == 303


def test_price_increase_after_the_quote_rejects_the_order(
    order_form: OrderFormBrowser, counter: Counter
) -> None:
    add(order_form, "mug")
    order_form.press("action", "quote", shipping_method="standard", **PERSON)
    product_id = order_form.fields["line-0-product"]
    sent = order_form.press("action", "submit")
    counter.server.parts.products.update(counter.store_id, int(product_id), {"price": 20})
    [view] = list_submissions(counter.store_id)
    counter.work(view.id)

    page = order_form.browser.get(sent.headers["Location"])
    assert "wasn't placed" in page_text(page)
    assert "Prices differ" in page_text(page)
    again = order_form.browser.get(f"{order_form.path}?copy_of={view.id}")
    assert 'value="Ada@Shopper.example"' in again.text
    assert "Mug" in page_text(again)


def test_lines_are_removed_and_invalid_values_explained(order_form: OrderFormBrowser) -> None:
    add(order_form, "mug")
    assert "Enter a quantity from 1 to 1,000,000." in page_text(
        order_form.press("action", "quote", **{"line-0-quantity": "x"})
    )
    assert order_form.press("action", "submit").status_code == 422
    assert "Enter a valid email address, like name@example.com." in page_text(
        order_form.press("action", "quote", **{"line-0-quantity": "1", "email": "x"})
    )
    order_form.press("add", "999")
    page = page_text(order_form.press("remove", "0"))
    assert "No items yet" in page
    assert "No product for sale matches “zzz”" in page_text(
        order_form.press("action", "quote", product_search="zzz")
    )


def test_reused_idempotency_key_creates_a_second_order_only_after_another_submit(
    order_form: OrderFormBrowser, counter: Counter
) -> None:
    add(order_form, "mug")
    order_form.press("action", "quote", shipping_method="standard", **PERSON)
    fields = dict(order_form.fields)
    order_form.press("action", "submit")
    order_form.fields = fields
    order_form.press("action", "quote", **{"line-0-quantity": "2"})

    response = order_form.press("action", "submit")
    assert response.status_code == 422
    assert "already placed an order" in page_text(response)
    assert order_form.press("action", "submit").status_code == 303
    assert OrderSubmission.select().count() == 2
    long_key = order_form.press("action", "quote", idempotency_key="x" * 300)
    assert long_key.status_code == 200
    assert order_form.press("action", "submit").status_code == 422


def test_unavailable_or_stopped_store_is_explained(
    order_form: OrderFormBrowser, counter: Counter
) -> None:
    add(order_form, "mug")
    order_form.press("action", "quote", shipping_method="standard", **PERSON)
    counter.fault("/products", 403)
    assert "The store isn't responding" in page_text(order_form.press("action", "quote"))
    counter.server.parts.access.faults.stop()
    order_form.press("action", "quote")

    Store.update(state="reconnect").execute()
    assert "until the store is connected again" in page_text(order_form.press("action", "submit"))
    assert "until the store is connected again" in page_text(order_form.press("action", "quote"))
