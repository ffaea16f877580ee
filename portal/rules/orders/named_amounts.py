"""Named amounts: what an order's total consists of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.rules.orders.calculations import TaxLine
from portal.rules.orders.pricing import ZERO, Currency


class AmountKind(StrEnum):
    """Kind of an amount, in the order in which the amounts are listed.

    ``UNEXPLAINED`` is the difference of Ecwid's total from the sum of all other amounts; a new
    order with one is refused. ``ROUNDING`` is a small difference in an order of the store.
    """

    ITEMS = "items"
    COUPON = "coupon"
    VOLUME_DISCOUNT = "volume_discount"
    GROUP_DISCOUNT = "group_discount"
    VOLUME_AND_GROUP_DISCOUNT = "volume_and_group_discount"
    PROMOTION = "promotion"
    HANDLING_FEE = "handling_fee"
    SURCHARGE = "surcharge"
    SHIPPING = "shipping"
    SHIPPING_DISCOUNT = "shipping_discount"
    TAX = "tax"
    TAX_EXEMPTION = "tax_exemption"
    TIP = "tip"
    ROUNDING = "rounding"
    UNEXPLAINED = "unexplained"
    GIFT_CARD = "gift_card"


DISCOUNTS = frozenset(
    {
        AmountKind.COUPON,
        AmountKind.VOLUME_DISCOUNT,
        AmountKind.GROUP_DISCOUNT,
        AmountKind.VOLUME_AND_GROUP_DISCOUNT,
        AmountKind.PROMOTION,
    }
)
# Kinds that are listed even if they are zero.
ALWAYS_LISTED = frozenset({AmountKind.ITEMS, AmountKind.SHIPPING})


@dataclass(frozen=True)
class NamedAmount:
    """One part of a total; a reduction is negative. ``name`` is the store's text, or empty."""

    kind: AmountKind
    name: str
    amount: Decimal

    def document(self) -> dict[str, Any]:
        """Return the amount as JSON."""
        return {"kind": self.kind.value, "name": self.name, "amount": self.amount}


@dataclass(frozen=True)
class Breakdown:
    """A total in whole units, and the amounts that add up to it.

    ``taxes`` has all taxes; those that the prices include are no amounts of their own.
    """

    total: Decimal
    amounts: tuple[NamedAmount, ...]
    taxes: tuple[TaxLine, ...]

    @property
    def unexplained(self) -> Decimal:
        """Return the part of the total that Ecwid's amounts don't explain."""
        return sum_of([part for part in self.amounts if part.kind is AmountKind.UNEXPLAINED])


def sum_of(parts: Sequence[NamedAmount]) -> Decimal:
    """Return the sum of the amounts."""
    return sum((part.amount for part in parts), ZERO)


def in_units(
    parts: Sequence[NamedAmount], total: Decimal, currency: Currency
) -> tuple[NamedAmount, ...] | None:
    """Return the amounts in whole units of the currency, None if they don't add up to ``total``.

    Amounts that Ecwid didn't round may add up to the total although the rounded ones differ by some
    units. Those units go to the amounts that lost or gained most by rounding.
    """
    rounded = [replace(part, amount=currency.rounded(part.amount)) for part in parts]
    left = total - sum_of(rounded)
    if left and currency.rounded(sum_of(parts)) != total:
        return None
    step = currency.unit.copy_sign(left)
    losses = [
        (before.amount - after.amount) * step for before, after in zip(parts, rounded, strict=True)
    ]
    by_loss = sorted(range(len(parts)), key=lambda n: losses[n], reverse=True)
    for n in by_loss[: int(left / step)]:
        rounded[n] = replace(rounded[n], amount=rounded[n].amount + step)
    return tuple(rounded)
