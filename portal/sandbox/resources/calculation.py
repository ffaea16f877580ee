"""Calculation of an order before it is placed: totals, tax, shipping and coupon discount."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from portal.sandbox.resource_specs import Body
from portal.sandbox.validation import UnprocessableError, is_number, require_object

CENT = Decimal("0.01")
TAX_NAME, TAX_RATE = "VAT", Decimal(19)
FREE_SHIPPING_FROM = Decimal(75)
SHIPPING_OPTIONS = (
    ("standard", "Standard delivery", Decimal("4.90"), False),
    ("express", "Express delivery", Decimal("12.50"), False),
    ("pickup", "Pick up in the shop", Decimal(0), True),
)


def calculate(
    given: Any, coupon: Body | None, product: Callable[[Any], Body | None] = lambda _id: None
) -> Body:
    """Return the calculated order; prices include tax.

    ``coupon`` is the store's coupon with the requested code, and ``product`` looks up a product by
    its id. Raises UnprocessableError if no item has a price and a quantity.
    """
    body = require_object(given)
    items = [item for item in body.get("items") or [] if _is_usable(item)]
    if not items:
        raise UnprocessableError("No item with a price and a quantity")
    subtotal = sum((_line_total(item) for item in items), Decimal(0))
    options = _shipping_options(subtotal)
    chosen = _chosen_option(options, body.get("shippingOption"))
    shipping = _money(chosen["shippingRate"]) if chosen else Decimal(0)
    applied = coupon or body.get("discountCoupon")
    discounted = [
        item for item in items if _is_discounted(applied, item, product(item.get("productId")))
    ]
    shipping_discount = shipping if _covers_shipping(applied, chosen) else Decimal(0)
    discount = coupon_discount(
        applied, sum(map(_line_total, discounted), Decimal(0)), shipping_discount
    )
    total = max(subtotal + shipping - discount, Decimal(0))
    tax = _tax_in(total)
    answer: Body = {
        "email": body.get("email", ""),
        "paymentStatus": "INCOMPLETE",
        "pricesIncludeTax": True,
        "subtotal": _number(subtotal),
        "subtotalWithoutTax": _number(subtotal - _tax_in(subtotal)),
        "couponDiscount": _number(discount),
        "discount": 0,
        "tax": _number(tax),
        "total": _number(total),
        "totalWithoutTax": _number(total - tax),
        "items": [{**item, "tax": _number(_tax_in(_line_total(item)))} for item in items],
        "availableShippingOptions": options,
        "availableTaxes": [{"name": TAX_NAME, "value": float(TAX_RATE), "enabled": True}],
        "predictedPackage": [{"weight": _weight(items)}],
    }
    if chosen:
        answer["shippingOption"] = chosen
    if coupon:
        answer["discountCoupon"] = coupon
    return answer


def coupon_discount(coupon: Any, subtotal: Decimal, shipping: Decimal) -> Decimal:
    """Return the discount of a coupon, which never exceeds the amounts that it applies to."""
    if not isinstance(coupon, dict):
        return Decimal(0)
    kind = str(coupon.get("discountType", "ABS"))
    value = (
        _money(coupon.get("discount", 0)) if is_number(coupon.get("discount", 0)) else Decimal(0)
    )
    off = Decimal(0)
    if kind.startswith("ABS"):
        off = min(value, subtotal)
    elif kind.startswith("PERCENT"):
        off = subtotal * min(value, Decimal(100)) / 100
    if kind.endswith("SHIPPING"):
        off += shipping
    return off.quantize(CENT, ROUND_HALF_UP)


def _is_discounted(coupon: Any, item: Body, product: Body | None) -> bool:
    """Return whether a coupon applies to an item.

    The coupon's catalog limit and the product's ``discountsAllowed`` decide.
    """
    limit = coupon.get("catalogLimit") if isinstance(coupon, dict) else None
    known = product or {}
    if not known.get("discountsAllowed", True):
        return False
    products, categories = ((limit or {}).get(name) or [] for name in ("products", "categories"))
    if not products and not categories:
        return True
    is_in_category = any(category in categories for category in known.get("categoryIds", []))
    return item.get("productId") in products or is_in_category


def _covers_shipping(coupon: Any, chosen: Body | None) -> bool:
    limit = coupon.get("shippingLimit") if isinstance(coupon, dict) else None
    methods = (limit or {}).get("shippingMethods") or []
    names = (chosen or {}).get("shippingMethodId"), (chosen or {}).get("shippingMethodName")
    return not methods or any(name in methods for name in names)


def _is_usable(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and is_number(item.get("price"))
        and is_number(item.get("quantity"))
        and item["quantity"] > 0
    )


def _line_total(item: Body) -> Decimal:
    return _money(item["price"]) * int(item["quantity"])


def _money(value: float | str) -> Decimal:
    return Decimal(str(value))


def _number(amount: Decimal) -> float:
    return float(amount.quantize(CENT, ROUND_HALF_UP))


def _tax_in(amount: Decimal) -> Decimal:
    return (amount * TAX_RATE / (100 + TAX_RATE)).quantize(CENT, ROUND_HALF_UP)


def _weight(items: list[Body]) -> float:
    weights = (item.get("weight", 0) for item in items)
    return round(sum(float(weight) for weight in weights if is_number(weight)), 3)


def _shipping_options(subtotal: Decimal) -> list[Body]:
    return [
        {
            "shippingMethodId": method_id,
            "shippingMethodName": name,
            "shippingRate": _number(
                Decimal(0) if method_id == "standard" and subtotal >= FREE_SHIPPING_FROM else rate
            ),
            "isPickup": is_pickup,
            "fulfillmentType": "PICKUP" if is_pickup else "SHIPPING",
        }
        for method_id, name, rate, is_pickup in SHIPPING_OPTIONS
    ]


def _chosen_option(options: list[Body], requested: Any) -> Body | None:
    if not isinstance(requested, dict):
        return None
    for option in options:
        if requested.get("shippingMethodId") == option["shippingMethodId"]:
            return option
        if requested.get("shippingMethodName") == option["shippingMethodName"]:
            return option
    return requested if is_number(requested.get("shippingRate")) else None
