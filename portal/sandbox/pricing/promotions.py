"""Conditions of a promotion: whether it applies to an order, and to which of its items."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from portal.sandbox.dates import parse_date
from portal.sandbox.pricing.money import ZERO, decimal
from portal.sandbox.pricing.order_lines import Line
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
        return sum((line.total for line in self.lines), ZERO)

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
    if any(_is_listed(triggers, line, "excludedProducts", "excludedCategories") for line in lines):
        return False
    is_limited = any(triggers.get(name) for name in ("products", "categories"))
    if triggers.get("all") or not is_limited:
        return True
    return all(_is_listed(triggers, line, "products", "categories") for line in lines)


def _is_target(targets: Body, line: Line) -> bool:
    # Source (documented): REST docs, "Create promotion", targets.
    if _is_listed(targets, line, "excludedProducts", "excludedCategories"):
        return False
    is_limited = any(targets.get(name) for name in ("products", "categories"))
    return not is_limited or _is_listed(targets, line, "products", "categories")


def _is_listed(conditions: Body, line: Line, products: str, categories: str) -> bool:
    product_ids: list[Any] = conditions.get(products) or []
    category_ids: list[Any] = conditions.get(categories) or []
    return line.item.get("productId") in product_ids or any(
        category in category_ids for category in line.categories
    )
