"""Quotes: the price of an order, line by line, and the problems that forbid it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.i18n import format_message
from portal.rules.orders.calculations import Calculation, ShippingOption
from portal.rules.orders.catalog_items import Dimensions
from portal.rules.orders.coupon_terms import CouponResult
from portal.rules.orders.pricing import ZERO, Currency
from portal.rules.orders.stock_claims import StockNeed
from portal.rules.orders.tax_exemption import is_net_subtotal
from portal.rules.orders.totals import Totals


@dataclass(frozen=True)
class ValidationMessage:
    """Reason why an order would be refused, or a warning.

    ``code`` is for machines; ``text`` is formatted with ``values`` after translation. ``line`` is
    the position of the line, from 0, and ``field`` the field of the request to change.
    """

    code: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    field: str = ""

    @property
    def message(self) -> str:
        """Return the problem in English."""
        return format_message(self.text, self.values)

    def document(self) -> dict[str, Any]:
        """Return the problem as JSON."""
        reported = {
            "code": self.code,
            "message": self.message,
            "line": self.line,
            "field": self.field,
        }
        return {name: value for name, value in reported.items() if value not in (None, "")}


@dataclass(frozen=True)
class KnownCustomer:
    """A customer and the number of previous orders; ``id`` is None if the store has none yet."""

    id: int | None = None
    previous_orders: int = 0
    is_tax_exempt: bool = False
    tax_id: str | None = None
    group: str | None = None


@dataclass(frozen=True)
class QuotedLine:
    """Quoted line with the store's current price.

    ``stock`` None means unlimited. ``price_difference`` is the price minus the expected one, or
    None if no price was expected. ``coupon_amount`` is the coupon's discount on the whole line.
    """

    position: int
    product_id: int
    variation_id: int | None
    sku: str | None
    name: str
    options: Mapping[str, str | tuple[str, ...]]
    quantity: int
    price: Decimal
    total: Decimal
    expected_price: Decimal | None
    price_difference: Decimal | None
    stock: int | None
    coupon_amount: Decimal = ZERO
    option_types: Mapping[str, str] = field(default_factory=dict)
    weight: Decimal = ZERO
    dimensions: Dimensions | None = None
    needs_shipping: bool = True
    category_ids: frozenset[int] = frozenset()
    allows_discounts: bool = True

    def document(self) -> dict[str, Any]:
        """Return the line as JSON."""
        shown = (
            "position product_id variation_id sku name quantity price total expected_price"
            " price_difference stock coupon_amount"
        )
        return {name: getattr(self, name) for name in shown.split()} | {
            "options": {n: v if isinstance(v, str) else list(v) for n, v in self.options.items()}
        }


@dataclass(frozen=True)
class Quote:
    """Price of an order at ``created_at``.

    ``price_difference`` is the total difference from the expected prices, without a sign.
    ``validation_errors`` forbid the order, ``warnings`` don't. ``coupon`` is None without a code;
    ``coupon_snapshot`` is the store's record of it, ``coupon_claim`` the key of a limited use that
    only one order may claim, ``new_customer_claim`` the key of a customer who orders as a new one.
    ``calculation`` is None if Ecwid couldn't calculate the order. ``read_at`` is the time before
    the first call, ``stock_needs`` what the order needs of each limited stock.
    """

    store_id: int
    currency: Currency
    lines: tuple[QuotedLine, ...]
    totals: Totals
    created_at: datetime
    coupon: CouponResult | None = None
    coupon_snapshot: Mapping[str, Any] | None = None
    coupon_claim: str | None = None
    new_customer_claim: str | None = None
    calculation: Calculation | None = None
    shipping: ShippingOption | None = None
    shipping_options: tuple[ShippingOption, ...] = ()
    price_difference: Decimal = ZERO
    customer: KnownCustomer = field(default_factory=KnownCustomer)
    validation_errors: tuple[ValidationMessage, ...] = ()
    warnings: tuple[ValidationMessage, ...] = ()
    read_at: datetime | None = None
    stock_needs: tuple[StockNeed, ...] = ()

    @property
    def is_orderable(self) -> bool:
        """Return whether the store would accept the order request."""
        return not self.validation_errors

    @property
    def has_net_items(self) -> bool:
        """Return whether Ecwid calculated the items without the tax in the store's prices."""
        return self.calculation is not None and is_net_subtotal(
            self.calculation, self.totals.subtotal, self.currency
        )

    def document(self) -> dict[str, Any]:
        """Return the quote as JSON with Decimals, as submissions store it."""
        totals = self.totals
        return {
            "store_id": self.store_id,
            "currency": self.currency.code,
            "is_orderable": self.is_orderable,
            "lines": [line.document() for line in self.lines],
            "subtotal": totals.subtotal,
            "coupon": _coupon_document(self.coupon),
            "coupon_discount": totals.coupon_discount,
            "shipping": self.shipping and self.shipping.document(),
            "shipping_options": [option.document() for option in self.shipping_options],
            "shipping_cost": totals.shipping,
            "tax": totals.tax,
            "taxes": [tax.document() for tax in totals.taxes],
            "amounts": [amount.document() for amount in totals.amounts],
            "prices_include_tax": totals.prices_include_tax,
            "total": totals.total,
            "price_difference": self.price_difference,
            "validation_errors": [error.document() for error in self.validation_errors],
            "warnings": [warning.document() for warning in self.warnings],
            "created_at": self.created_at.isoformat(timespec="seconds"),
        }


def _coupon_document(coupon_result: CouponResult | None) -> dict[str, Any] | None:
    if coupon_result is None:
        return None
    return {
        "code": coupon_result.code,
        "is_accepted": coupon_result.is_accepted,
        "items_discount": coupon_result.items_discount,
        "shipping_discount": coupon_result.shipping_discount,
        "eligible_subtotal": coupon_result.eligible_subtotal,
        "failures": [
            {"rule": failure.rule, "message": failure.message, "shortfall": failure.shortfall}
            for failure in coupon_result.failures
        ],
        "warning": coupon_result.warning and coupon_result.warning.message,
    }


# Field names in rows from before 0.1.0.
OLD_NAMES = {
    "drift": "price_difference",  # codespell:ignore drift
    "problems": "validation_errors",
    "remarks": "warnings",
    "remark": "warning",
    "made_at": "created_at",
    "items_off": "items_discount",
    "shipping_off": "shipping_discount",
    "short_by": "shortfall",
}


def upgraded_quote(document: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return a stored quote with the current fields; options keep the store's names.

    Quotes from before 0.2.0 name no amounts.
    """
    return {"taxes": [], "amounts": []} | _renamed(document) if document is not None else None


def _renamed(value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(each) for each in value]
    if not isinstance(value, Mapping):
        return value
    return {
        OLD_NAMES.get(name, name): each if name == "options" else _renamed(each)
        for name, each in value.items()
    }
