"""Taxes of an order by name: part of the prices, or on top of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.rules.orders.pricing import ZERO, Currency, allocate


@dataclass(frozen=True)
class TaxLine:
    """Tax of an order or of a part of it.

    ``is_included`` is None if the record doesn't say whether the prices contain the tax.
    ``is_of_items`` is False for taxes on shipping, fee and surcharges, which the items' taxes may
    contain already.
    """

    name: str
    amount: Decimal
    is_included: bool | None = None
    is_of_items: bool = True


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
    of_items = [line for line in taxes if line.is_of_items]
    found = next(
        (group for group in (of_items, list(taxes)) if _adds_up(group, tax, currency)), None
    )
    by_name: dict[tuple[str, bool], Decimal] = {}
    for line in of_items if found is None else found:
        key = (line.name, is_included if line.is_included is None else line.is_included)
        by_name[key] = by_name.get(key, ZERO) + line.amount
    amounts = [max(amount, ZERO) for amount in by_name.values()]
    if found is not None:
        shares = allocate(tax, amounts, currency)
    else:
        shares = [currency.rounded(amount) for amount in amounts]
    for (name, is_inside), amount in zip(by_name, shares, strict=True):
        yield TaxLine(name, amount, is_inside)
    if found is None:
        yield TaxLine("", tax - sum(shares, ZERO), is_included)


def _adds_up(taxes: Sequence[TaxLine], tax: Decimal, currency: Currency) -> bool:
    whole = sum((line.amount for line in taxes), ZERO)
    # Each tax of an item is rounded by itself.
    return abs(whole - tax) <= currency.unit * len(taxes) / 2
