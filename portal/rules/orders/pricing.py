"""Prices and totals: exact, and in the precision of the store's currency."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

ZERO = Decimal(0)
HUNDRED = Decimal(100)
DEFAULT_PRECISION = 2
# Minor units by ISO 4217; all other currencies have two decimals. CLDR, the source of babel, has
# fewer for some of them, because it lists the digits that people use.
_NONE = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE = "BHD IQD JOD KWD LYD OMR TND"
_FOUR = "CLF UYW"
_PRECISIONS = {
    **dict.fromkeys(_NONE.split(), 0),
    **dict.fromkeys(_THREE.split(), 3),
    **dict.fromkeys(_FOUR.split(), 4),
}


@dataclass(frozen=True)
class Currency:
    """Currency, and the number of decimals that the store uses for it."""

    code: str
    precision: int = DEFAULT_PRECISION

    @classmethod
    def of(cls, code: str, precision: int | None = None) -> Currency:
        """Return a store's currency; ``precision`` None means the usual one of the currency."""
        return cls(code, minor_units(code) if precision is None else precision)

    @property
    def unit(self) -> Decimal:
        """Return the smallest amount, such as 0.01."""
        return Decimal(1).scaleb(-self.precision)

    def rounded(self, amount: Decimal) -> Decimal:
        """Return the amount rounded to whole units; halves round away from zero."""
        return amount.quantize(self.unit, ROUND_HALF_UP)

    def spelled(self, amount: Decimal) -> Decimal:
        """Return the exact amount with the decimals that the API and exports show: 24.90, or 2998.

        It has the decimals of ISO 4217, the same for all stores of a currency, and further ones if
        the amount has them. Equal amounts have equal texts.
        """
        return with_decimals(amount, minor_units(self.code))

    def format_amount(self, amount: Decimal) -> str:
        """Return the amount formatted for a sentence, such as ``1,250.00``."""
        return f"{self.rounded(amount):,f}"


def minor_units(code: str) -> int:
    """Return the decimals that ISO 4217 gives a currency; 2 for an unknown one."""
    return _PRECISIONS.get(code.upper(), DEFAULT_PRECISION)


# Cached, because prices repeat within a page. Equal numbers have one result.
@lru_cache(maxsize=4096)
def with_decimals(number: Decimal, decimals: int) -> Decimal:
    """Return an equal number with ``decimals`` decimals, or more if it needs them."""
    whole, _, fraction = f"{number:f}".partition(".")
    fraction = fraction.rstrip("0").ljust(decimals, "0")
    text = f"{whole}.{fraction}" if fraction else whole
    return Decimal(text if number else text.lstrip("-"))


class PriceTier(NamedTuple):
    """Price of one piece from ``quantity`` pieces on."""

    quantity: int
    price: Decimal


class Modifier(NamedTuple):
    """Price change of a chosen option: an amount, or a percentage of the price."""

    value: Decimal
    is_percent: bool = False


def unit_price(
    base: Decimal,
    quantity: int,
    tiers: Iterable[PriceTier] = (),
    modifiers: Sequence[Modifier] = (),
) -> Decimal:
    """Return the price of one of ``quantity`` pieces, not rounded and never below zero.

    The tier with the highest reached quantity replaces the base price. Percentages apply to the
    price after that.
    """
    reached = [tier for tier in tiers if 0 < tier.quantity <= quantity]
    price = max(reached, key=lambda tier: tier.quantity).price if reached else base
    added = (price * m.value / HUNDRED if m.is_percent else m.value for m in modifiers)
    return max(price + sum(added, ZERO), ZERO)


def allocate(amount: Decimal, weights: Sequence[Decimal], currency: Currency) -> list[Decimal]:
    """Return ``amount`` split in whole units by weight; the shares add up to it exactly.

    No share exceeds its weight unless the amount exceeds their sum. Leftover units go, one each, to
    the shares that lost most by rounding, then to the larger weight, then to the first.
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
