"""Tax that an exempt customer doesn't pay, in a store whose prices include it.

Source: Ecwid's help, "Handling tax exempt customers": a tax-exempt customer pays no tax on
anything. The documentation of "Calculate order details" has no field for the amount that prices
lose by this, so it is the rest of the total, within limits that the other fields set.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from portal.rules.orders.calculations import Calculation
from portal.rules.orders.named_amounts import DISCOUNTS, AmountKind, NamedAmount, sum_of
from portal.rules.orders.pricing import ZERO, Currency


def exemption_amount(
    calculation: Calculation, parts: Sequence[NamedAmount], subtotal: Decimal, currency: Currency
) -> NamedAmount | None:
    """Return the tax that the total lacks, None if no exemption explains the difference.

    ``parts`` are the other amounts, and ``subtotal`` is the sum of our lines.
    """
    lacking = sum_of(parts) - currency.rounded(calculation.total)
    listed = sum_of([part for part in parts if part.kind is AmountKind.TAX])
    is_listed_tax = ZERO < lacking == currency.rounded(listed)
    if not is_listed_tax and not _is_possible(calculation, parts, subtotal, lacking, currency):
        return None
    return NamedAmount(AmountKind.TAX_EXEMPTION, "", -lacking)


def is_net_subtotal(calculation: Calculation, subtotal: Decimal, currency: Currency) -> bool:
    """Return whether Ecwid calculated an exempt customer's items without the tax."""
    theirs = currency.rounded(calculation.subtotal)
    # No tax is higher than the price without it.
    return calculation.is_tax_exempt and subtotal / 2 <= theirs < subtotal


def _is_possible(
    calculation: Calculation,
    parts: Sequence[NamedAmount],
    subtotal: Decimal,
    lacking: Decimal,
    currency: Currency,
) -> bool:
    includes_tax = calculation.prices_include_tax or is_net_subtotal(
        calculation, subtotal, currency
    )
    gross = sum((part.amount for part in parts if part.amount > ZERO), ZERO)
    if not includes_tax or calculation.tax or not ZERO < lacking <= gross / 2:
        return False
    taxes = list(_taxes_in_prices(calculation, subtotal))
    if None in taxes:
        return True
    most = sum((tax for tax in taxes if tax is not None), ZERO)
    # Taxes are rounded by price and item.
    slack = currency.unit * (len(taxes) + len(calculation.items))
    has_discount = any(part.kind in DISCOUNTS and part.amount for part in parts)
    return lacking <= most + slack and (has_discount or lacking >= most - slack)


def _taxes_in_prices(calculation: Calculation, subtotal: Decimal) -> Iterator[Decimal | None]:
    """Yield the tax in each price by its gross and net value, None where Ecwid names no net one."""
    net = calculation.subtotal_without_tax
    if net is None and calculation.subtotal < subtotal:
        net = calculation.subtotal
    yield None if net is None else subtotal - net
    for charge in calculation.charges:
        yield None if charge.without_tax is None else charge.amount - charge.without_tax
    option = calculation.shipping
    if option is not None and option.rate:
        net = option.rate_without_tax
        yield None if net is None else option.rate - net
