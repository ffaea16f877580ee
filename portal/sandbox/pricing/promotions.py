"""Conditions of a promotion: whether it applies to an order, and to which of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from portal.sandbox.dates import parse_date
from portal.sandbox.pricing.money import decimal
from portal.sandbox.pricing.order_lines import Line, cost_of
from portal.sandbox.resource_specs import Body

# Types of discounts in an order are shorter than those of a promotion.
TYPES = {"PERCENT": "PERCENT", "ABSOLUTE": "ABS", "FIXED_PRICE": "FIXED_PRICE"}


@dataclass(frozen=True)
class Cart:
    """Facts about an order that decide which discounts apply."""

    lines: Sequence[Line]
    group_id: int
    shipping_method: str | None
    now: float

    @property
    def subtotal(self) -> Decimal:
        return cost_of(self.lines)

    @property
    def quantity(self) -> int:
        return sum(line.quantity for line in self.lines)


def discount_of(promotion: Body, cart: Cart) -> Body | None:
    """Return a promotion as the discount of an order; None if a condition isn't met."""
    # Source (documented): REST docs, "Create promotion": an enabled promotion applies by itself
    # when all its triggers are met; discountBase ITEM takes its targets, SUBTOTAL ignores them.
    # Source (documented): REST docs, "Calculate order details", discountInfo.
    if not promotion["enabled"] or not _is_triggered(promotion["triggers"], cart):
        return None
    base, triggers = promotion["discountBase"], promotion["triggers"]
    discount: Body = {
        "id": promotion["id"],
        "value": promotion["amount"],
        "type": TYPES[promotion["discountType"]],
        "base": _base(base, triggers),
        "description": promotion["name"],
    }
    if triggers.get("subtotal"):
        discount["orderTotal"] = triggers["subtotal"]
    if triggers.get("customerGroups"):
        discount["membershipId"] = cart.group_id
    if base == "ITEM":
        targeted = [line for line in cart.lines if _is_target(promotion["targets"], line)]
        discount["appliesToItems"] = [line.item.get("productId") for line in targeted]
        return discount if targeted else None
    methods = promotion["targets"].get("shippingMethods")
    if base == "SHIPPING" and methods and cart.shipping_method not in methods:
        return None
    return discount


def _base(base: str, triggers: Body) -> str:
    # Source (assumed): A promotion on the subtotal for customer groups has the base ON_MEMBERSHIP,
    # with a minimum subtotal ON_TOTAL_AND_MEMBERSHIP.
    if base != "SUBTOTAL" or not triggers.get("customerGroups"):
        return base
    return "ON_TOTAL_AND_MEMBERSHIP" if triggers.get("subtotal") else "ON_MEMBERSHIP"


def _is_triggered(triggers: Body, cart: Cart) -> bool:
    # Source (documented): REST docs, "Create promotion", triggers.
    # Source (assumed): The minimum subtotal of a discount is inclusive, before all discounts.
    start, end = triggers.get("startDate"), triggers.get("endDate")
    groups = triggers.get("customerGroups")
    lowest = triggers.get("minProductQuantityInCart") or 0
    highest = triggers.get("maxProductQuantityInCart")
    return (
        (not start or cart.now >= parse_date(start))
        and (not end or cart.now < parse_date(end))
        and (not groups or cart.group_id in groups)
        and cart.subtotal >= decimal(triggers.get("subtotal"))
        and cart.quantity >= lowest
        and (highest is None or cart.quantity <= highest)
        and _are_products_right(triggers, cart.lines)
    )


def _are_products_right(triggers: Body, lines: Sequence[Line]) -> bool:
    if any(_is_excluded(triggers, line) for line in lines):
        return False
    if triggers.get("all") or not _is_limited(triggers):
        return True
    return all(line.is_listed(triggers) for line in lines)


def _is_target(targets: Body, line: Line) -> bool:
    # Source (documented): REST docs, "Create promotion", targets.
    if _is_excluded(targets, line):
        return False
    return not _is_limited(targets) or line.is_listed(targets)


def _is_excluded(conditions: Body, line: Line) -> bool:
    return line.is_listed(conditions, "excludedProducts", "excludedCategories")


def _is_limited(conditions: Body) -> bool:
    return bool(conditions.get("products") or conditions.get("categories"))
