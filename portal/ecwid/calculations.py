"""Parser of the totals, taxes and shipping options that Ecwid calculates for a new order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.ecwid.values import Record
from portal.rules.orders.pricing import ZERO
from portal.rules.orders.quotes import ShippingOption


@dataclass(frozen=True)
class Calculation:
    """Ecwid's calculation of an order.

    ``item_taxes`` has the tax and the list of tax components of each item. ``shipping_id`` is the
    shipping option that the amounts include, None if they include no shipping.
    """

    subtotal: Decimal
    coupon_discount: Decimal
    tax: Decimal
    prices_include_tax: bool
    shipping_options: tuple[ShippingOption, ...]
    item_taxes: tuple[tuple[Decimal, list[Any]], ...]
    shipping_id: str | None = None

    def shipping(self, method: str | None) -> ShippingOption | None:
        """Return the option with this id, else the one with this name, else None."""
        for name in ("id", "name"):
            for option in self.shipping_options:
                if method and getattr(option, name) == method:
                    return option
        return None


def read_calculation(payload: Any) -> Calculation:
    """Parse the response of ``POST /order/calculate``; raise RecordError for an invalid field."""
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
