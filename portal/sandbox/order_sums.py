"""Lines of an order's amounts, as its admin page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from portal.sandbox.resource_specs import Body

BASES = {
    "ON_TOTAL": "Volume discount",
    "SUBTOTAL": "Promotion",
    "ITEM": "Promotion on items",
    "SHIPPING": "Promotion on shipping",
    "ON_MEMBERSHIP": "Group discount",
    "ON_TOTAL_AND_MEMBERSHIP": "Group and volume discount",
    "CUSTOM": "Discount",
}


@dataclass(frozen=True)
class SumLine:
    """One amount with its name. ``counts`` is true if it is part of the total."""

    label: str
    amount: float
    counts: bool = True


def order_sums(order: Body) -> list[SumLine]:
    """Return the amounts of an order from its items to its total, without those that are 0."""
    fee, coupon = order.get("handlingFee") or {}, order.get("discountCoupon") or {}
    tax_counts = not order.get("pricesIncludeTax", True)
    option = order.get("shippingOption") or {}
    lines = [
        SumLine(f"Coupon {coupon.get('code', '')}".strip(), -order.get("couponDiscount", 0)),
        SumLine(_discount_label(order), -order.get("discount", 0)),
        SumLine("Shipping", option.get("shippingRate", 0)),
        SumLine(fee.get("name") or "Handling fee", fee.get("value", 0)),
        *(
            SumLine(
                surcharge.get("description") or surcharge.get("id") or "Surcharge",
                surcharge.get("total", 0),
            )
            for surcharge in order.get("customSurcharges") or ()
        ),
        SumLine("Tax" if tax_counts else "Included tax", order.get("tax", 0), counts=tax_counts),
        SumLine("Gift card", -(order.get("giftCardRedemption") or 0)),
    ]
    return [
        SumLine("Items", order.get("subtotal", 0)),
        *(line for line in lines if line.amount),
        SumLine("Total", order.get("total", 0), counts=False),
        *_refunds(order),
    ]


def _discount_label(order: Body) -> str:
    found = [
        info.get("description") or BASES.get(info.get("base"), "Discount")
        for info in order.get("discountInfo") or ()
    ]
    return ", ".join(dict.fromkeys(found)) or "Discount"


def _refunds(order: Body) -> list[SumLine]:
    return [
        SumLine(
            f"Refund: {refund.get('reason') or 'no reason'}", -refund.get("amount", 0), counts=False
        )
        for refund in order.get("refunds") or ()
    ]
