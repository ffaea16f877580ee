"""Totals of an order: Ecwid's total, and the named amounts that add up to it.

Ecwid's total is the total; adding up is a check. Its sources leave some readings open, so a few
are tried, the documented one first. A total that no reading explains makes the order invalid.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from portal.rules.orders.calculations import Calculation, TaxLine
from portal.rules.orders.named_amounts import (
    ALWAYS_LISTED,
    DISCOUNTS,
    AmountKind,
    NamedAmount,
    in_units,
    sum_of,
)
from portal.rules.orders.pricing import ZERO, Currency
from portal.rules.orders.promotions import promotion_amounts
from portal.rules.orders.tax_exemption import exemption_amount
from portal.rules.orders.taxes import tax_lines

Parts = list[NamedAmount]


@dataclass(frozen=True)
class Totals:
    """Totals of an order, each in whole units of the currency.

    ``amounts`` add up to ``total``. ``subtotal`` is the sum of our lines. ``taxes`` has all taxes;
    those that the prices include are no amounts of their own.
    """

    total: Decimal
    subtotal: Decimal
    coupon_discount: Decimal
    shipping: Decimal
    tax: Decimal
    prices_include_tax: bool
    amounts: tuple[NamedAmount, ...]
    taxes: tuple[TaxLine, ...] = ()

    @property
    def unexplained(self) -> Decimal:
        """Return the part of the total that Ecwid's amounts don't explain."""
        return sum_of([part for part in self.amounts if part.kind is AmountKind.UNEXPLAINED])


def estimated_totals(subtotal: Decimal, coupon_discount: Decimal, coupon: str) -> Totals:
    """Return the totals of an order that Ecwid couldn't calculate; it can't be ordered."""
    amounts = [NamedAmount(AmountKind.ITEMS, "", subtotal)]
    if coupon_discount:
        amounts.append(NamedAmount(AmountKind.COUPON, coupon, -coupon_discount))
    return Totals(
        total=subtotal - coupon_discount,
        subtotal=subtotal,
        coupon_discount=coupon_discount,
        shipping=ZERO,
        tax=ZERO,
        prices_include_tax=True,
        amounts=tuple(amounts),
    )


def calculated_totals(
    calculation: Calculation, subtotal: Decimal, coupon: str, currency: Currency
) -> Totals:
    """Return the totals by Ecwid's calculation.

    ``subtotal`` is the sum of our lines, and ``coupon`` the coupon's code or an empty text.
    """
    total = currency.rounded(calculation.total)
    taxes = tax_lines(calculation, currency)
    return Totals(
        total=total,
        subtotal=subtotal,
        coupon_discount=currency.rounded(calculation.coupon_discount),
        shipping=currency.rounded(calculation.shipping.rate) if calculation.shipping else ZERO,
        tax=currency.rounded(calculation.tax),
        prices_include_tax=calculation.prices_include_tax,
        amounts=_amounts(calculation, subtotal, coupon, currency),
        taxes=tuple(
            TaxLine(line.name, line.rate, currency.rounded(line.amount), line.is_included)
            for line in taxes
        ),
    )


def _amounts(
    calculation: Calculation, subtotal: Decimal, coupon: str, currency: Currency
) -> tuple[NamedAmount, ...]:
    total = currency.rounded(calculation.total)
    # Items of an exempt customer may be calculated without the tax that our prices include.
    items = subtotal if calculation.is_tax_exempt else calculation.subtotal
    readings = [
        [NamedAmount(AmountKind.ITEMS, "", items), *rest]
        for rest in _readings(calculation, coupon, currency)
    ]
    for parts in readings:
        explained = in_units(parts, total, currency)
        if explained is None:
            explained = in_units(_capped(parts, total), total, currency)
        if explained is not None:
            return _listed(explained)
    documented = readings[0]
    if calculation.is_tax_exempt:
        exemption = exemption_amount(calculation, documented, subtotal, currency)
        explained = in_units([*documented, exemption], total, currency) if exemption else None
        if explained is not None:
            return _listed(explained)
    rounded = in_units(documented, currency.rounded(sum_of(documented)), currency) or ()
    left = total - sum_of(rounded)
    return _listed((*rounded, NamedAmount(AmountKind.UNEXPLAINED, "", left)))


def _readings(calculation: Calculation, coupon: str, currency: Currency) -> Iterator[Parts]:
    """Yield the amounts beside the items, in each way to read the calculation."""
    discounts = list(_discount_readings(calculation))
    tax_readings = list(_tax_readings(calculation, currency))
    # What an exempt customer doesn't pay of a charge is a part of the exemption.
    net_readings = (False,) if calculation.is_tax_exempt else (False, True)
    for discount, has_net_charges, taxes in product(discounts, net_readings, tax_readings):
        yield [
            NamedAmount(AmountKind.COUPON, coupon, -calculation.coupon_discount),
            *promotion_amounts(calculation, discount, currency),
            *_charges(calculation, is_net=has_net_charges),
            *taxes,
            NamedAmount(AmountKind.GIFT_CARD, "", -calculation.gift_card),
        ]


def _discount_readings(calculation: Calculation) -> Iterator[Decimal]:
    """Yield the sum of the promotions.

    The documentation of "Create order" says in one row that ``discount`` contains the coupon, and
    in the next that it doesn't.
    """
    kinds = (
        calculation.volume_discount,
        calculation.group_discount,
        calculation.volume_and_group_discount,
    )
    if calculation.discount is None:
        yield sum(kinds, ZERO)
        return
    yield calculation.discount
    if ZERO < calculation.coupon_discount <= calculation.discount:
        yield calculation.discount - calculation.coupon_discount


def _tax_readings(calculation: Calculation, currency: Currency) -> Iterator[Parts]:
    """Yield the taxes on top of the prices, by each tax's own mark or by that of the store."""
    lines = tax_lines(calculation, currency)
    yield _tax_amounts(tuple(line for line in lines if not line.is_included))
    yield [] if calculation.prices_include_tax else _tax_amounts(lines)


