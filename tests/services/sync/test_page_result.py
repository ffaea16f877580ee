"""Pages of a list are written as one, and each record is counted once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from peewee import Database

from portal.models import Product, Store
from portal.services.mirror.resources import PRODUCTS
from portal.services.sync.page_result import Counts, ListedPage, PageResult, write_all
from tests.factories import UPDATED_AT, make_store, product_payload

STORE = 1003


@pytest.fixture(autouse=True)
def store(database: Database) -> Store:
    """The store whose products are mirrored."""
    return make_store()


def page(at: int, new: int, *payloads: Any) -> PageResult:
    """Return a page that was read at minute ``at``; ``new`` of its records weren't counted."""
    mapped = PRODUCTS.map(STORE, payloads, UPDATED_AT + timedelta(minutes=at))
    return PageResult(Counts, None, page=ListedPage(PRODUCTS, mapped, new))


def product(product_id: int) -> dict[str, Any]:
    return product_payload(id=product_id)


def test_record_that_begins_the_next_page_is_counted_once() -> None:
    pages = [page(1, 2, product(5), product(6)), page(2, 1, product(6), product(7))]

    assert write_all(pages) == [Counts(seen=3, saved=3)]
    assert write_all(pages) == [Counts(seen=3, unchanged=3)]


def test_record_that_an_earlier_transaction_counted_is_not_unchanged() -> None:
    write_all([page(1, 2, product(5), product(6))])

    rest = [page(2, 1, product(6), product(7)), page(3, 1, product(7), product(8))]

    assert write_all(rest) == [Counts(seen=2, saved=2)]


def test_unreadable_record_of_a_joined_page_is_counted() -> None:
    pages = [page(1, 1, product(5)), page(2, 2, product(5), {"id": 6, "price": []}, product(7))]

    assert write_all(pages) == [Counts(seen=3, saved=2, quarantined=1)]


def test_step_between_pages_is_written_in_its_order() -> None:
    def count_products() -> Counts:
        return Counts(deleted=Product.select().count())

    results = [page(1, 1, product(5)), PageResult(count_products, None), page(2, 1, product(6))]

    assert [counts.deleted for counts in write_all(results)] == [0, 1, 0]
    assert Product.select().count() == 2
