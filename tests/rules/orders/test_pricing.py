"""Prices are exact, in the precision of the store's currency."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.orders.pricing import (
    Currency,
    Modifier,
    PriceTier,
    allocate,
    unit_price,
)

TIERS = (PriceTier(10, Decimal(8)), PriceTier(5, Decimal(9)))


@pytest.mark.parametrize(
    ("code", "precision", "shown"),
    [
        ("EUR", None, "1,234.57"),
        ("JPY", None, "1,235"),
        ("KWD", None, "1,234.565"),
        ("EUR", 0, "1,235"),
    ],
)
def test_amount_is_shown_in_the_precision_of_its_currency(
    code: str, precision: int | None, shown: str
) -> None:
    assert Currency.of(code, precision).format_amount(Decimal("1234.565")) == shown


@pytest.mark.parametrize(
    ("quantity", "modifiers", "price"),
    [
        (1, (), "10"),
        (4, (Modifier(Decimal("2.50")),), "12.50"),
        (5, (), "9"),
        (12, (Modifier(Decimal(25), is_percent=True),), "10.00"),
        (1, (Modifier(Decimal(-30)),), "0"),
    ],
)
def test_unit_price_depends_on_quantity_and_options(
    quantity: int, modifiers: tuple[Modifier, ...], price: str
) -> None:
    assert unit_price(Decimal(10), quantity, TIERS, modifiers) == Decimal(price)


@given(st.lists(st.integers(0, 10_000), max_size=8), st.data())
def test_shares_add_up_exactly(weights: list[int], data: st.DataObject) -> None:
    currency = Currency.of("EUR")
    amount = data.draw(st.integers(0, sum(weights)))

    shares = allocate(amount * currency.unit, [w * currency.unit for w in weights], currency)

    assert sum(shares) == amount * currency.unit
    assert all(0 <= share <= w * currency.unit for share, w in zip(shares, weights, strict=True))
