"""Taxes of an order by name: part of the prices, or on top of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

from portal.rules.orders.pricing import ZERO, Currency, allocate


class TaxedPart(StrEnum):
    """Part of an order that has taxes of its own."""

    ITEMS = "items"
    SHIPPING = "shipping"
    HANDLING_FEE = "handling_fee"
    SURCHARGES = "surcharges"


# The taxes of one part may contain those of another: Ecwid documents that an item's tax can contain
# its tax on shipping, and that the tax on shipping can contain that on the handling fee. The group
# whose sum is nearest to the order's tax counts.
# Source: REST docs, "Get order", taxes of items and taxesOnShipping.
OTHER_PARTS = (TaxedPart.SHIPPING, TaxedPart.SURCHARGES, TaxedPart.HANDLING_FEE)
PART_GROUPS = tuple(
    (TaxedPart.ITEMS, *others)
    for count in range(len(OTHER_PARTS) + 1)
    for others in combinations(OTHER_PARTS, count)
)


@dataclass(frozen=True)
class TaxLine:
    """Tax of an order or of a part of it.

    ``is_included`` is None if the record doesn't say whether the prices contain the tax.
    """

    name: str
    amount: Decimal
    is_included: bool | None = None
    part: TaxedPart = TaxedPart.ITEMS


def tax_lines(
    taxes: Sequence[TaxLine],
    tax: Decimal,
    currency: Currency,
    *,
    prices_include_tax: bool | None,
    left: Decimal | None,
) -> tuple[TaxLine, ...]:
    """Return the order's taxes by name, in whole units; together they are ``tax``.

    ``left`` is the part of the total that the other amounts leave; None if the total is unknown. It
    decides whether a tax is on top if neither the tax nor the order says so, as in records of older
    orders: the reading that leaves the smaller difference counts.
    """
    default = prices_include_tax
    if default is None:
        default = left is not None and abs(left) < abs(left - tax)
    lines = _named(taxes, currency.rounded(tax), currency, is_included=default)
    return tuple(line for line in lines if line.amount)


def _named(
    taxes: Sequence[TaxLine], tax: Decimal, currency: Currency, *, is_included: bool
) -> Iterator[TaxLine]:
    """Yield the taxes by name if they add up to ``tax``, else also a line without a name."""
    groups = [[line for line in taxes if line.part in parts] for parts in PART_GROUPS]
    # The first of several groups that are equally near.
    nearest = min(groups, key=lambda group: abs(_sum(group) - tax))
    adds_up = _adds_up(nearest, tax, currency)
    by_name: dict[tuple[str, bool], Decimal] = {}
    for line in nearest if adds_up else groups[0]:
        key = (line.name, is_included if line.is_included is None else line.is_included)
        by_name[key] = by_name.get(key, ZERO) + line.amount
    amounts = [max(amount, ZERO) for amount in by_name.values()]
    if adds_up:
        shares = allocate(tax, amounts, currency)
    else:
        shares = [currency.rounded(amount) for amount in amounts]
    for (name, is_inside), amount in zip(by_name, shares, strict=True):
        yield TaxLine(name, amount, is_inside)
    if not adds_up:
        yield TaxLine("", tax - sum(shares, ZERO), is_included)


def _adds_up(taxes: Sequence[TaxLine], tax: Decimal, currency: Currency) -> bool:
    whole = _sum(taxes)
    if not whole:
        return not tax
    # Each tax of an item is rounded by itself.
    return abs(whole - tax) <= currency.unit * len(taxes) / 2


def _sum(taxes: Sequence[TaxLine]) -> Decimal:
    return sum((line.amount for line in taxes), ZERO)
