"""Hold what a coupon asks for and gives, the basket it is to be used for, and the answer."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from portal.rules.orders.pricing import ZERO, Currency

ACTIVE = "ACTIVE"
TYPES = ("ABS", "PERCENT", "SHIPPING", "ABS_AND_SHIPPING", "PERCENT_AND_SHIPPING")
ONCE, ONCE_PER_CUSTOMER = "SINGLE", "ONCEPERCUSTOMER"
NEW_ONLY, REPEAT_ONLY = "NEW_CUSTOMER_ONLY", "REPEAT_CUSTOMER_ONLY"


class CouponRule(StrEnum):
    """Name what a coupon is checked for, in this order."""

    EXISTS = "exists"
    TYPE = "type"
    STATUS = "status"
    LAUNCH = "launch"
    EXPIRY = "expiry"
    USES = "uses"
    USES_PER_CUSTOMER = "uses_per_customer"
    NEW_CUSTOMER = "new_customer"
    REPEAT_CUSTOMER = "repeat_customer"
    CATALOG = "catalog"
    DISCOUNTS_ALLOWED = "discounts_allowed"
    MINIMUM = "minimum"
    SHIPPING = "shipping"


@dataclass(frozen=True)
class CouponTerms:
    """Hold what a coupon asks for and gives.

    ``launches_at`` and ``expires_at`` without an offset are the store's own wall clock. Empty sets
    limit nothing. ``shipping_methods`` holds ids or names, whatever the store wrote.
    """

    code: str
    type: str
    discount: Decimal = ZERO
    status: str = ACTIVE
    launches_at: datetime | None = None
    expires_at: datetime | None = None
    minimum_subtotal: Decimal | None = None
    uses_limit: str = "UNLIMITED"
    application_limit: str = "UNLIMITED"
    product_ids: frozenset[int] = frozenset()
    category_ids: frozenset[int] = frozenset()
    shipping_methods: frozenset[str] = frozenset()

    @property
    def discounts_shipping(self) -> bool:
        """Tell whether the coupon takes the shipping's cost off."""
        return self.type.endswith("SHIPPING")

    @property
    def discounts_items(self) -> bool:
        """Tell whether the coupon takes something off the items."""
        return self.type != "SHIPPING"


@dataclass(frozen=True)
class BasketLine:
    """Hold one position: what it is, and what it costs in all."""

    product_id: int
    amount: Decimal
    category_ids: frozenset[int] = frozenset()
    allows_discounts: bool = True


@dataclass(frozen=True)
class Basket:
    """Hold what a coupon is to be used for, by whom and when.

    ``previous_orders`` and ``customer_uses`` are None while nobody knows who orders; ``uses`` counts
    what the coupon was used for so far. ``shipping_method`` is the id and the name of the chosen
    one, empty without a choice.
    """

    lines: tuple[BasketLine, ...]
    currency: Currency
    now: datetime
    timezone: str = "UTC"
    previous_orders: int | None = None
    customer_uses: int | None = None
    uses: int = 0
    shipping_method: frozenset[str] = frozenset()
    shipping_cost: Decimal = ZERO

    @property
    def subtotal(self) -> Decimal:
        """Return what all lines cost."""
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True)
class CouponFailure:
    """Hold a rule that forbids the coupon; ``text`` is filled with ``values`` after translation.

    ``shortfall`` is how much the basket lacks, where an amount would help.
    """

    rule: CouponRule
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    shortfall: Decimal | None = None

    @property
    def message(self) -> str:
        """Return the reason in English."""
        return self.text % self.values


@dataclass(frozen=True)
class CouponResult:
    """Hold whether a coupon may be used, why not, and what it takes off.

    ``failures`` has every rule that forbids it, the first to be mended first. ``line_discounts`` is what
    each line gets of ``items_discount``, in the basket's order. ``warning`` says what the coupon leaves
    out though it is accepted.
    """

    code: str
    failures: tuple[CouponFailure, ...] = ()
    eligible_subtotal: Decimal = ZERO
    items_discount: Decimal = ZERO
    shipping_discount: Decimal = ZERO
    line_discounts: tuple[Decimal, ...] = ()
    warning: CouponFailure | None = None

    @property
    def is_accepted(self) -> bool:
        """Tell whether the coupon may be used."""
        return not self.failures

    @property
    def total_discount(self) -> Decimal:
        """Return all that the coupon takes off."""
        return self.items_discount + self.shipping_discount

    @property
    def message(self) -> str:
        """Return the first reason against it in English; empty when it is accepted."""
        return self.failures[0].message if self.failures else ""
