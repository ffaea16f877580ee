"""Terms of a coupon, the basket to check, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from unicodedata import normalize

from portal.i18n import format_message
from portal.rules.orders.pricing import ZERO, Currency

ACTIVE = "ACTIVE"
TYPES = ("ABS", "PERCENT", "SHIPPING", "ABS_AND_SHIPPING", "PERCENT_AND_SHIPPING")
ONCE, ONCE_PER_CUSTOMER = "SINGLE", "ONCEPERCUSTOMER"
NEW_ONLY, REPEAT_ONLY = "NEW_CUSTOMER_ONLY", "REPEAT_CUSTOMER_ONLY"
# As long as the database's columns of codes.
KEY_LENGTH = 255
# The Turkish capital I with a dot, and the small i without one.
_TURKISH = str.maketrans("\u0130\u0131", "ii")


def coupon_code_key(code: str) -> str:
    """Return the form in which two codes are compared: without case and outer blanks.

    Ecwid's help article 207806525 says that codes are case-insensitive. That a buyer's outer blanks
    and the encoding of accents don't count is our decision, and that all four forms of i are equal:
    the small letter of ``I`` is another one in Turkish, and only the buyer knows the language. Show
    and send the code as the store writes it, never this key.
    """
    letters = normalize("NFC", code.strip()).translate(_TURKISH).casefold()
    return normalize("NFC", letters)[:KEY_LENGTH]


class CouponRule(StrEnum):
    """Rule that a coupon is checked against, in this order."""

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
    """Conditions and discount of a coupon.

    ``expires_at`` is the first moment after its validity. An empty set means no limit.
    ``shipping_methods`` has ids or names, as the store wrote them.
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
        """Return whether the coupon covers the shipping cost."""
        return self.type.endswith("SHIPPING")

    @property
    def discounts_items(self) -> bool:
        """Return whether the coupon discounts the items."""
        return self.type != "SHIPPING"


@dataclass(frozen=True)
class BasketLine:
    """One line of a basket; ``amount`` is its total."""

    product_id: int
    amount: Decimal
    category_ids: frozenset[int] = frozenset()
    allows_discounts: bool = True


@dataclass(frozen=True)
class Basket:
    """Basket that a coupon is checked against, with its customer and time.

    ``previous_orders`` and ``customer_uses`` are None while the customer is unknown; ``uses``
    counts previous uses of the coupon by anybody. ``timezone`` is only for display.
    ``shipping_method`` has the id and the name of the chosen method, or is empty if none was
    chosen.
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
        """Return the sum of all lines."""
        return sum((line.amount for line in self.lines), ZERO)


@dataclass(frozen=True)
class CouponFailure:
    """Rule that forbids the coupon; ``text`` is formatted with ``values`` after translation.

    ``shortfall`` is the amount missing from the basket, if a larger amount would help.
    """

    rule: CouponRule
    text: str
    values: dict[str, Any] = field(default_factory=dict)
    shortfall: Decimal | None = None

    @property
    def message(self) -> str:
        """Return the reason in English."""
        return format_message(self.text, self.values)


@dataclass(frozen=True)
class CouponResult:
    """Whether a coupon may be used, why not, and its discount.

    ``failures`` has every rule that forbids the coupon, the most important first.
    ``line_discounts`` has each line's part of ``items_discount``, in the basket's order.
    ``warning`` says what an accepted coupon doesn't cover.
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
        """Return whether the coupon may be used."""
        return not self.failures

    @property
    def total_discount(self) -> Decimal:
        """Return the whole discount."""
        return self.items_discount + self.shipping_discount

    @property
    def message(self) -> str:
        """Return the first failure in English, or an empty text if the coupon is accepted."""
        return self.failures[0].message if self.failures else ""
