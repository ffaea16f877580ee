"""Read what Ecwid calculates for an order that is not made yet."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.ecwid.values import Record
from portal.rules.orders.pricing import ZERO
from portal.rules.orders.quotes import ShippingOption


@dataclass(frozen=True)
class Calculation:
    """Hold Ecwid's answer; ``item_taxes`` are each item's tax and what it is made of.

    ``shipping_id`` is the shipping that the amounts are with, None without any.
    """

    subtotal: Decimal
    coupon_discount: Decimal
    tax: Decimal
    prices_include_tax: bool
    shipping_options: tuple[ShippingOption, ...]
    item_taxes: tuple[tuple[Decimal, list[Any]], ...]
    shipping_id: str | None = None

    def shipping(self, method: str | None) -> ShippingOption | None:
        """Return the option of this id, else the one of this name, else None."""
        for name in ("id", "name"):
            for option in self.shipping_options:
                if method and getattr(option, name) == method:
                    return option
        return None


def read_calculation(payload: Any) -> Calculation:
    """Return the answer of ``POST /order/calculate``; raise RecordError if it is impossible."""
    record = Record("calculations", payload)
    return Calculation(
        subtotal=record.money("subtotal") or ZERO,
        coupon_discount=record.money("couponDiscount") or ZERO,
        tax=record.money("tax") or ZERO,
        prices_include_tax=record.boolean("pricesIncludeTax", default=False),
        shipping_options=tuple(map(_option, record.parts("availableShippingOptions"))),
        item_taxes=tuple(
            (part.money("tax") or ZERO, part.items("taxes")) for part in record.parts("items")
        ),
        shipping_id=_option(record.part("shippingOption")).id or None,
    )


def _option(record: Record) -> ShippingOption:
    name = record.text("shippingMethodName") or ""
    return ShippingOption(
        id=record.text("shippingMethodId") or name,
        name=name,
        rate=record.money("shippingRate") or ZERO,
        is_pickup=record.boolean("isPickup", default=False),
        fulfillment_type=record.text("fulfillmentType") or record.text("fulfilmentType") or "",
    )
