"""CSRF tokens of pages: different bytes each time, accepted in every mask and from older pages."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

import pytest
from flask import session
from flask_wtf.csrf import generate_csrf

from portal.models import Merchant
from portal.web.masked_csrf import masked, unmasked
from tests.web.conftest import Visitor, page_text


def tokens(page: str) -> list[str]:
    """Return the tokens of the forms on a page."""
    return re.findall(r'name="csrf_token"\s+value="([^"]+)"', page)


def refused_with(visitor: Visitor, token: str) -> bool:
    """Return whether a form with this token is refused as expired."""
    response = visitor.client.post("/account/name", data={"csrf_token": token, "name": "Ada"})
    is_refused = response.status_code == 400
    assert is_refused == ("This form has expired" in page_text(response))
    assert is_refused or response.status_code == 303
    return is_refused


def unmasked_token(visitor: Visitor) -> str:
    """Return the token as releases without masks wrote it into pages."""
    client = visitor.client
    with client.session_transaction() as kept, client.application.test_request_context():
        session.update(kept)
        token = str(generate_csrf())
        kept["csrf_token"] = session["csrf_token"]
    return token


def test_forms_of_one_response_have_one_token_and_each_response_has_another(
    browser: Visitor,
) -> None:
    pages = [browser.get("/account/sessions").text for _ in range(10)]
    found = [tokens(page) for page in pages]

    assert all(len(each) > 1 and len(set(each)) == 1 for each in found)
    assert len({each[0] for each in found}) == len(pages)


def test_tokens_share_no_bytes_with_each_other_or_the_session(browser: Visitor) -> None:
    one, other = (urlsafe_b64decode(tokens(browser.get("/account/name").text)[0]) for _ in range(2))
    with browser.client.session_transaction() as kept:
        secret = kept["csrf_token"].encode()

    # Three equal bytes in a row are the shortest repetition that gzip shortens.
    pieces = {one[i : i + 3] for i in range(len(one) - 2)}
    assert len([i for i in range(len(other) - 2) if other[i : i + 3] in pieces]) <= 1
    assert secret not in one + other


def test_token_of_any_earlier_page_is_accepted_again(browser: Visitor) -> None:
    first = tokens(browser.get("/account/name").text)[0]
    second = tokens(browser.get("/account/name").text)[0]

    assert not refused_with(browser, second)
    assert not refused_with(browser, first)
    assert not refused_with(browser, first)


def test_unmasked_token_of_a_page_from_before_an_update_is_accepted(browser: Visitor) -> None:
    assert not refused_with(browser, unmasked_token(browser))


def test_header_with_the_token_counts_as_the_field(browser: Visitor) -> None:
    response = browser.client.post(
        "/account/name", data={"name": "Ada"}, headers={"X-CSRFToken": browser.csrf_token()}
    )

    assert response.status_code == 303


def test_token_of_another_session_is_refused_masked_and_unmasked(
    browser: Visitor, visitor: Visitor
) -> None:
    assert refused_with(browser, visitor.csrf_token())
    assert refused_with(browser, unmasked_token(visitor))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "====",
        "äöü",
        "a" * 10_000,
        "AAAA",
        urlsafe_b64encode(bytes(range(255))).decode(),
        masked("nonsense"),
        masked(""),
        masked("a.b.c"),
    ],
    ids=["none", "x", "fill", "umlauts", "long", "odd", "bytes", "text", "empty", "signed"],
)
def test_damaged_token_is_refused(browser: Visitor, token: str) -> None:
    assert refused_with(browser, token)


def test_token_with_a_changed_byte_is_refused(browser: Visitor) -> None:
    data = urlsafe_b64decode(browser.csrf_token())
    half = len(data) // 2

    # The last character of a signature has bits that say nothing.
    for place in (0, half // 2, half - 2, half, half + 1, len(data) - 2):
        changed = bytearray(data)
        changed[place] ^= 1
        assert refused_with(browser, urlsafe_b64encode(changed).decode()), place
    assert not refused_with(browser, urlsafe_b64encode(data).decode())


@pytest.mark.parametrize("token", ["a", "a.b.c", "ü", "x" * 91])
def test_mask_is_taken_off_again(token: str) -> None:
    assert unmasked(masked(token)) == token
    assert masked(token) != masked(token)


def test_session_of_a_signed_out_browser_gets_another_token(
    browser: Visitor, merchant: Merchant
) -> None:
    before = browser.csrf_token()
    browser.post("/logout")
    browser.force_login(merchant)
    browser.get("/account/name")

    assert refused_with(browser, before)
