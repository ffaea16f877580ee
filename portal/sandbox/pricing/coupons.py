"""Discount of a coupon."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from portal.sandbox.pricing.money import ZERO, Rounding, decimal, percent_of
from portal.sandbox.pricing.order_lines import Line, cost_of
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import list_in, object_in


def apply_coupon(
    coupon: Body | None,
    lines: Sequence[Line],
    shipping_option: Body | None,
    rounding: Rounding,
) -> tuple[Decimal, Decimal]:
    """Take a coupon's discount off the lines; return the discount on items and on shipping."""
    # Source (documented): REST docs, "Search discount coupons": discountType, totalLimit as the
    # minimum subtotal, catalogLimit, shippingLimit.
    # Source (assumed): A coupon with another status than ACTIVE gives no discount in a calculation.
    # Source (assumed): A calculation doesn't check a coupon's limits per customer.
    # Source (assumed): A percentage is of the cost of the items that the coupon applies to.
    if coupon is None or coupon.get("status", "ACTIVE") != "ACTIVE":
        return ZERO, ZERO
    if cost_of(lines) < decimal(coupon.get("totalLimit")):
        return ZERO, ZERO
    kind = str(coupon.get("discountType", "ABS"))
    value = max(decimal(coupon.get("discount")), ZERO)
    covered = [line for line in lines if line.is_discountable and _covers(coupon, line)]
    cost = cost_of(covered)
    off = ZERO
    if kind.startswith("ABS"):
        off = rounding.round(min(value, cost))
    elif kind.startswith("PERCENT"):
        off = rounding.round(percent_of(cost, value))
    parts = rounding.split(off, [line.total for line in covered])
    for line, part in zip(covered, parts, strict=True):
        line.coupon = part
    off = sum(parts, ZERO)
    is_shipping_free = kind.endswith("SHIPPING") and _covers_shipping(coupon, shipping_option)
    rate = rounding.round(decimal((shipping_option or {}).get("shippingRate")))
    return off, rate if is_shipping_free else ZERO


def _covers(coupon: Body, line: Line) -> bool:
    limit = object_in(coupon, "catalogLimit")
    is_limited = list_in(limit, "products") or list_in(limit, "categories")
    return not is_limited or line.is_listed(limit)


def _covers_shipping(coupon: Body, chosen: Body | None) -> bool:
    methods = list_in(object_in(coupon, "shippingLimit"), "shippingMethods")
    names = (chosen or {}).get("shippingMethodId"), (chosen or {}).get("shippingMethodName")
    return not methods or any(name in methods for name in names)
