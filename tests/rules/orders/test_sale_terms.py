"""A channel sells what is left above the stock buffer."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.orders.catalog_items import CatalogItem, CatalogVariation
from portal.rules.orders.sale_terms import OWN_TERMS, PAUSE_REASONS, SaleTerms, SellingPauseReason

BUFFERS = st.integers(0, 1000)
STOCKS = st.integers(-1000, 100_000)


@settings(max_examples=50)
@given(BUFFERS, STOCKS)
def test_buffer_takes_its_pieces_and_never_makes_a_stock_negative(buffer: int, stock: int) -> None:
    left = SaleTerms(buffer).left(stock)

    assert left == (stock - buffer if stock > buffer else min(stock, 0))
    assert OWN_TERMS.left(stock) == stock


def test_unlimited_stock_stays_unlimited() -> None:
    assert SaleTerms(5).left(None) is None


def test_offered_product_has_what_is_left_of_each_stock() -> None:
    variations = (
        CatalogVariation(1, None, {}, None, stock=7),
        CatalogVariation(2, None, {}, None, stock=2),
        CatalogVariation(3, None, {}, None, stock=None),
    )
    item = CatalogItem(5, "Mug", "MUG", Decimal(9), stock=4, variations=variations)

    offered = SaleTerms(3).offered(item)

    assert (offered.stock, [each.stock for each in offered.variations]) == (1, [4, 0, None])
    assert OWN_TERMS.offered(item) is item


def test_every_reason_has_a_text() -> None:
    assert set(PAUSE_REASONS) == set(SellingPauseReason)
