"""Amounts in the precision of a store's currency."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import Any

from portal.sandbox.validation import is_number

ZERO = Decimal(0)
HUNDRED = Decimal(100)


def decimal(value: Any) -> Decimal:
    """Return a JSON number as a decimal; 0 for anything else."""
    return Decimal(str(value)) if is_number(value) else ZERO


def percent_of(amount: Decimal, percent: Decimal) -> Decimal:
    """Return a share of an amount, at most all of it."""
    return amount * min(percent, HUNDRED) / HUNDRED


@dataclass(frozen=True)
class Rounding:
    """Rounding to the decimals of a currency."""

    precision: int

    @property
    def unit(self) -> Decimal:
        """Smallest amount of the currency, for example 0.01."""
        return Decimal(1).scaleb(-self.precision)

    def round(self, amount: Decimal) -> Decimal:
        # Source (assumed): Half of the smallest unit is rounded up.
        return amount.quantize(self.unit, ROUND_HALF_UP)

    def split(self, amount: Decimal, limits: Sequence[Decimal]) -> list[Decimal]:
        """Split an amount in proportion to ``limits``; no part exceeds its limit.

        The parts add up to ``amount``, which is at most the sum of the limits. The units that
        rounding leaves go to the parts that lost most.
        """
        total = sum(limits, ZERO)
        if not total:
            return [ZERO for _ in limits]
        exact = [amount * limit / total for limit in limits]
        parts = [part.quantize(self.unit, ROUND_DOWN) for part in exact]
        missing = int((amount - sum(parts, ZERO)) / self.unit)
        by_loss = sorted(range(len(parts)), key=lambda n: parts[n] - exact[n])
        for n in by_loss[:missing]:
            parts[n] += self.unit
        return parts
