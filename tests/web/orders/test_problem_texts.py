"""The order form shows every problem of the order rules, whatever the store's values look like."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from html import escape
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

import portal
from portal.i18n import format_message
from portal.models import Merchant, Product, Store, utc_now
from portal.rules.orders.coupon_terms import CouponResult
from portal.rules.orders.pricing import Currency
from portal.rules.orders.quotes import Quote, QuotedLine, ValidationMessage
from portal.rules.orders.totals import estimated_totals
from portal.services.mirror.resources import PRODUCTS
from portal.text_direction import END_OF_ISOLATE, ISOLATE
from portal.web.login import begin_session
from portal.web.orders.order_form import read_order_form
from portal.web.orders.order_quoting import FormPage, QuoteResult, form_page
from portal.web.stores.access import get_store_or_404
from tests.factories import UPDATED_AT, product_payload
from tests.services.orders.conftest import Counter
from tests.web.conftest import Visitor, page_text
from tests.web.orders.conftest import press

ROOT = Path(portal.__file__).parent
ORDER_RULES = (*(ROOT / "rules/orders").glob("*.py"), *(ROOT / "services/orders").glob("*.py"))
HOSTILE = (
    "%s",
    "100 %",
    "%(value)s",
    "%(nothing)d",
    "{self}",
    "<script>alert(1)</script>",
    'O\'Neill & "Co"',
    "\u0645\u0632\u0647\u0631\u064a\u0629 \u202e\u0632\u0631\u0642\u0627\u0621",
    "x" * 500,
    "self",
    "string",
)
# Arguments of gettext, format and of Jinja's own functions.
ODD_NAMES = ("self", "string", "text", "message", "num", "context", "value", "")


def order_rule_texts() -> Iterator[str]:
    """Yield each text that the order rules mark for translation."""
    for path in ORDER_RULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
                yield ast.literal_eval(node.args[0])


TEXTS = sorted(set(order_rule_texts()))
NAMES = {
    name for text in TEXTS for name in (part.partition(")")[0] for part in text.split("%(")[1:])
}


def hostile_messages(line: int | None) -> list[ValidationMessage]:
    """Return every text of the rules with every hostile value in each of its places."""
    texts = (*TEXTS, "".join(f"%({name})s " for name in ODD_NAMES), "100 % of %(missing)s")
    return [
        ValidationMessage(f"kind_{n}", text, dict.fromkeys((*NAMES, *ODD_NAMES), value), line)
        for n, text in enumerate(texts)
        for value in HOSTILE
    ]


def quote_with(messages: list[ValidationMessage]) -> Quote:
    """Return a quote of one line, at position 0, with these errors and warnings."""
    line = QuotedLine(
        position=0,
        product_id=5,
        variation_id=None,
        sku="%(sku)s",
        name="<b>%s</b>",
        options={},
        quantity=1,
        price=Decimal("24.90"),
        total=Decimal("24.90"),
        expected_price=None,
        price_difference=None,
        stock=None,
    )
    totals = estimated_totals(Decimal("24.90"), Decimal(0), "")
    quote = Quote(1003, Currency("EUR"), (line,), totals, utc_now())
    accepted = CouponResult("%(code)s<script>")
    errors, warnings = tuple(messages), tuple(hostile_messages(None))
    return replace(quote, validation_errors=errors, warnings=warnings, coupon=accepted)


def test_order_rules_have_texts_with_values() -> None:
    assert len(TEXTS) > 20
    assert {"name", "option", "choices", "value"} <= NAMES


@pytest.mark.parametrize("line", [None, 0, 1])
def test_form_shows_every_problem_with_hostile_values(
    app: Flask, merchant: Merchant, store: Store, line: int | None
) -> None:
    messages = hostile_messages(line)
    with app.test_request_context(f"/stores/{store.id}/orders/new", method="POST"):
        begin_session(merchant)
        get_store_or_404(store.id)
        typed = {"line-0-product": "5", "line-1-product": "6"}
        form = read_order_form(store, MultiDict(typed))
        page = form_page(store, form, QuoteResult(quote_with(messages)), FormPage())

    assert "<script>alert(1)" not in page
    unescaped = page.replace("&#39;", "'").replace("&#34;", '"')
    for mark in (ISOLATE, END_OF_ISOLATE):  # around values in right-to-left letters
        unescaped = unescaped.replace(mark, "")
    for message in messages:
        shown = format_message(message.text, message.values)
        assert escape(shown, quote=False) in unescaped


def test_missing_value_is_a_dash() -> None:
    text = format_message("%(name)s costs 5 %% of %(price)s, or 5 % more", {"name": "%s"})

    assert text == "%s costs 5 % of –, or 5 % more"


def test_deleted_product_is_named_at_its_line(browser: Visitor, store: Store) -> None:
    PRODUCTS.save(store.id, [product_payload(name="Blue vase")], UPDATED_AT)
    Product.mark_deleted(Product.matching(store.id, [5]), read_at=utc_now())

    page = page_text(
        press(browser, "/stores/1003/orders/new", **{"line-0-product": "5", "remove": "9"})
    )
    added = page_text(press(browser, "/stores/1003/orders/new", add="5"))

    assert "Blue vase is no longer in the store. Remove it." in page
    assert "No items yet" in added


OPTIONS = [
    {"type": "SELECT", "name": "self", "choices": [{"text": "100 %"}, {"text": "%(x)s"}]},
    {"type": "FILES", "name": "Artwork", "required": True},
]
ENGRAVING = {"type": "TEXTFIELD", "name": "Engraving", "required": False}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ({"line-0-option-0": "Renamed %s"}, "self can't be Renamed %s, only 100 %, %(x)s"),
        ({"line-0-option-0": ""}, "Vase"),
        ({"line-0-option-1": "logo.png"}, "Artwork"),
        ({"line-1-product": "77", "line-1-quantity": "1"}, "Product 77 is no longer in the store"),
    ],
)
def test_impossible_line_is_explained(
    browser: Visitor, counter: Counter, typed: dict[str, str], shown: str
) -> None:
    product_id = counter.product(name="Vase", options=OPTIONS)
    payload = product_payload(id=product_id, name="Vase", options=OPTIONS)
    PRODUCTS.save(counter.store_id, [payload], UPDATED_AT)

    fields = {"line-0-product": str(product_id), "line-0-quantity": "1"} | typed
    page = press(browser, f"/stores/{counter.store_id}/orders/new", action="quote", **fields)

    assert page.status_code == 200
    assert shown in page_text(page)


@pytest.mark.parametrize(
    ("required", "shown"),
    [(True, "this product can be bought only in the store itself"), (False, "can attach files")],
)
def test_option_for_a_file_has_no_field(
    browser: Visitor, store: Store, required: bool, shown: str
) -> None:
    artwork = {"type": "FILES", "name": "Artwork", "required": required}
    PRODUCTS.save(store.id, [product_payload(options=[artwork, ENGRAVING])], UPDATED_AT)

    page = press(
        browser, f"/stores/{store.id}/orders/new", **{"line-0-product": "5", "remove": "9"}
    )

    assert shown in page_text(page)
    assert 'name="line-0-option-0"' not in page.text
    assert 'name="line-0-option-1"' in page.text
