"""Amounts in the format and the precision of a store."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.orders.currency_format import CurrencyFormat, read_currency_format
from portal.rules.orders.pricing import Currency

DOLLARS = CurrencyFormat(prefix="$")
ZLOTY = CurrencyFormat(suffix=" zł", group_separator=" ", decimal_separator=",")
PLAIN = CurrencyFormat(prefix="Fr.", group_separator="")
SHORT = CurrencyFormat(prefix="$", hides_zero_fraction=True)


@pytest.mark.parametrize(
    ("style", "precision", "amount", "text"),
    [
        (DOLLARS, 2, "1234.5", "$1,234.50"),
        (DOLLARS, 3, "0.125", "$0.125"),
        (DOLLARS, 2, "0.125", "$0.13"),
        (DOLLARS, 2, "-0.125", "-$0.13"),
        (DOLLARS, 2, "-0.001", "$0.00"),
        (DOLLARS, 0, "1250", "$1,250"),
        (ZLOTY, 2, "1234567.8", "1\u00a0234\u00a0567,80\u00a0zł"),
        (PLAIN, 2, "1234567.8", "Fr.1234567.80"),
        (SHORT, 2, "5.00", "$5"),
        (SHORT, 2, "5.50", "$5.50"),
        (SHORT, 0, "5", "$5"),
        (SHORT, 2, "-1000", "-$1,000"),
    ],
)
def test_amount_is_formatted_like_in_the_store(
    style: CurrencyFormat, precision: int, amount: str, text: str
) -> None:
    assert style.formatted(Decimal(amount), Currency("XXX", precision)) == text


@given(
    amount=st.decimals(-(10**11), 10**11, places=4),
    precision=st.integers(0, 4),
    style=st.sampled_from([DOLLARS, ZLOTY, PLAIN, SHORT]),
)
def test_formatted_amount_is_the_amount_that_is_charged(
    amount: Decimal, precision: int, style: CurrencyFormat
) -> None:
    currency = Currency("XXX", precision)

    text = style.formatted(amount, currency)

    symbols = f"{style.prefix}{style.suffix}".replace(" ", "\u00a0")
    digits = text.replace(symbols, "").replace("\u00a0", "")
    if style.group_separator.strip():
        digits = digits.replace(style.group_separator, "")
    assert Decimal(digits.replace(style.decimal_separator, ".")) == currency.rounded(amount)


def test_format_is_stored_as_json() -> None:
    assert read_currency_format(ZLOTY.document()) == ZLOTY
    assert read_currency_format(None) is None
