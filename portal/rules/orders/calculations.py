"""Ecwid's amounts of a new or a stored order, without any check.

Sources: Ecwid's documentation, "Calculate order details", and `CalculateOrderDetailsResult` of the
official Java client.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from portal.rules.orders.pricing import ZERO


@dataclass(frozen=True)
class ShippingOption:
    """Shipping or pickup method that the store offers for this order.

    ``discounted_rate`` is the rate after the store's discount on shipping, None if there is none.
    """

    id: str
    name: str
    rate: Decimal
    is_pickup: bool = False
    fulfillment_type: str = ""
    carrier: str = ""
    rate_without_tax: Decimal | None = None
    discounted_rate: Decimal | None = None

    def document(self) -> dict[str, Any]:
        """Return the option as JSON."""
        return {"id": self.id, "name": self.name, "rate": self.rate, "is_pickup": self.is_pickup}


@dataclass(frozen=True)
class TaxLine:
    """One tax with its rate in percent; ``is_included`` taxes are part of the prices."""

    name: str
    rate: Decimal
    amount: Decimal
    is_included: bool

    def document(self) -> dict[str, Any]:
        """Return the tax as JSON."""
        return {
            "name": self.name,
            "rate": self.rate,
            "amount": self.amount,
            "is_included": self.is_included,
        }


@dataclass(frozen=True)
class Charge:
    """Handling fee, surcharge or tip; ``without_tax`` is None if Ecwid doesn't name it."""

    name: str
    amount: Decimal
    without_tax: Decimal | None = None
    is_tip: bool = False
    taxes: tuple[TaxLine, ...] = ()


@dataclass(frozen=True)
class Promotion:
    """One discount of the store; ``value`` is an amount, or a percentage of the subtotal."""

    value: Decimal
    is_percent: bool = False
    base: str = ""
    description: str = ""


@dataclass(frozen=True)
class CalculatedItem:
    """Calculated amounts of one item; ``price`` and ``tax`` are None if Ecwid doesn't name them."""

    price: Decimal | None = None
    tax: Decimal | None = None
    taxes: tuple[TaxLine, ...] = ()
    order_fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Calculation:
    """Ecwid's calculation of an order; a stored order has the same fields.

    A missing amount is zero, except in the fields where None says that Ecwid doesn't name it.
    ``shipping`` is the option that the total includes. ``order_fields`` are the calculated fields
    that an order stores as they are.
    """

    total: Decimal
    subtotal: Decimal = ZERO
    subtotal_without_tax: Decimal | None = None
    tax: Decimal = ZERO
    prices_include_tax: bool = False
    is_tax_exempt: bool = False
    coupon_code: str = ""
    coupon_discount: Decimal = ZERO
    discount: Decimal | None = None
    volume_discount: Decimal = ZERO
    group_discount: Decimal = ZERO
    volume_and_group_discount: Decimal = ZERO
    customer_group: str = ""
    promotions: tuple[Promotion, ...] = ()
    handling_fee: Charge | None = None
    surcharges: tuple[Charge, ...] = ()
    gift_card: Decimal = ZERO
    shipping: ShippingOption | None = None
    shipping_taxes: tuple[TaxLine, ...] = ()
    shipping_options: tuple[ShippingOption, ...] = ()
    items: tuple[CalculatedItem, ...] = ()
    order_fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def charges(self) -> tuple[Charge, ...]:
        """Return the handling fee, the surcharges and the tips."""
        return (self.handling_fee, *self.surcharges) if self.handling_fee else self.surcharges

    def offered(self, method: str | None) -> ShippingOption | None:
        """Return the option with this id, else the one with this name; None if there are several.

        A carrier may offer several services under one id.
        """
        found = self.all_offered(method)
        return found[0] if len(found) == 1 else None

    def all_offered(self, method: str | None) -> tuple[ShippingOption, ...]:
        """Return all options with this id, else those with this name."""
        options = tuple(dict.fromkeys(self.shipping_options)) if method else ()
        by_id = tuple(option for option in options if option.id == method)
        return by_id or tuple(option for option in options if option.name == method)

    def includes(self, option: ShippingOption) -> bool:
        """Return whether the total includes this option at its rate."""
        return self.shipping is not None and (self.shipping.id, self.shipping.rate) == (
            option.id,
            option.rate,
        )
