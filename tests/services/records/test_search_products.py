"""Keyset pagination lists every product once, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from peewee import Database

from portal.models import Product, Store
from portal.services.records import cursor_pagination as module
from portal.services.records.cursor_pagination import CursorError, PageCursor
from portal.services.records.search_products import (
    categories_of,
    find_product,
    search_products,
    variations_of,
)
from tests.factories import UPDATED_AT, make_store, product_row


@pytest.fixture
def store(database: Database) -> Store:
    """A store whose products changed in pairs within one second; one time has a fraction."""
    store = make_store()
    Product.upsert(
        product_row(
            remote_id=number,
            name=f"Mug {number}",
            remote_updated_at=UPDATED_AT + timedelta(seconds=number // 4, microseconds=number % 2),
        )
        for number in range(1, 24)
    )
    return store


def ids(products: object) -> list[int]:
    """Return the ids of products."""
    return [product.remote_id for product in products]  # type: ignore[attr-defined]


@pytest.mark.promise(11)
@pytest.mark.parametrize("size", [1, 2, 3, 5, 22, 23, 24])
def test_paging_forward_and_back_shows_the_same_pages(
    store: Store, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr(module, "PAGE_SIZE", size)
    forth, page = [], search_products(store)
    while True:
        forth.append(ids(page.rows))
        if page.later is None:
            break
        page = search_products(store, after=PageCursor.read(str(page.later)))
    back = [ids(page.rows)]
    while page.earlier is not None:
        page = search_products(store, before=PageCursor.read(str(page.earlier)))
        back.append(ids(page.rows))

    everything = [number for numbers in forth for number in numbers]
    assert sorted(everything) == list(range(1, 24))
    assert len(everything) == 23
    assert back == forth[::-1]


def test_search_results_are_paged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAGE_SIZE", 2)

    first = search_products(store, search="mug 1")
    rest = search_products(store, search="mug 1", after=first.later)

    assert first.matches == 11
    assert not set(ids(first.rows)) & set(ids(rest.rows))


def test_page_after_the_last_one_is_empty(store: Store) -> None:
    page = search_products(store, after=PageCursor(UPDATED_AT - timedelta(days=1), 1))

    assert (list(page.rows), page.earlier, page.later) == ([], None, None)


def test_products_of_another_store_are_never_found(store: Store) -> None:
    other = make_store(id=1004)

    assert search_products(other).rows == []
    assert find_product(other, 5) is None
    assert find_product(store, 5) is not None


def test_plain_product_has_no_variations_and_no_categories(store: Store) -> None:
    product = find_product(store, 5)

    assert product is not None
    assert list(variations_of(product, 10)) == []
    assert list(categories_of(product)) == []


@pytest.mark.parametrize("text", ["", "-", "1", "a-1", "1-a", "1-0", "1--5", f"1-{2**63}"])
def test_invalid_cursor_is_refused(text: str) -> None:
    with pytest.raises(CursorError):
        PageCursor.read(text)
