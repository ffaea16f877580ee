"""Count money as a store does: exact, and in the precision of its currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import NamedTuple

ZERO = Decimal(0)
HUNDRED = Decimal(100)
DEFAULT_PRECISION = 2
# Of ISO 4217; all others have two decimals.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_PRECISIONS = {**dict.fromkeys(_NONE.split(), 0), **dict.fromkeys(_THREE.split(), 3)}


@dataclass(frozen=True)
class Currency:
    """Hold a currency and with how many decimals a store counts in it."""

    code: str
    precision: int = DEFAULT_PRECISION

    @classmethod
    def of(cls, code: str, precision: int | None = None) -> Currency:
        """Return a store's currency; ``precision`` None means the one that the currency has."""
        usual = _PRECISIONS.get(code.upper(), DEFAULT_PRECISION)
        return cls(code, usual if precision is None else precision)

    @property
    def unit(self) -> Decimal:
        """Return the smallest amount, such as 0.01."""
        return Decimal(1).scaleb(-self.precision)

    def rounded(self, amount: Decimal) -> Decimal:
        """Return the amount in whole units; a half goes up."""
        return amount.quantize(self.unit, ROUND_HALF_UP)

    def format_amount(self, amount: Decimal) -> str:
        """Return the amount as it is written in a sentence, such as ``1,250.00``."""
        return f"{self.rounded(amount):,f}"


class PriceTier(NamedTuple):
    """Hold what one piece costs from a quantity on."""

    quantity: int
    price: Decimal


class Modifier(NamedTuple):
    """Hold what a chosen option adds to the price: an amount, or a share of it in percent."""

    value: Decimal
    is_percent: bool = False


def unit_price(
    base: Decimal,
    quantity: int,
    tiers: Iterable[PriceTier] = (),
    modifiers: Sequence[Modifier] = (),
) -> Decimal:
    """Return what one of ``quantity`` pieces costs, not rounded and never below zero.

    The tier with the highest quantity that is reached replaces the base; percentages are of what
    stands there then.
    """
    reached = [tier for tier in tiers if 0 < tier.quantity <= quantity]
    price = max(reached, key=lambda tier: tier.quantity).price if reached else base
    added = (price * m.value / HUNDRED if m.is_percent else m.value for m in modifiers)
    return max(price + sum(added, ZERO), ZERO)


def allocate(amount: Decimal, weights: Sequence[Decimal], currency: Currency) -> list[Decimal]:
    """Return ``amount`` shared out in whole units by weight; the shares add up to it exactly.

    No share is over its weight if the amount isn't over their sum. What rounding leaves goes, a
    unit each, to where it took most; among equals to the larger, then to the first.
    """
    whole = sum(weights, ZERO)
    if whole <= ZERO or amount <= ZERO:
        return [ZERO for _ in weights]
    exact = [amount * weight / whole for weight in weights]
    shares = [part.quantize(currency.unit, ROUND_DOWN) for part in exact]
    left = int((amount - sum(shares, ZERO)) / currency.unit)
    order = sorted(range(len(weights)), key=lambda i: (shares[i] - exact[i], -weights[i], i))
    for i in order[:left]:
        shares[i] += currency.unit
    return shares


@dataclass(frozen=True)
class Totals:
    """Hold what an order comes to, each amount in whole units of the currency.

    ``tax`` is part of the total either way; with ``prices_include_tax`` it is in the other amounts
    already. ``coupon_discount`` has the coupon's share of the shipping in it.
    """

    subtotal: Decimal
    coupon_discount: Decimal
    shipping: Decimal
    tax: Decimal
    prices_include_tax: bool

    @property
    def total(self) -> Decimal:
        """Return what is to be paid; never below zero."""
        before_tax = max(self.subtotal + self.shipping - self.coupon_discount, ZERO)
        return before_tax if self.prices_include_tax else before_tax + self.tax
