"""Searches by words find the same records on both databases, and the index has no others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from peewee import Database

from portal.models import Coupon, Customer, Order, Product, SearchDocument, Store
from portal.rules.records.search_text import fold, required_parts
from portal.services.mirror.resources import COUPONS, CUSTOMERS, ORDERS, PRODUCTS
from portal.services.mirror.suppression_list import erase_customers, erase_orders
from portal.services.records import cursor_pagination, text_search
from portal.services.records.search_coupons import search_coupons
from portal.services.records.search_customers import search_customers
from portal.services.records.search_products import search_products
from portal.services.records.text_search import find_matches, search_page
from tests.factories import (
    UPDATED_AT,
    coupon_payload,
    customer_payload,
    make_store,
    order_payload,
    product_payload,
    product_row,
)

LATER = UPDATED_AT + timedelta(days=1)
NAMES = {
    1: "Ärmel für Straßenjacke",
    2: "Чашка фарфоровая",
    3: "İstanbul tray",
    4: "100% cotton_shirt",
    5: 'Mug "Best of" O\'Neill',
    6: "Mug AND (bowl) OR NEAR* -x^2",
    7: "Teapot 🫖🍵☕ large",
    8: "Back\\slash {col: text}",
    9: "陶瓷茶杯",
}


SEARCHES = {
    "Ärmel": [1],
    "ÄRMEL": [1],
    "ärm": [1],
    "armel": [1],
    "rmel": [1],
    "strasse": [1],
    "STRASSENJACKE": [1],
    "STRAẞE": [1],
    "jacke ärmel": [1],
    "чашка": [2],
    "ЧАШКА": [2],
    "фор": [2],
    "istanbul": [3],
    "İSTANBUL": [3],
    "ISTANBUL": [3],
    "%": [],
    "100%": [4],
    "%cot": [],
    "___": [],
    "cotton_shirt": [4],
    "cotton?shirt": [],
    '"best': [5],
    '"': [5],
    "o'neill": [5],
    "mug": [6, 5],
    "mug AND bowl": [6],
    "ug and": [6],
    "and ug": [],
    "mug NOT best": [],
    "near*": [6],
    "mug*": [],
    "(bowl) mug": [6],
    "-x^2": [6],
    "text:mug": [],
    "🫖🍵": [7],
    "🫖🍵☕": [7],
    "🍵 large": [7],
    "🍵": [],
    "back\\slash": [8],
    "{col:": [8],
    "茶杯": [9],
    "mu": [6, 5],
    "m o": [6, 5],
    "m b": [],
    "ug": [],
    "sku-7": [7],
    "SKU": [9, 8, 7, 6, 5, 4, 3, 2, 1],
    "mug teapot": [],
    "\u0301": [],
    "x" * 5_000: [],
}


@pytest.fixture
def store(database: Database) -> Store:
    """A store with products whose names are hard to search for."""
    store = make_store()
    Product.upsert(
        product_row(
            remote_id=number,
            name=name,
            sku=f"SKU-{number}",
            remote_updated_at=UPDATED_AT + timedelta(seconds=number),
        )
        for number, name in NAMES.items()
    )
    return store


def found(store: Store, typed: str) -> list[int]:
    return [product.remote_id for product in search_products(store, search=typed).rows]


def test_search_finds_parts_of_words_in_any_order_and_case(store: Store) -> None:
    assert {typed: found(store, typed) for typed in SEARCHES} == SEARCHES


def test_scan_for_frequent_words_finds_the_same_as_the_index(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_search, "MATCH_LIMIT", 0)

    assert {typed: found(store, typed) for typed in SEARCHES} == SEARCHES
    page = search_products(store, search="mug")
    assert (page.matches, page.searched_to) == (None, None)


def test_scan_stops_at_its_limit_and_can_be_continued(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_search, "MATCH_LIMIT", 0)
    monkeypatch.setattr(text_search, "SCAN_LIMIT", 4)

    first = search_products(store, search="mug")
    second = search_products(store, search="mug", after=first.later)

    assert [row.remote_id for row in first.rows] == [6]
    assert first.searched_to == UPDATED_AT + timedelta(seconds=6)
    assert [row.remote_id for row in second.rows] == [5]


def test_matches_are_counted_and_paged(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cursor_pagination, "PAGE_SIZE", 4)

    first = search_products(store, search="sku")
    second = search_products(store, search="sku", after=first.later)
    back = search_products(store, search="sku", before=second.earlier)

    assert (first.matches, second.matches) == (9, 9)
    assert [row.remote_id for row in second.rows] == [5, 4, 3, 2]
    assert [row.remote_id for row in back.rows] == [9, 8, 7, 6]
    assert search_products(store).matches is None


def test_records_of_other_stores_and_tables_are_not_found(store: Store) -> None:
    other = make_store(id=1004)
    CUSTOMERS.save(other.id, [customer_payload(name="Чашка")], UPDATED_AT)

    assert found(other, "чашка") == []
    assert [row.remote_id for row in search_customers(other, search="ЧАШ").rows] == [12]
    assert search_customers(store, search="чашка").rows == []


def test_customers_and_coupons_are_found_by_their_texts(store: Store) -> None:
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    COUPONS.save(store.id, [coupon_payload()], UPDATED_AT)

    for typed in ("adler ada", "SHOPPER.ex", "ada@shopper.example", "5551"):
        assert [row.remote_id for row in search_customers(store, search=typed).rows] == [12], typed
    for typed in ("welcome-10", "COME", "10 elc"):
        assert [row.remote_id for row in search_coupons(store, search=typed).rows] == [33], typed


def test_renamed_product_is_found_by_its_new_name_only(store: Store) -> None:
    def save(name: str, after: timedelta) -> None:
        at = UPDATED_AT + after
        payload = product_payload(
            id=1, name=name, updated=None, updateTimestamp=int(at.timestamp())
        )
        PRODUCTS.save(store.id, [payload], at)

    save("Sleeve", timedelta(hours=1))
    save("Older name", timedelta(minutes=30))

    assert found(store, "sleeve") == [1]
    assert found(store, "ärmel") == found(store, "older") == []


def test_deleted_product_is_not_found_until_it_is_back(store: Store) -> None:
    later = UPDATED_AT + timedelta(hours=1)
    PRODUCTS.mark_deleted(store.id, [1], later)

    assert found(store, "ärmel") == []
    assert SearchDocument.select().count() == len(NAMES) - 1

    row = product_row(remote_id=1, name="Ärmel", synced_at=later + timedelta(hours=1))
    Product.upsert([row | {"remote_updated_at": later}])
    assert found(store, "ärmel") == [1]


def test_erased_person_is_not_found_but_the_order_is(store: Store) -> None:
    CUSTOMERS.save(store.id, [customer_payload()], UPDATED_AT)
    ORDERS.save(store.id, [order_payload()], UPDATED_AT)

    assert erase_orders(store.id, [90]) == erase_customers(store.id, [12]) == 1

    texts = [row.text for row in SearchDocument.select().order_by(SearchDocument.id)]
    assert not [text for text in texts if "ad" in text or "@" in text or "rx1" in text]
    assert ids_in_index(Order, store, "EBJFT") == [90]
    assert ids_in_index(Order, store, "adler") == ids_in_index(Customer, store, "ada") == []


def test_texts_of_a_store_go_with_it(store: Store) -> None:
    Product.delete().execute()
    Store.delete().execute()

    assert SearchDocument.select().count() == 0
    assert ids_in_index(Product, store, "mug") == []


def ids_in_index(table: Any, store: Store, typed: str) -> list[int] | None:
    return find_matches(table, store.id, required_parts(typed))


def test_coupon_code_with_other_words_is_searched_by_update_time(store: Store) -> None:
    times = {1: 5, 2: 9, 3: 7}
    for number, hours in times.items():
        payload = coupon_payload(id=number, code=f"C{number}", updateDate=None)
        COUPONS.save(store.id, [payload], UPDATED_AT + timedelta(hours=hours))

    page = search_page(Coupon, store.id, "welcome", Coupon.remote_updated_at)

    assert [row.remote_id for row in page.rows] == [2, 3, 1]


LETTERS = st.text(
    st.one_of(
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")),
        st.sampled_from("aÄßİ\u0131ЧШ%_\"'*茶杯🫖"),
    ),
    min_size=3,
    max_size=12,
).filter(lambda text: not any(letter.isspace() for letter in text))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=LETTERS, data=st.data())
def test_every_part_of_a_name_finds_its_product(
    store: Store, word: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(word) - 3))
    part = word[start : data.draw(st.integers(start + 3, len(word)))]
    # An accent alone, for example, folds to nothing.
    assume(any(len(folded) >= 3 for folded in fold(part).split()))

    # Each example renames the product.
    Product.upsert([product_row(remote_id=1, name=f"Blue {word}", remote_updated_at=LATER)])

    assert 1 in (ids_in_index(Product, store, part) or [])


PLURALS = {
    "mugs": [1, 2],
    "mug": [1, 2],
    "boxes": [3],
    "toolboxes": [3],
    "berry": [4],
    "berries": [4],
    "blue mugs": [1],
    "tazas": [5],
    "tassen": [6],
    "mugging": [],
    "kaffeetassen": [6],
    "buses": [],
}


@pytest.mark.parametrize(("typed", "numbers"), PLURALS.items())
def test_plural_finds_the_singular_and_the_other_way_round(
    database: Database, typed: str, numbers: list[int]
) -> None:
    store = make_store()
    names = (
        "Blue mug, large",
        "Set of mugs",
        "Toolbox",
        "Berries",
        "Taza",
        "Kaffeetasse",
        "Boxing",
    )
    Product.upsert(product_row(remote_id=n, name=each) for n, each in enumerate(names, start=1))

    assert sorted(found(store, typed)) == numbers


def test_plurals_are_found_among_more_matches_than_the_index_lists(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_search, "MATCH_LIMIT", 1)

    assert found(store, "mugs") == [6, 5]


def test_surname_and_email_part_find_customers_and_orders_in_any_order(store: Store) -> None:
    customer = customer_payload(id=7, name="Ada Núñez", email="ada.nunez@example.com")
    CUSTOMERS.write(CUSTOMERS.map(store.id, [customer], UPDATED_AT))

    for typed in ("nunez", "NÚÑEZ ada", "nunez@exa", "example.com ada"):
        assert [each.remote_id for each in search_customers(store, search=typed).rows] == [7]
