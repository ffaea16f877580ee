"""Discounts of an order except for its coupon: by subtotal, by customer group, promotions."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from portal.sandbox.pricing.money import ZERO, Rounding, decimal, percent_of
from portal.sandbox.pricing.order_lines import Line, cost_of
from portal.sandbox.pricing.promotions import Cart, discount_of
from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import list_in

Applied = tuple[Body, Decimal]
TIER_BASES = ("ON_TOTAL", "ON_MEMBERSHIP", "ON_TOTAL_AND_MEMBERSHIP")
# Fields of the answer, with the bases whose amounts they add up.
SUMS = {
    "volumeDiscount": ("ON_TOTAL", "SUBTOTAL"),
    "membershipBasedDiscount": ("ON_MEMBERSHIP",),
    "totalAndMembershipBasedDiscount": ("ON_TOTAL_AND_MEMBERSHIP",),
}


def store_discounts(tiers: Sequence[Body], promotions: Sequence[Body], cart: Cart) -> list[Body]:
    """Return the discounts that the store itself gives to an order."""
    # Source (assumed): Of several tiers with the same base the highest one that the subtotal
    # reaches applies.
    # Source (assumed): All promotions whose conditions are met apply together.
    found = []
    for base in TIER_BASES:
        reached = [tier for tier in tiers if tier["base"] == base and _is_reached(tier, cart)]
        if reached:
            found.append(max(reached, key=lambda tier: decimal(tier.get("orderTotal"))))
    applicable = (discount_of(promotion, cart) for promotion in promotions)
    return [*found, *(discount for discount in applicable if discount is not None)]


def apply_discounts(
    discounts: Sequence[Any], cart: Cart, shipping: Decimal, rounding: Rounding
) -> list[Applied]:
    """Take discounts off the lines; return those that apply, with their amounts.

    ``shipping`` is the shipping cost that is left for discounts on shipping.
    """
    # Source (client): ecwid-java-api-client, CartsTest: a sent discount whose orderTotal isn't
    # reached is missing in the answer.
    # Source (assumed): Discounts never exceed what is left of the items or of the shipping cost.
    applied: list[Applied] = []
    for discount in discounts:
        if not isinstance(discount, dict) or cart.subtotal < decimal(discount.get("orderTotal")):
            continue
        if discount.get("base") == "SHIPPING":
            amount = min(rounding.round(_amount(discount, shipping)), shipping)
            shipping -= amount
        else:
            amount = _take_off_lines(discount, _lines_of(discount, cart.lines), rounding)
        if amount:
            applied.append((discount, amount))
    return applied


def _is_reached(tier: Body, cart: Cart) -> bool:
    is_for_group = tier["base"] != "ON_TOTAL"
    if is_for_group and (not cart.group_id or tier.get("membershipId") != cart.group_id):
        return False
    return cart.subtotal >= decimal(tier.get("orderTotal"))


def _lines_of(discount: Body, lines: Sequence[Line]) -> list[Line]:
    discountable = [line for line in lines if line.is_discountable]
    if discount.get("base") != "ITEM":
        return discountable
    # Source (documented): REST docs, "Calculate order details", discountInfo: appliesToItems lists
    # product ids.
    # Source (client): ecwid-java-api-client, OrderForCalculate, field appliesToProducts.
    ids = list_in(discount, "appliesToItems") or list_in(discount, "appliesToProducts")
    return [line for line in discountable if line.item.get("productId") in ids]


def _take_off_lines(discount: Body, lines: Sequence[Line], rounding: Rounding) -> Decimal:
    left = [line.remaining for line in lines]
    off = rounding.round(min(_amount(discount, cost_of(lines), lines), sum(left, ZERO)))
    parts = rounding.split(off, left)
    for line, part in zip(lines, parts, strict=True):
        if part:
            line.discounts.append((discount, part))
    return sum(parts, ZERO)


def _amount(discount: Body, cost: Decimal, lines: Sequence[Line] = ()) -> Decimal:
    """Return the amount of a discount on a cost."""
    # Source (documented): Ecwid/ecwid-api-docs, "Custom Discount API": the sample takes 2 percent
    # of the whole subtotal beside other discounts.
    # Source (assumed): A fixed price is the price of each item for ITEM, else of the whole subtotal
    # or the shipping cost.
    value = max(decimal(discount.get("value")), ZERO)
    kind = discount.get("type")
    if kind == "PERCENT":
        return percent_of(cost, value)
    if kind == "FIXED_PRICE":
        count = sum(line.quantity for line in lines) if discount.get("base") == "ITEM" else 1
        return max(cost - value * count, ZERO)
    return min(value, cost)


def discount_sums(applied: Sequence[Applied]) -> Body:
    """Return the fields of an order that add up its discounts by base."""
    # Source (documented): REST docs, "Calculate order details": volumeDiscount,
    # membershipBasedDiscount and totalAndMembershipBasedDiscount are part of discount, which
    # doesn't include the coupon.
    sums = {
        name: sum((amount for d, amount in applied if d.get("base") in bases), ZERO)
        for name, bases in SUMS.items()
    }
    return {
        **{name: float(total) for name, total in sums.items()},
        "discount": float(sum((amount for _, amount in applied), ZERO)),
        "customDiscount": [float(a) for d, a in applied if d.get("base") == "CUSTOM"],
        "discountInfo": [discount for discount, _ in applied],
    }
