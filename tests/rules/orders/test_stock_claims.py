"""The rest of a reported stock is certain, or known to be uncertain; it is never too much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.orders.catalog_items import CatalogItem, CatalogVariation
from portal.rules.orders.stock_claims import (
    SEARCH_LAG,
    StockClaim,
    remaining_stock,
    with_remaining_stock,
)

READ_AT = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
JUST_NOW = READ_AT - timedelta(seconds=2)
LONG_AGO = READ_AT - SEARCH_LAG


def settled(quantity: int, stock: int, at: datetime = JUST_NOW) -> StockClaim:
    return StockClaim(quantity, stock, at)


def in_flight(quantity: int, stock: int) -> StockClaim:
    return StockClaim(quantity, stock, None)


@pytest.mark.parametrize(
    ("stock", "claims", "least", "most"),
    [
        pytest.param(5, [], 5, 5, id="nothing was sold"),
        pytest.param(5, [settled(2, 5)], 3, 3, id="the search lags"),
        pytest.param(3, [settled(2, 5)], 3, 3, id="the search shows the order"),
        pytest.param(5, [settled(2, 7, LONG_AGO)], 5, 5, id="an old order"),
        pytest.param(1, [in_flight(1, 1)], 0, 1, id="an order in flight may fail"),
        pytest.param(0, [in_flight(1, 1)], -1, 0, id="an order in flight may be shown"),
        pytest.param(9, [settled(2, 10), settled(3, 10)], 4, 9, id="the shop sold one, too"),
        pytest.param(8, [settled(2, 10), settled(3, 10)], 5, 5, id="the first order is shown"),
        pytest.param(5, [settled(2, 10), settled(3, 10)], 5, 5, id="both orders are shown"),
        pytest.param(5, [settled(2, 10), settled(3, 8)], 5, 5, id="the second one saw the first"),
        pytest.param(11, [settled(1, 1)], 10, 11, id="the shop got new stock"),
        pytest.param(7, [in_flight(1, 8), settled(1, 8)], 6, 7, id="the later one is shown"),
        pytest.param(4, [settled(1, 6), settled(1, 4)], 2, 3, id="the shop sold one in between"),
    ],
)
def test_remaining_stock(stock: int, claims: list[StockClaim], least: int, most: int) -> None:
    assert remaining_stock(stock, READ_AT, claims) == (least, most)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_least_is_never_more_than_the_store_has(data: st.DataObject) -> None:
    """A lagging search shows any earlier state; nobody else changes the stock."""
    quantities = data.draw(st.lists(st.integers(1, 3), max_size=6))
    stock, history, claims = 20, [20], []
    shown = 0
    for quantity in quantities:
        shown = data.draw(st.integers(shown, len(history) - 1))
        claims.append(settled(quantity, history[shown]))
        stock -= quantity
        history.append(stock)
    shown = data.draw(st.integers(shown, len(history) - 1))

    found = remaining_stock(history[shown], READ_AT, claims)

    assert found == (stock, stock)


def test_too_many_possible_sums_leave_it_uncertain() -> None:
    claims = [settled(2**number, 10**6) for number in range(18)]

    found = remaining_stock(10**6 - 2**17, READ_AT, claims)

    assert found == (10**6 - 2**17 - (2**18 - 1), 10**6 - 2**17)


def test_stock_of_a_product_and_its_variations_is_adjusted() -> None:
    own = CatalogVariation(7, None, {}, None, stock=4)
    shared = CatalogVariation(8, None, {}, None, stock=None, shares_stock=True)
    item = CatalogItem(5, "Mug", None, Decimal(9), stock=10, variations=(own, shared))
    claims = {(5, 0): [settled(2, 10)], (5, 7): [in_flight(9, 4)]}

    careful = with_remaining_stock(item, READ_AT, claims, is_cautious=True)
    certain = with_remaining_stock(item, READ_AT, claims, is_cautious=False)

    assert (careful.stock, [each.stock for each in careful.variations]) == (8, [0, None])
    assert (certain.stock, [each.stock for each in certain.variations]) == (8, [4, None])
