"""Hold what a caller wants to order, as it was asked for; nothing in it has been checked against
the store.

The names of the JSON are those of the fields; `portal.rules.orders.order_request_json` reads and
writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from portal.rules.orders.pricing import ZERO


@dataclass(frozen=True)
class WishedLine:
    """Hold one position: a product by id or SKU, a variation by id, SKU or options.

    ``expected_price`` is what the caller showed for one piece, None if that doesn't matter. Options
    by name; one with several choices has them as a tuple.
    """

    quantity: int
    product_id: int | None = None
    variation_id: int | None = None
    sku: str | None = None
    options: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    expected_price: Decimal | None = None


@dataclass(frozen=True)
class Person:
    """Hold who receives or pays, and where."""

    name: str = ""
    company: str = ""
    street: str = ""
    city: str = ""
    postal_code: str = ""
    country_code: str = ""
    state_code: str = ""
    phone: str = ""


@dataclass(frozen=True)
class OrderWish:
    """Hold an order that is wanted, for a quote or to be submitted.

    ``shipping_method`` is the id or the name of one that a quote has offered. ``accepted_drift`` is
    by how much prices may differ from what is expected, in all. ``channel_reference`` is the number
    that the caller knows the order by.
    """

    lines: tuple[WishedLine, ...]
    email: str | None = None
    shipping_person: Person | None = None
    billing_person: Person | None = None
    shipping_method: str | None = None
    coupon_code: str | None = None
    expected_total: Decimal | None = None
    accepted_drift: Decimal = ZERO
    payment_status: str = "AWAITING_PAYMENT"
    fulfilment_status: str = "AWAITING_PROCESSING"
    payment_method: str | None = None
    comment: str | None = None
    private_notes: str | None = None
    channel_reference: str | None = None
    notify_customer: bool = False
