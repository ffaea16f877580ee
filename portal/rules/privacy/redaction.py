"""Fields that a record keeps when its data subject is erased.

These are allowlists, not blocklists: a field that Ecwid adds later could contain personal data.
Records keep what bookkeeping needs: amounts, dates, statuses, items and the coupon.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# True keeps a single value; a mapping keeps an object, or a list of objects, with these fields.
FieldAllowlist = Mapping[str, Any]

_AMOUNT: FieldAllowlist = dict.fromkeys(("type", "value", "total", "totalWithoutTax", "base"), True)
_ITEM: FieldAllowlist = {
    **dict.fromkeys(
        (
            *("id", "productId", "categoryId", "combinationId", "sku", "name", "quantity"),
            *("price", "productPrice", "priceWithoutTax", "tax", "shipping", "weight", "digital"),
            *("isShippingRequired", "trackQuantity", "couponApplied", "couponAmount"),
        ),
        True,
    ),
    "taxes": dict.fromkeys(("name", "value", "total"), True),
    "discounts": {"discountInfo": _AMOUNT, "total": True},
}
_COUPON: FieldAllowlist = dict.fromkeys(
    ("id", "name", "code", "discountType", "status", "discount", "launchDate", "expirationDate"),
    True,
)
ORDER_ALLOWLIST: FieldAllowlist = {
    **dict.fromkeys(
        (
            *("id", "internalId", "orderNumber", "vendorOrderNumber", "publicUid", "customerId"),
            *("subtotal", "subtotalWithoutTax", "total", "totalWithoutTax", "tax", "usdTotal"),
            *("refundedAmount", "couponDiscount", "volumeDiscount", "membershipBasedDiscount"),
            *("totalAndMembershipBasedDiscount", "discount", "pricesIncludeTax"),
            *("paymentStatus", "fulfillmentStatus", "paymentModule", "hidden"),
            *("createDate", "updateDate", "createTimestamp", "updateTimestamp"),
            # Ours: these prevent that an order is submitted twice.
            *("externalOrderId", "refererId"),
        ),
        True,
    ),
    "items": _ITEM,
    "discountCoupon": _COUPON,
    "discountInfo": _AMOUNT,
    "customDiscount": _AMOUNT,
    "customSurcharges": _AMOUNT,
    "handlingFee": _AMOUNT,
    "shippingOption": dict.fromkeys(
        ("shippingMethodId", "shippingRate", "shippingRateWithoutTax", "isPickup"), True
    ),
}
CUSTOMER_ALLOWLIST: FieldAllowlist = dict.fromkeys(("id", "registered", "updated"), True)
_STATES = ("PaymentStatus", "FulfillmentStatus")
EVENT_ALLOWLIST: FieldAllowlist = {
    **dict.fromkeys(("eventId", "eventCreated", "storeId", "entityId", "eventType"), True),
    "data": dict.fromkeys(
        ("orderId", *(f"{when}{state}" for when in ("old", "new") for state in _STATES)), True
    ),
}


def redact(record: Any, allowlist: FieldAllowlist) -> Any:
    """Return the part of a record that is kept, or None if it isn't an object."""
    return _object(record, allowlist) if isinstance(record, dict) else None


def _object(record: Mapping[str, Any], allowlist: FieldAllowlist) -> dict[str, Any]:
    found = (
        (name, _value(record[name], rule)) for name, rule in allowlist.items() if name in record
    )
    return {name: value for name, value in found if value is not None}


def _value(value: Any, rule: Any) -> Any:
    if rule is True:
        return None if isinstance(value, dict | list) else value
    if isinstance(value, list):
        return [_object(part, rule) for part in value if isinstance(part, dict)]
    return _object(value, rule) if isinstance(value, dict) else None
