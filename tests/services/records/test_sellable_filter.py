"""Lists of what a channel can sell have exactly the records that say so, at a bounded cost."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from portal.models import Product, Store, Variation
from portal.rules.orders.sale_terms import OWN_TERMS, SaleTerms
from portal.rules.records.sellable import SellablePolicy, UnsellableReason
from portal.services.mirror.resources import PRODUCTS as PRODUCT_RESOURCE
from portal.services.records import sellable_filter
from portal.services.records.list_queries import ListQuery
from portal.services.records.list_records import count_records, read_page
from portal.services.records.read_records import read_by_ids
from portal.services.records.record_views import (
    PRODUCTS,
    VARIATIONS,
    RecordView,
    offered_view,
)
from tests.factories import UPDATED_AT, make_store, product_payload
from tests.statements import count_statements

STORE = Store(id=1003, currency="EUR")
IMAGE = {"images": [{"id": "0", "isMain": True, "imageOriginalUrl": "https://images.example/a"}]}
UNFINISHED = frozenset({UnsellableReason.NO_IMAGE, UnsellableReason.WEIGHT_MISSING})
TERMS = (
    OWN_TERMS,
    SaleTerms(stock_buffer=2),
    SaleTerms(stock_buffer=1, policy=SellablePolicy(ignored=UNFINISHED)),
    SaleTerms(is_selling_paused=True),
)
COUNT = 40


def payload(number: int) -> dict[str, Any]:
    """Return a product; the numbers differ in what prevents a sale, and in their update times."""
    return product_payload(
        id=number,
        sku=f"SKU-{number % 4}",
        quantity=number % 7,
        enabled=number % 5 > 0,
        weight=0.3 if number % 3 else None,
        media=IMAGE if number % 4 else None,
        updateTimestamp=int(UPDATED_AT.timestamp()) - number // 2,
        combinations=[{"id": 100 + number, "combinationNumber": 1, "options": [], "quantity": 3}]
        if number % 6 == 0
        else [],
    )


@pytest.fixture
def catalog(database: Database) -> None:
    """A store with products that can be sold and others, some of them deleted."""
    make_store()
    PRODUCT_RESOURCE.save(1003, [payload(number) for number in range(1, COUNT + 1)], UPDATED_AT)
    for table in (Product, Variation):
        deleted = [each.remote_id for each in table.select() if each.remote_id % 9 == 0]
        table.update(deleted_at=UPDATED_AT).where(table.remote_id.in_(deleted)).execute()


@pytest.fixture
def small_scans(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few records are checked for a page."""
    monkeypatch.setattr(sellable_filter, "CHECK_LIMIT", 7)
    monkeypatch.setattr(sellable_filter, "CHECKED_AT_ONCE", 3)


def pages(view: RecordView, query: ListQuery, limit: int) -> list[list[int]]:
    """Return the ids on all pages of a list."""
    found, after = [], None
    while True:
        page = read_page(view, STORE, query, fields=("id",), limit=limit, after=after)
        found.append([row["id"] for row in page.rows])
        if page.next is None:
            return found
        after = page.next


def says_so(view: RecordView, query: ListQuery) -> list[int]:
    """Return the ids of the same list without the condition whose records meet it."""
    every = [each for page in pages(view, replace(query, sellable=None), 50) for each in page]
    facts = read_by_ids(view, STORE, every, fields=("id", "sellable"), include_deleted=True)
    return [each for each in every if facts[each]["sellable"]["is_sellable"] is query.sellable]


@given(
    view=st.sampled_from((PRODUCTS, VARIATIONS)),
    terms=st.sampled_from(TERMS),
    sort=st.sampled_from((None, "id", "-id")),
    filters=st.sampled_from(({}, {"is_in_stock": True}, {"sku": "SKU-1"})),
    sellable=st.booleans(),
    include_deleted=st.booleans(),
    limit=st.sampled_from((1, 2, 5, 50)),
)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_pages_have_exactly_the_records_that_say_so(
    catalog: None,
    small_scans: None,
    view: RecordView,
    terms: SaleTerms,
    sort: str | None,
    filters: dict[str, Any],
    sellable: bool,
    include_deleted: bool,
    limit: int,
) -> None:
    offered = offered_view(view, terms)
    query = ListQuery(filters, sort=sort, include_deleted=include_deleted, sellable=sellable)

    found = pages(offered, query, limit)

    assert [each for page in found for each in page] == says_so(offered, query)
    assert max(map(len, found)) <= limit


def test_examples_of_the_property_have_both_kinds(catalog: None) -> None:
    counts = [
        len(says_so(offered_view(PRODUCTS, terms), ListQuery(sellable=True))) for terms in TERMS
    ]

    assert 0 < counts[1] < counts[0] < COUNT
    assert counts[2] > counts[1]
    assert counts[3] == 0


def test_page_without_a_match_ends_after_the_limit_and_goes_on(
    catalog: None, small_scans: None
) -> None:
    hidden = offered_view(PRODUCTS, SaleTerms(stock_buffer=1000))
    query = ListQuery(sellable=True, sort="id")

    first = read_page(hidden, STORE, query, fields=("id",), limit=5)

    assert (list(first.rows), first.next and first.next.remote_id) == ([], 7)
    assert pages(hidden, query, 5)[-1] == []


@pytest.mark.promise(11)
def test_page_costs_a_bounded_number_of_statements(
    catalog: None, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sellable_filter, "CHECKED_AT_ONCE", 10)
    dear = offered_view(PRODUCTS, SaleTerms(stock_buffer=1000))
    paused = offered_view(PRODUCTS, SaleTerms(is_selling_paused=True))

    for view, limit, most in ((PRODUCTS, 2, 4), (dear, 2, 6), (paused, 2, 0)):
        with count_statements(database) as statements:
            read_page(view, STORE, ListQuery(sellable=True), fields=("id",), limit=limit)
        assert len(statements) <= most, statements


def test_count_is_exact_as_long_as_few_records_have_to_be_checked(
    catalog: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    query = ListQuery(sellable=True)
    exact = len(says_so(PRODUCTS, query))
    assert count_records(PRODUCTS, STORE, query) == (exact, True)
    paused = offered_view(PRODUCTS, SaleTerms(is_selling_paused=True))
    assert count_records(paused, STORE, query) == (0, True)

    monkeypatch.setattr(sellable_filter, "CHECK_LIMIT", 20)

    some = count_records(PRODUCTS, STORE, query)
    assert (0 < some.value < exact, some.is_exact) == (True, False)


def test_record_that_changes_between_check_and_reading_is_left_out() -> None:
    rows = [{"id": n, "sellable": {"is_sellable": n == 1}} for n in (1, 2)]

    assert [row["id"] for row in sellable_filter.drop_changed(rows, wanted=True)] == [1]
