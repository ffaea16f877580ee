"""The form and the API accept the same order requests and report the same errors."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from portal.errors import InvalidFieldError
from portal.models import Store
from portal.rules.orders.order_request import OrderRequest
from portal.services.mirror.resources import PRODUCTS
from portal.web.api.problems import ProblemError
from portal.web.api.request_parsing import read_body
from portal.web.orders.form_problems import problem_of_field
from portal.web.orders.order_form import (
    ADDRESS_FIELDS,
    TEXT_FIELDS,
    form_from_request,
    read_order_form,
)
from tests.factories import UPDATED_AT, product_payload
from tests.web.conftest import Visitor, page_text

ENGRAVING = {"type": "TEXTFIELD", "name": "Engraving", "required": False}
FIELDS = (*TEXT_FIELDS, *ADDRESS_FIELDS, "line-0-quantity", "line-0-option-0")
GOOD = {"line-0-product": "5", "line-0-quantity": "1"}
Outcome = OrderRequest | tuple[str, str, str]

typed_texts = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.integers(250, 260).map("x".__mul__),
    st.integers(1_998, 2_002).map("x".__mul__),
    st.integers().map(str),
    st.sampled_from(["1.5", "1" * 30, "a@b.example", "REFUNDED", "PAID", "\x00", "a\x00b"]),
)


@pytest.fixture
def mug(store: Store) -> Store:
    """A store that sells a mug with an engraving."""
    PRODUCTS.save(store.id, [product_payload(options=[ENGRAVING])], UPDATED_AT)
    return store


def dump_order_request(typed: Mapping[str, str]) -> dict[str, Any]:
    """Return the API's body for the submitted form; blank fields are left out."""
    given = {name: text.strip() for name, text in typed.items() if text.strip()}
    quantity: Any = given.get("line-0-quantity", "")
    line = {"product_id": 5, "quantity": quantity}
    if re.fullmatch("-?[0-9]+", quantity):
        line["quantity"] = int(quantity)
    if "line-0-option-0" in given:
        line["options"] = {"Engraving": given["line-0-option-0"]}
    person = {name: given[name] for name in ADDRESS_FIELDS if name in given}
    # A browser ends lines with CRLF, which the form replaces.
    lines = {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in given.items()}
    texts = {name: lines[name] for name in TEXT_FIELDS if name in lines}
    # Only the first of several invalid fields is reported, so the order must match the form's.
    return {**texts, "lines": [line], **({"shipping_person": person} if person else {})}


def by_form(store: Store, typed: Mapping[str, str]) -> Outcome:
    try:
        return read_order_form(store, MultiDict(typed)).order_request()
    except InvalidFieldError as error:
        return error.field, error.code, error.sentence


def by_api(app: Flask, document: Any) -> Outcome:
    body = {"data": json.dumps(document), "content_type": "application/json"}
    with app.test_request_context(method="POST", **body):
        try:
            return read_body(OrderRequest)
        except ProblemError as problem:
            (error,) = problem.more["errors"]
            return error.field, error.code, error.message


@bounds(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.dictionaries(st.sampled_from(FIELDS), typed_texts, max_size=3))
@example(typed={"line-0-quantity": "", "payment_status": "0", "city": "\x00"})
@example(typed={"line-0-quantity": "-1"})
@example(typed={"comment": "Ring\r\ntwice", "private_notes": "a\rb"})
@example(typed={"line-0-quantity": ""})
@example(typed={"comment": "x" * 2_001})
@example(typed={"line-0-option-0": "x" * 256})
@example(typed={"city": "a\x00b"})
def test_form_and_api_return_the_same_result(app: Flask, mug: Store, typed: dict[str, str]) -> None:
    assert by_form(mug, GOOD | typed) == by_api(app, dump_order_request(GOOD | typed))


@pytest.mark.parametrize(
    ("typed", "field", "code"),
    [
        ({"line-0-quantity": "0"}, "lines[0].quantity", "out_of_range"),
        ({"line-0-quantity": "two"}, "lines[0].quantity", "wrong_type"),
        ({"line-0-product": ""}, "lines", "too_short"),
        ({"line-0-option-0": "x" * 256}, "lines[0].options.Engraving", "too_long"),
        ({"email": "ada"}, "email", "invalid_format"),
        ({"payment_status": "REFUNDED"}, "payment_status", "invalid_choice"),
        ({"city": "x" * 256}, "shipping_person.city", "too_long"),
        ({"private_notes": "x" * 2_001}, "private_notes", "too_long"),
    ],
)
def test_page_shows_the_error_at_its_input_and_in_the_summary(
    browser: Visitor, app: Flask, mug: Store, typed: dict[str, str], field: str, code: str
) -> None:
    error = by_form(mug, GOOD | typed)
    page = browser.post(f"/stores/{mug.id}/orders/new", action="submit", **GOOD | typed)

    assert isinstance(error, tuple)
    assert error[:2] == (field, code)
    assert page.status_code == 422
    links = dict(re.findall(r'<a href="#([\w-]+)">([^<]+)</a>', page.text))
    with app.test_request_context():
        problem = problem_of_field(InvalidFieldError(field, code, ""))
    assert links[problem.field] == problem.text
    assert f'id="{problem.field}"' in page.text
    assert page_text(page).count(problem.text) == 2


def test_form_for_an_earlier_request_makes_the_same_request(mug: Store) -> None:
    typed = GOOD | {name: f"a {name}" for name in FIELDS if name != "line-0-quantity"}
    typed |= {"email": "ada@shopper.example", "payment_status": "PAID", "notify_customer": "on"}
    typed["accept_marketing"] = "on"

    request = read_order_form(mug, MultiDict(typed)).order_request()

    assert form_from_request(mug, request).order_request() == request