def _tax_amounts(lines: tuple[TaxLine, ...]) -> Parts:
    return [NamedAmount(AmountKind.TAX, line.name, line.amount) for line in lines]


def _charges(calculation: Calculation, *, is_net: bool) -> Iterator[NamedAmount]:
    """Yield fees, surcharges, shipping and tips; ``is_net`` says that their tax is listed."""
    fee = calculation.handling_fee
    for charge in calculation.charges:
        amount = charge.without_tax if is_net and charge.without_tax is not None else charge.amount
        kind = AmountKind.TIP if charge.is_tip else AmountKind.SURCHARGE
        yield NamedAmount(AmountKind.HANDLING_FEE if charge is fee else kind, charge.name, amount)
    option = calculation.shipping
    if option is not None:
        rate = option.rate_without_tax if is_net else None
        yield NamedAmount(AmountKind.SHIPPING, option.name, option.rate if rate is None else rate)


def _capped(parts: Parts, total: Decimal) -> Parts:
    """Return the amounts with discounts that take no more than there is.

    A discount may be larger than the items, or than the whole order; Ecwid's total is never
    negative.
    """
    excess = total - sum_of(parts)
    discounts = [part for part in parts if part.kind in DISCOUNTS]
    items = sum_of([part for part in parts if part.kind is AmountKind.ITEMS])
    if excess <= ZERO or not (total == ZERO or excess == -sum_of(discounts) - items):
        return parts
    capped: Parts = []
    for part in reversed(parts):
        amount = part.amount
        if part.kind in DISCOUNTS and amount < ZERO:
            given_back = min(excess, -amount)
            excess -= given_back
            amount += given_back
        capped.append(NamedAmount(part.kind, part.name, amount))
    return capped[::-1]


def _listed(parts: tuple[NamedAmount, ...]) -> tuple[NamedAmount, ...]:
    """Return the amounts in the order of their kinds, without those that are zero."""
    order = list(AmountKind)
    kept = (part for part in parts if part.amount or part.kind in ALWAYS_LISTED)
    return tuple(sorted(kept, key=lambda part: order.index(part.kind)))
