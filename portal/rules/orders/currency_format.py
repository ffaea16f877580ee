"""A store's own format of amounts, as its customers see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from portal.rules.orders.pricing import Currency

NO_BREAK_SPACE = "\u00a0"


@dataclass(frozen=True)
class CurrencyFormat:
    """Format of amounts from the store's settings "Formats & Units".

    ``hides_zero_fraction`` leaves out a fractional part of zeros, as in $5 for 5.00; other
    fractional parts keep all their digits.
    Source: REST docs, "Get store profile", formatsAndUnits.
    """

    prefix: str = ""
    suffix: str = ""
    group_separator: str = ","
    decimal_separator: str = "."
    hides_zero_fraction: bool = False

    def formatted(self, amount: Decimal, currency: Currency) -> str:
        """Return the amount rounded to the currency's precision, with the minus sign first."""
        rounded = currency.rounded(amount)
        whole, _, fraction = f"{abs(rounded):,f}".partition(".")
        text = whole.replace(",", self.group_separator)
        if fraction.strip("0") or (fraction and not self.hides_zero_fraction):
            text += self.decimal_separator + fraction
        sign = "-" if rounded < 0 else ""
        return f"{sign}{self.prefix}{text}{self.suffix}".replace(" ", NO_BREAK_SPACE)

    def document(self) -> dict[str, Any]:
        """Return the format as JSON."""
        return asdict(self)


def read_currency_format(document: Mapping[str, Any] | None) -> CurrencyFormat | None:
    """Return a format from its JSON; None if there is none."""
    return None if document is None else CurrencyFormat(**document)
