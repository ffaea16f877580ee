"""Taxes of a store: which rates apply to an item, and the tax in or on an amount."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from portal.sandbox.pricing.money import HUNDRED, ZERO, Rounding, decimal
from portal.sandbox.pricing.order_lines import Line, cost_of
from portal.sandbox.pricing.zones import contains, find_zone
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import list_in, object_in


@dataclass(frozen=True)
class Rate:
    """One tax at the rate of an address, in percent."""

    tax_id: int
    name: str
    percent: Decimal
    taxes_shipping: bool
    by_default: bool


@dataclass(frozen=True)
class TaxAmount:
    """Tax in or on an amount. ``total`` is rounded."""

    rate: Rate
    total: Decimal


class TaxTable:
    """Rates of a store at the customer's addresses.

    With ``is_exempt`` no tax is charged: prices that include tax are reduced by it.
    """

    def __init__(
        self, settings: Body, addresses: dict[str, Body], rounding: Rounding, *, is_exempt: bool
    ) -> None:
        self.is_included = bool(settings["pricesIncludeTax"])
        self.is_exempt = is_exempt
        self._rounding = rounding
        self._rates = [
            Rate(
                tax_id=tax["id"],
                name=tax["name"],
                percent=_percent(tax, settings, addresses),
                taxes_shipping=tax["taxShipping"],
                by_default=tax["appliedByDefault"],
            )
            for tax in settings["taxes"]
            if tax["enabled"]
        ]

    @property
    def default_rates(self) -> list[Rate]:
        """Rates of everything that is no product."""
        return [rate for rate in self._rates if rate.by_default]

    def rates_of(self, line: Line) -> list[Rate]:
        """Return the rates of an item's product."""
        # Source (documented): REST docs, "Update store profile", taxes: appliedByDefault is for all
        # products, other taxes are for the products that have them in tax.enabledManualTaxes.
        # Source (documented): REST docs, "Search products", field tax.taxable.
        # Source (assumed): A tax class of a product changes no rate, because the sandbox has
        # manual taxes only.
        tax = object_in(line.product, "tax")
        if not tax.get("taxable", True):
            return []
        enabled = list_in(tax, "enabledManualTaxes")
        return [rate for rate in self._rates if rate.by_default or rate.tax_id in enabled]

    def _exact(self, amount: Decimal, rates: Sequence[Rate]) -> list[Decimal]:
        """Return the tax of each rate in or on an amount, without rounding."""
        # Source (documented): REST docs, "Calculate order details": pricesIncludeTax is true for
        # gross prices, false for net prices.
        # Source (assumed): The store's pricesIncludeTax decides for all taxes, and includeInPrice
        # of a single tax follows it.
        # Source (assumed): Gross prices stay the same in a zone with another rate.
        included = sum((rate.percent for rate in rates), ZERO) if self.is_included else ZERO
        return [amount * rate.percent / (HUNDRED + included) for rate in rates]

    def on(self, amount: Decimal, rates: Sequence[Rate]) -> list[TaxAmount]:
        """Return the rounded taxes in or on an amount."""
        # Source (assumed): The tax of each rate is rounded per line, not per order.
        exact = self._exact(amount, rates)
        return [TaxAmount(r, self._rounding.round(t)) for r, t in zip(rates, exact, strict=True)]

    def on_shares(self, amount: Decimal, lines: Sequence[Line]) -> list[TaxAmount]:
        """Return the taxes in or on a cost that all items of an order share, by their cost."""
        # Source (documented): REST docs, "Update store profile", taxes: taxShipping.
        # Source (assumed): Shipping is taxed at the rates of the items, in proportion to their
        # cost.
        totals: dict[Rate, Decimal] = {}
        cost = cost_of(lines)
        for line in lines:
            share = amount * line.total / cost if cost else amount / len(lines)
            rates = [rate for rate in self.rates_of(line) if rate.taxes_shipping]
            for rate, tax in zip(rates, self._exact(share, rates), strict=True):
                totals[rate] = totals.get(rate, ZERO) + tax
        return [TaxAmount(rate, self._rounding.round(tax)) for rate, tax in totals.items()]

    def without_tax(self, amount: Decimal, taxes: Sequence[TaxAmount]) -> Decimal:
        """Return an amount without the tax that it includes."""
        return amount - sum((tax.total for tax in taxes), ZERO) if self.is_included else amount

    def charged(self, tax: TaxAmount) -> TaxAmount:
        """Return the tax that the customer pays, which is 0 for an exempt customer."""
        # Source (documented): help article 213823045, "Handling tax exempt customers": they have a
        # rate of 0 % for all products.
        if not self.is_exempt:
            return tax
        return TaxAmount(replace(tax.rate, percent=ZERO), ZERO)

    def difference(self, taxes: Sequence[TaxAmount]) -> Decimal:
        """Return what taxes add to a total of prices: negative if an exemption reduces it."""
        # Source (assumed): A tax-exempt customer pays gross prices without their tax.
        amount = sum((tax.total for tax in taxes), ZERO)
        if self.is_exempt:
            return -amount if self.is_included else ZERO
        return ZERO if self.is_included else amount


def _percent(tax: Body, settings: Body, addresses: dict[str, Body]) -> Decimal:
    """Return the rate of a tax at the customer's address."""
    # Source (documented): REST docs, "Update store profile", taxes: useShippingAddress selects the
    # address, defaultTax is the rate if no zone matches.
    # Source (documented): knowledge base, "Taxes": the first matching zone of the list decides.
    # Source (assumed): An order without a country is taxed as in the country of the store.
    address = addresses["shipping" if tax["useShippingAddress"] else "billing"]
    place = address if address.get("countryCode") else settings["company"]
    for rule in tax["rules"]:
        zone = find_zone(settings["zones"], rule.get("zoneId"))
        if zone is not None and contains(zone, place):
            return decimal(rule.get("tax"))
    return decimal(tax["defaultTax"])


def tax_json(tax: TaxAmount, **more: Any) -> Body:
    """Return a tax as the API lists it."""
    return {
        "name": tax.rate.name,
        "value": float(tax.rate.percent),
        "total": float(tax.total),
        **more,
    }
