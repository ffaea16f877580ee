"""Actions of shoppers, and actions on their orders."""

from __future__ import annotations

import random
import time
from typing import Any

from portal.sandbox.actions.random_record import RANDOM, random_record
from portal.sandbox.dates import format_date
from portal.sandbox.parts import Parts
from portal.sandbox.resource_specs import Body
from portal.sandbox.sample_data.amounts import REFUND_REASONS
from portal.sandbox.sample_data.customers import make_person

COUPON_CODE = "THANKYOU-10"
# Coupons that take something off any order.
USABLE_COUPON = (
    "status = 'ACTIVE' AND type = 'PERCENT' AND json_extract(body, '$.totalLimit') IS NULL"
)
# Fields of a calculated order that an order keeps.
CALCULATED = (
    "subtotal",
    "subtotalWithoutTax",
    "total",
    "totalWithoutTax",
    "tax",
    "pricesIncludeTax",
    "items",
    "shippingOption",
    "taxesOnShipping",
    "handlingFee",
    "customSurcharges",
    "couponDiscount",
    "discount",
    "discountInfo",
    "volumeDiscount",
    "membershipBasedDiscount",
    "totalAndMembershipBasedDiscount",
    "customDiscount",
    "giftCardRedemption",
    "totalBeforeGiftCardRedemption",
)
EXTRAS: Body = {
    "handlingFee": {"name": "Gift box", "value": 3.5, "description": "Box and ribbon"},
    "customSurcharges": [{"id": "tips", "value": 2, "type": "ABSOLUTE", "description": "Tip"}],
    "discountInfo": [
        {"value": 5, "type": "PERCENT", "base": "CUSTOM", "description": "Thanks for coming back"}
    ],
}


def place_order(parts: Parts, store_id: int) -> str:
    """Place an order for a random product."""
    order = _place_order(parts, store_id, None)
    return f"Order {order['id']} for {order['total']:.2f} was placed by {order['email']}."


def place_order_with_coupon(parts: Parts, store_id: int) -> str:
    """Place an order with a coupon; create the coupon if the store has none."""
    try:
        coupon = random_record(parts, store_id, "coupon", USABLE_COUPON)
    except LookupError:
        coupon = _default_coupon(parts, store_id)
    order = _place_order(parts, store_id, coupon)
    parts.coupons.count_use(store_id, coupon["code"], order["internalId"])
    return (
        f"Order {order['id']} for {order['total']:.2f} was placed with the coupon"
        f" {coupon['code']}, a discount of {order['couponDiscount']:.2f}."
    )


def place_order_with_extras(parts: Parts, store_id: int) -> str:
    """Place an order with a handling fee, a tip, a discount and an extra field."""
    order = _place_order(
        parts,
        store_id,
        None,
        EXTRAS,
        extraFields={"wrapping": "Brown paper"},
        orderComments="Please ring twice.",
    )
    return (
        f"Order {order['id']} for {order['total']:.2f} was placed with a fee of"
        f" {order['handlingFee']['value']:.2f}, a tip of 2.00 and a discount of"
        f" {order['discount']:.2f}."
    )


def abandon_cart(parts: Parts, store_id: int) -> str:
    """Create an order that the shopper doesn't complete."""
    order = _place_order(parts, store_id, None, paymentStatus="INCOMPLETE")
    return f"A cart of {order['total']:.2f} was abandoned by {order['email']}."


def pay_order(parts: Parts, store_id: int) -> str:
    """Mark an unpaid order as paid."""
    order = random_record(parts, store_id, "purchase", "payment = 'AWAITING_PAYMENT'")
    parts.orders.update(store_id, order["id"], {"paymentStatus": "PAID"})
    return f"Order {order['id']} was paid."


def refund_order(parts: Parts, store_id: int) -> str:
    """Refund a part of a paid order, with a reason."""
    # Source (documented): REST docs, "Search orders", refunds: date, source, reason, amount.
    order = random_record(parts, store_id, "purchase", "payment = 'PAID'")
    amount = round(order["total"] / 4, 2)
    reason = RANDOM.choice(REFUND_REASONS)
    now = format_date(time.time())
    refund = {"date": now, "source": "CP", "reason": reason, "amount": amount}
    changes = {
        "paymentStatus": "PARTIALLY_REFUNDED",
        "refunds": [*order["refunds"], refund],
        "refundedAmount": round(order["refundedAmount"] + amount, 2),
    }
    parts.orders.update(store_id, order["id"], changes)
    return f"{amount:.2f} of order {order['id']} was refunded: {reason}."


