"""Hold what an order would come to, line by line, and all that stands against it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from portal.rules.orders.coupon_terms import CouponVerdict
from portal.rules.orders.pricing import ZERO, Currency, Totals


@dataclass(frozen=True)
class Problem:
    """Hold one thing that stands against an order, or is worth a remark.

    ``code`` is for machines, ``text`` is filled with ``values`` after translation. ``line`` is the
    position that it is about, from 0, ``field`` what of the request would have to change.
    """

    code: str
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)
    line: int | None = None
    field: str = ""

    @property
    def words(self) -> str:
        """Return the problem in English."""
        return self.text % self.values

    def document(self) -> dict[str, Any]:
        """Return the problem as JSON."""
        told = {"code": self.code, "message": self.words, "line": self.line, "field": self.field}
        return {name: value for name, value in told.items() if value not in (None, "")}


@dataclass(frozen=True)
class QuotedLine:
    """Hold one position with the store's price of now.

    ``stock`` None means without limit; ``drift`` is the price less what was expected, None if
    nothing was. ``coupon_amount`` is what the coupon takes off the whole line.
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
    drift: Decimal | None
    stock: int | None
    coupon_amount: Decimal = ZERO
    option_types: Mapping[str, str] = field(default_factory=dict)
    weight: Decimal = ZERO
    needs_shipping: bool = True
    category_ids: frozenset[int] = frozenset()
    allows_discounts: bool = True

    def document(self) -> dict[str, Any]:
        """Return the line as JSON."""
        shown = (
            "position product_id variation_id sku name quantity price total expected_price drift"
            " stock coupon_amount"
        )
        return {name: getattr(self, name) for name in shown.split()} | {
            "options": {n: v if isinstance(v, str) else list(v) for n, v in self.options.items()}
        }


@dataclass(frozen=True)
class ShippingOption:
    """Hold one way to receive an order, as the store offers it for this one."""

    id: str
    name: str
    rate: Decimal
    is_pickup: bool = False
    fulfilment_type: str = ""

    def document(self) -> dict[str, Any]:
        """Return the option as JSON."""
        return {"id": self.id, "name": self.name, "rate": self.rate, "is_pickup": self.is_pickup}


@dataclass(frozen=True)
class Quote:
    """Hold what an order comes to as the store stood at ``made_at``.

    ``drift`` is by how much prices differ from what was expected, in all and without sign.
    ``problems`` forbid the order, ``remarks`` don't. ``coupon`` is None without a code;
    ``coupon_snapshot`` is the store's record of it, ``coupon_claim`` what only one order may hold.
    ``item_taxes`` are each line's tax and the taxes that it is made of.
    """

    store_id: int
    currency: Currency
    lines: tuple[QuotedLine, ...]
    totals: Totals
    made_at: datetime
    coupon: CouponVerdict | None = None
    coupon_snapshot: Mapping[str, Any] | None = None
    coupon_claim: str | None = None
    item_taxes: tuple[tuple[Decimal, list[Any]], ...] = ()
    shipping: ShippingOption | None = None
    shipping_options: tuple[ShippingOption, ...] = ()
    drift: Decimal = ZERO
    customer_id: int | None = None
    problems: tuple[Problem, ...] = ()
    remarks: tuple[Problem, ...] = ()

    @property
    def is_orderable(self) -> bool:
        """Tell whether an order would be taken as it is asked for."""
        return not self.problems

    def document(self) -> dict[str, Any]:
        """Return the quote as JSON, with Decimals; what a refused submission keeps is the same."""
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
            "prices_include_tax": totals.prices_include_tax,
            "total": totals.total,
            "drift": self.drift,
            "problems": [problem.document() for problem in self.problems],
            "remarks": [remark.document() for remark in self.remarks],
            "made_at": self.made_at.isoformat(timespec="seconds"),
        }


def _coupon_document(verdict: CouponVerdict | None) -> dict[str, Any] | None:
    if verdict is None:
        return None
    return {
        "code": verdict.code,
        "is_accepted": verdict.is_accepted,
        "items_off": verdict.items_off,
        "shipping_off": verdict.shipping_off,
        "eligible_subtotal": verdict.eligible_subtotal,
        "failures": [
            {"rule": failure.rule, "message": failure.words, "short_by": failure.short_by}
            for failure in verdict.failures
        ],
        "remark": verdict.remark and verdict.remark.words,
    }
