"""Totals of a quote, by Ecwid's calculation of the order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from portal.rules.orders.breakdowns import break_down
from portal.rules.orders.calculations import Calculation
from portal.rules.orders.coupon_terms import CouponResult
from portal.rules.orders.named_amounts import AmountKind, Breakdown, NamedAmount
from portal.rules.orders.pricing import ZERO, Currency


@dataclass(frozen=True)
class Totals(Breakdown):
    """Totals of an order, each in whole units; ``subtotal`` is the sum of our lines."""

    subtotal: Decimal
    coupon_discount: Decimal
    shipping: Decimal
    tax: Decimal
    prices_include_tax: bool


def quoted_totals(
    calculation: Calculation | None,
    subtotal: Decimal,
    coupon_result: CouponResult | None,
    currency: Currency,
) -> Totals:
    """Return the totals of a quote; ``calculation`` is None if Ecwid couldn't calculate it."""
    code = coupon_result.code if coupon_result else ""
    if calculation is None:
        discount = coupon_result.total_discount if coupon_result else ZERO
        return estimated_totals(subtotal, discount, code)
    return calculated_totals(calculation, subtotal, code, currency)


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
        taxes=(),
    )


def calculated_totals(
    calculation: Calculation, subtotal: Decimal, coupon: str, currency: Currency
) -> Totals:
    """Return the totals by Ecwid's calculation.

    ``subtotal`` is the sum of our lines, and ``coupon`` the coupon's code or an empty text.
    """
    breakdown = break_down(calculation, subtotal, coupon, currency)
    return Totals(
        total=breakdown.total,
        subtotal=subtotal,
        coupon_discount=currency.rounded(calculation.coupon_discount),
        shipping=currency.rounded(calculation.shipping.rate) if calculation.shipping else ZERO,
        tax=currency.rounded(calculation.tax),
        prices_include_tax=calculation.prices_include_tax,
        amounts=breakdown.amounts,
        taxes=breakdown.taxes,
    )