def ship_order(parts: Parts, store_id: int) -> str:
    """Ship a paid order."""
    order = random_record(
        parts, store_id, "purchase", "payment = 'PAID' AND fulfillment NOT IN ('SHIPPED')"
    )
    tracking = f"RX{RANDOM.randrange(10**8, 10**9)}DE"
    parts.orders.update(
        store_id, order["id"], {"fulfillmentStatus": "SHIPPED", "trackingNumber": tracking}
    )
    return f"Order {order['id']} was shipped, tracking number {tracking}."


def cancel_order(parts: Parts, store_id: int) -> str:
    """Cancel an order, which restores the stock."""
    order = random_record(parts, store_id, "purchase", "payment NOT IN ('CANCELLED', 'INCOMPLETE')")
    parts.orders.update(store_id, order["id"], {"paymentStatus": "CANCELLED"})
    return f"Order {order['id']} was canceled and its stock restored."


def register_customer(parts: Parts, store_id: int) -> str:
    """Register a new customer."""
    fields = _random_shopper()
    parts.customers.create(store_id, fields)
    return f"{fields['name']} was registered as {fields['email']}."


def request_data_export(parts: Parts, store_id: int) -> str:
    """Emit a customer's request for their data, which Ecwid forwards to apps."""
    return _request_personal_data(parts, store_id, "Export", "requested a data export")


def request_data_removal(parts: Parts, store_id: int) -> str:
    """Emit a customer's request for erasure; the store keeps the customer for now."""
    return _request_personal_data(parts, store_id, "Removal", "requested data removal")


def _request_personal_data(parts: Parts, store_id: int, request: str, sentence: str) -> str:
    customer = random_record(parts, store_id, "customer")
    data = {"customerEmail": customer["email"]}
    parts.events.emit(store_id, f"customer.personalData{request}Request", customer["id"], data)
    return f"Customer {customer['id']}, {customer['email']}, {sentence}."


def _place_order(
    parts: Parts, store_id: int, coupon: Body | None, sent: Body | None = None, **fields: Any
) -> Body:
    """Place an order as the storefront's checkout does; ``sent`` is added to the calculation."""
    product = random_record(parts, store_id, "product", "enabled = 1 AND in_stock = 1")
    item: Body = {
        "productId": product["id"],
        "name": product["name"],
        "sku": product["sku"],
        "price": product["price"],
        "quantity": RANDOM.choice((1, 1, 2)),
    }
    shopper = _random_shopper()
    shipping = {"shippingMethodId": "standard"}
    given = {"items": [item], "shippingOption": shipping, "discountCoupon": coupon, **(sent or {})}
    store = parts.stores.get_existing(store_id)
    order = parts.calculation.calculate(store, given)
    return parts.orders.create(
        store_id,
        {
            "paymentStatus": "AWAITING_PAYMENT",
            "fulfillmentStatus": "AWAITING_PROCESSING",
            "email": shopper["email"],
            "billingPerson": shopper["billingPerson"],
            "shippingPerson": shopper["billingPerson"],
            "discountCoupon": coupon,
            **{name: order[name] for name in CALCULATED if name in order},
            **fields,
        },
    )


def _default_coupon(parts: Parts, store_id: int) -> Body:
    try:
        return parts.coupons.get(store_id, COUPON_CODE)
    except LookupError:
        fields = {"name": "Thank you", "code": COUPON_CODE, "discountType": "PERCENT"}
        return parts.coupons.create(store_id, fields | {"discount": 10})


def _random_shopper() -> Body:
    person = make_person(random.Random(RANDOM.random()))  # noqa: S311 - not a secret
    handle = (
        f"{person['firstName']}.{person['lastName']}".lower().encode("ascii", "ignore").decode()
    )
    return {
        "name": person["name"],
        "email": f"{handle}.{RANDOM.randrange(10**6)}@shopper.example",
        "billingPerson": person,
    }
