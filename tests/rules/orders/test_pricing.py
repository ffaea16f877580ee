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
    ("code", "precision", "amount", "spelled"),
    [
        ("EUR", None, "24.9", "24.90"),
        ("EUR", None, "0", "0.00"),
        ("EUR", None, "-0.00", "0.00"),
        ("EUR", None, "-4.5", "-4.50"),
        ("EUR", None, "0.1250", "0.125"),
        ("EUR", None, "1E+3", "1000.00"),
        ("EUR", 0, "25", "25.00"),
        ("EUR", 3, "49.720", "49.72"),
        ("JPY", None, "2998.00", "2998"),
        ("jpy", 2, "2998.5", "2998.5"),
        ("KWD", None, "1.39", "1.390"),
        ("IQD", 0, "250", "250.000"),
        ("CLF", None, "0.5", "0.5000"),
        ("XYZ", None, "7", "7.00"),
    ],
)
def test_amount_has_one_spelling_in_its_currency(
    code: str, precision: int | None, amount: str, spelled: str
) -> None:
    assert str(Currency.of(code, precision).spelled(Decimal(amount))) == spelled


@given(
    st.sampled_from(["EUR", "JPY", "KWD", "CLF"]),
    st.decimals(-(10**12), 10**12, places=4),
    st.integers(0, 4),
)
def test_equal_amounts_are_spelled_equally_and_exactly(
    code: str, amount: Decimal, precision: int
) -> None:
    spelled = Currency.of(code, precision).spelled(amount)

    assert spelled == amount
    assert str(spelled) == str(Currency.of(code).spelled(amount.normalize()))
    assert len(str(spelled).partition(".")[2]) >= Currency.of(code).precision


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
