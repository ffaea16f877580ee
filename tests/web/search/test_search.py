"""Page that searches a whole store."""

from __future__ import annotations

import pytest

from portal.models import Merchant, Product, Store
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    make_store,
    order_payload,
    product_row,
)
from tests.web.conftest import Visitor, page_text


@pytest.fixture
def store(merchant: Merchant) -> Store:
    """The merchant's store."""
    return make_store(merchant)


def test_page_shows_records_of_each_kind_with_a_link_to_all(browser: Visitor, store: Store) -> None:
    Product.upsert(product_row(remote_id=n, name=f"River mug {n}") for n in range(1, 8))
    for resource, payload in (
        (ORDERS, order_payload(id="R-77", internalId=77, email="river@example.com")),
        (CUSTOMERS, customer_payload(id=13, name="Ada River")),
        (COUPONS, coupon_payload(id=14, code="RIVER-10")),
    ):
        resource.write(resource.map(store.id, [payload], UPDATED_AT))

    answer = browser.get("/stores/1003/search?q=river")
    text = page_text(answer)

    for expected in ("R-77", "Ada River", "RIVER-10", "See all 7"):
        assert expected in text
    assert 'href="/stores/1003/products?q=river"' in answer.text
    assert answer.text.count("River mug") == 5


def test_page_without_a_match_says_what_to_try(browser: Visitor, store: Store) -> None:
    text = page_text(browser.get("/stores/1003/search?q=nowhere"))

    assert "No product, order, customer or coupon matches “nowhere”." in text


def test_page_without_words_explains_the_search(browser: Visitor, store: Store) -> None:
    answer = browser.get("/stores/1003/search")

    assert answer.status_code == 200
    assert "Parts of words are enough" in page_text(answer)


def test_every_page_of_a_store_has_the_search(browser: Visitor, store: Store) -> None:
    assert 'action="/stores/1003/search"' in browser.get("/stores/1003/products").text
