"""Breakdown of Ecwid's total of an order: the named amounts that add up to it.

Ecwid's total is the total; adding up is a check. Its sources leave some readings open, so a few
are tried, the documented one first. A total that no reading explains has an unexplained amount.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import chain, product

from portal.rules.orders.calculations import Calculation, TaxLine
from portal.rules.orders.named_amounts import (
    ALWAYS_LISTED,
    DISCOUNTS,
    AmountKind,
    Breakdown,
    NamedAmount,
    in_units,
    sum_of,
)
from portal.rules.orders.pricing import ZERO, Currency
from portal.rules.orders.promotions import promotion_amounts
from portal.rules.orders.tax_exemption import exemption_amount
from portal.rules.orders.taxes import tax_lines

Parts = list[NamedAmount]
Taxes = tuple[TaxLine, ...]


def break_down(
    calculation: Calculation,
    subtotal: Decimal,
    coupon: str,
    currency: Currency,
    *,
    has_total: bool = True,
) -> Breakdown:
    """Return the named amounts of Ecwid's total.

    ``subtotal`` is the sum of our lines, and ``coupon`` the coupon's code or an empty text. Without
    a total the sum of the amounts is the total.
    """
    # Items of an exempt customer may be calculated without the tax that our prices include.
    items = subtotal if calculation.is_tax_exempt else calculation.subtotal
    readings = _readings(calculation, items, coupon, currency)
    documented, documented_taxes = next(readings)
    total = currency.rounded(calculation.total if has_total else sum_of(documented))
    for parts, taxes in chain([(documented, documented_taxes)], readings):
        explained = in_units(parts, total, currency)
        if explained is None:
            explained = in_units(_capped(parts, total), total, currency)
        if explained is not None:
            return Breakdown(total, _listed(explained), taxes)
    if calculation.is_tax_exempt:
        exemption = exemption_amount(calculation, documented, subtotal, currency)
        explained = in_units([*documented, exemption], total, currency) if exemption else None
        if explained is not None:
            return Breakdown(total, _listed(explained), documented_taxes)
    rounded = in_units(documented, currency.rounded(sum_of(documented)), currency) or ()
    left = NamedAmount(AmountKind.UNEXPLAINED, "", total - sum_of(rounded))
    return Breakdown(total, _listed((*rounded, left)), documented_taxes)


def _readings(
    calculation: Calculation, items: Decimal, coupon: str, currency: Currency
) -> Iterator[tuple[Parts, Taxes]]:
    """Yield the amounts and the taxes, in each way to read the calculation."""
    # The tax in a charge that an exempt customer doesn't pay is a part of the exemption.
    net_readings = (False,) if calculation.is_tax_exempt else (False, True)
    for shipping_discount, discount, has_net_charges, taxes in product(
        _shipping_discounts(calculation),
        _discount_readings(calculation),
        net_readings,
        _tax_readings(calculation, currency),
    ):
        parts = [
            NamedAmount(AmountKind.ITEMS, "", items),
            NamedAmount(AmountKind.COUPON, coupon, -calculation.coupon_discount),
            *promotion_amounts(calculation, discount, currency),
            *_charges(calculation, is_net=has_net_charges),
            NamedAmount(AmountKind.SHIPPING_DISCOUNT, "", -shipping_discount),
            *(
                NamedAmount(AmountKind.TAX, line.name, line.amount)
                for line in taxes
                if not line.is_included
            ),
            NamedAmount(AmountKind.GIFT_CARD, "", -calculation.gift_card),
        ]
        yield parts, taxes


def _shipping_discounts(calculation: Calculation) -> Iterator[Decimal]:
    """Yield the store's discount on shipping, which the other discounts may contain."""
    yield ZERO
    option = calculation.shipping
    if option is not None and option.discounted_rate is not None:
        yield option.rate - option.discounted_rate


def _discount_readings(calculation: Calculation) -> Iterator[Decimal]:
    """Yield the sum of the promotions.

    The documentation of "Create order" says in one row that ``discount`` contains the coupon, and
    in the next that it doesn't.
    """
    by_kind = calculation.volume_discount + calculation.group_discount
    by_kind += calculation.volume_and_group_discount
    discount = by_kind if calculation.discount is None else calculation.discount
    yield discount
    if ZERO < calculation.coupon_discount <= discount:
        yield discount - calculation.coupon_discount
    if discount < by_kind:
        yield by_kind


def _tax_readings(calculation: Calculation, currency: Currency) -> Iterator[Taxes]:
    """Yield the taxes, on top of the prices by each tax's own mark or by that of the store."""
    lines = tax_lines(calculation, currency)
    yield lines
    yield tuple(replace(line, is_included=calculation.prices_include_tax) for line in lines)


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
        capped.append(replace(part, amount=amount))
    return capped[::-1]


def _listed(parts: tuple[NamedAmount, ...]) -> tuple[NamedAmount, ...]:
    """Return the amounts in the order of their kinds, without those that are zero."""
    order = list(AmountKind)
    kept = (part for part in parts if part.amount or part.kind in ALWAYS_LISTED)
    return tuple(sorted(kept, key=lambda part: order.index(part.kind)))
