"""Taxes of an order, one line for each tax and rate.

Source: Ecwid's documentation, "Calculate order details" and "Get order". An item's taxes contain
those on its share of the shipping. The handling fee, the surcharges and ``taxesOnShipping`` list
taxes again, and the documentation doesn't say whether ``tax`` contains them. So the combination
whose sum is nearest to it is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import combinations

from portal.rules.orders.calculations import Calculation, TaxLine
from portal.rules.orders.pricing import ZERO, Currency, allocate

Lines = list[TaxLine]


def tax_lines(calculation: Calculation, currency: Currency) -> tuple[TaxLine, ...]:
    """Return the taxes, in whole units; together they are the calculation's tax.

    A line without a name has what the named taxes don't explain.
    """
    tax = currency.rounded(calculation.tax)
    if not tax:
        return ()
    groups = list(_groups(calculation))
    # The first of several groups that are equally near.
    nearest = min(groups, key=lambda group: abs(_sum(group) - tax))
    adds_up = _adds_up(nearest, tax, currency)
    merged = _merged(nearest if adds_up else groups[0])
    weights = [max(line.amount, ZERO) for line in merged]
    shares = allocate(tax, weights, currency) if adds_up else map(currency.rounded, weights)
    lines = [replace(line, amount=share) for line, share in zip(merged, shares, strict=True)]
    rest = tax - _sum(lines)
    lines.append(TaxLine("", ZERO, rest, is_included=calculation.prices_include_tax))
    return tuple(line for line in lines if line.amount)


def _groups(calculation: Calculation) -> Iterator[Lines]:
    """Yield the items' taxes with each combination of the other taxes, the smallest first."""
    items = [line for item in calculation.items for line in item.taxes]
    fee = calculation.handling_fee
    others = (
        calculation.shipping_taxes,
        tuple(line for charge in calculation.surcharges for line in charge.taxes),
        fee.taxes if fee else (),
    )
    for count in range(len(others) + 1):
        for combination in combinations(others, count):
            yield items + [line for lines in combination for line in lines]


def _adds_up(lines: Lines, tax: Decimal, currency: Currency) -> bool:
    whole = _sum(lines)
    # Each tax of an item is rounded by itself.
    return whole != ZERO and abs(whole - tax) <= currency.unit * len(lines) / 2


def _merged(lines: Lines) -> Lines:
    merged: dict[tuple[str, Decimal, bool], TaxLine] = {}
    for line in lines:
        key = (line.name, line.rate, line.is_included)
        before = merged[key].amount if key in merged else ZERO
        merged[key] = replace(line, amount=before + line.amount)
    return list(merged.values())


def _sum(lines: Sequence[TaxLine]) -> Decimal:
    return sum((line.amount for line in lines), ZERO)
