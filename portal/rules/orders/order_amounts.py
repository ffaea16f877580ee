"""Amounts of an order of the store, each with its kind and name, that add up to the total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from portal.rules.orders.breakdowns import break_down
from portal.rules.orders.calculations import Calculation
from portal.rules.orders.named_amounts import AmountKind, Breakdown
from portal.rules.orders.pricing import ZERO, Currency


@dataclass(frozen=True)
class Refund:
    """Refund of an order; the store may give no time and no reason."""

    amount: Decimal
    at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class StoredOrder:
    """Amounts of an order as the store has them.

    Records of older orders don't say whether their prices include the tax: ``readings`` then has
    the amounts for both cases.
    """

    readings: Sequence[Calculation]
    has_total: bool = True
    refunded: Decimal = ZERO
    refunds: Sequence[Refund] = ()


@dataclass(frozen=True)
class OrderAmounts(Breakdown):
    """Amounts of an order, and its refunds."""

    refunds: tuple[Refund, ...]

    @property
    def refunded(self) -> Decimal:
        """Return the sum of all refunds."""
        return sum((refund.amount for refund in self.refunds), ZERO)

    @property
    def balance(self) -> Decimal:
        """Return the total without the refunds."""
        return self.total - self.refunded


def order_amounts(order: StoredOrder, currency: Currency) -> OrderAmounts:
    """Return the order's amounts, each in whole units of the currency.

    If they don't add up to the store's total, an unexplained amount has the difference.
    """
    breakdowns = [
        break_down(
            reading, reading.subtotal, reading.coupon_code, currency, has_total=order.has_total
        )
        for reading in order.readings
    ]
    # The first of two that leave the same difference.
    nearest = min(breakdowns, key=lambda breakdown: abs(breakdown.unexplained))
    amounts = nearest.amounts
    if abs(nearest.unexplained) <= currency.unit * len(amounts) / 2:
        amounts = tuple(
            replace(part, kind=AmountKind.ROUNDING) if part.kind is AmountKind.UNEXPLAINED else part
            for part in amounts
        )
    refunds = tuple(_refunds(order, currency))
    return OrderAmounts(nearest.total, amounts, nearest.taxes, refunds)


def _refunds(order: StoredOrder, currency: Currency) -> Iterator[Refund]:
    """Yield the refunds, and one without details if the store has refunded more."""
    rounded = [replace(refund, amount=currency.rounded(refund.amount)) for refund in order.refunds]
    yield from rounded
    more = currency.rounded(order.refunded) - sum((refund.amount for refund in rounded), ZERO)
    if more > ZERO:
        yield Refund(more)
