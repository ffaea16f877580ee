"""Taxes of a calculation, one line for each tax and rate.

Source: Ecwid's documentation, "Calculate order details". An item's taxes contain those on its share
of the shipping. The handling fee, the surcharges and ``taxesOnShipping`` list taxes again, and the
documentation doesn't say whether ``tax`` contains them. So the combination that adds up is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from portal.rules.orders.calculations import Calculation, TaxLine
from portal.rules.orders.pricing import ZERO, Currency


def tax_lines(calculation: Calculation, currency: Currency) -> tuple[TaxLine, ...]:
    """Return the taxes that add up to the calculation's tax.

    One line without a name is returned if Ecwid names no taxes, or others.
    """
    tax = currency.rounded(calculation.tax)
    if not tax:
        return ()
    items = [line for item in calculation.items for line in item.taxes]
    charges = [line for charge in calculation.charges for line in charge.taxes]
    shipping = list(calculation.shipping_taxes)
    for lines in (items, items + charges, items + shipping, items + shipping + charges):
        if currency.rounded(sum((line.amount for line in lines), ZERO)) == tax:
            return tuple(_merged(lines))
    return (TaxLine("", ZERO, tax, is_included=calculation.prices_include_tax),)


def _merged(lines: Sequence[TaxLine]) -> Iterator[TaxLine]:
    keys = dict.fromkeys((line.name, line.rate, line.is_included) for line in lines)
    for name, rate, is_included in keys:
        amounts = (
            line.amount
            for line in lines
            if (line.name, line.rate, line.is_included) == (name, rate, is_included)
        )
        amount = sum(amounts, ZERO)
        if amount:
            yield TaxLine(name, rate, amount, is_included)
