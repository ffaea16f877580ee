"""What shoppers do, and what becomes of their orders."""

from __future__ import annotations

import random
from typing import Any

from portal.sandbox.kinds import Body
from portal.sandbox.life.picking import CHANCE, one_of
from portal.sandbox.parts import Parts
from portal.sandbox.resources.calculation import calculate
from portal.sandbox.shop.people import make_person

COUPON_CODE = "THANKYOU-10"


def place_order(parts: Parts, store_id: int) -> str:
    """Have a shopper buy something."""
    order = _bought(parts, store_id, None)
    return f"Order {order['id']} over {order['total']:.2f} was placed by {order['email']}."


def place_order_with_coupon(parts: Parts, store_id: int) -> str:
    """Have a shopper buy something with a coupon, made for the purpose if the store has none."""
    try:
        coupon = one_of(parts, store_id, "coupon", "status = 'ACTIVE' AND type = 'PERCENT'")
    except LookupError:
        coupon = _ten_percent(parts, store_id)
    order = _bought(parts, store_id, coupon)
    parts.coupons.count_use(store_id, coupon["code"])
    return (
        f"Order {order['id']} over {order['total']:.2f} was placed with the coupon"
        f" {coupon['code']}, which took {order['couponDiscount']:.2f} off."
    )


def leave_cart(parts: Parts, store_id: int) -> str:
    """Have a shopper leave without paying."""
    order = _bought(parts, store_id, None, paymentStatus="INCOMPLETE")
    return f"A cart of {order['total']:.2f} was left behind by {order['email']}."


def pay_order(parts: Parts, store_id: int) -> str:
    """Mark a waiting order as paid."""
    order = one_of(parts, store_id, "purchase", "payment = 'AWAITING_PAYMENT'")
    parts.orders.update(store_id, order["id"], {"paymentStatus": "PAID"})
    return f"Order {order['id']} is paid."


def ship_order(parts: Parts, store_id: int) -> str:
    """Send a paid order off."""
    order = one_of(
        parts, store_id, "purchase", "payment = 'PAID' AND fulfilment NOT IN ('SHIPPED')"
    )
    tracking = f"RX{CHANCE.randrange(10**8, 10**9)}DE"
    parts.orders.update(
        store_id, order["id"], {"fulfillmentStatus": "SHIPPED", "trackingNumber": tracking}
    )
    return f"Order {order['id']} was sent, tracking number {tracking}."


def cancel_order(parts: Parts, store_id: int) -> str:
    """Cancel an order: its stock comes back."""
    order = one_of(parts, store_id, "purchase", "payment NOT IN ('CANCELLED', 'INCOMPLETE')")
    parts.orders.update(store_id, order["id"], {"paymentStatus": "CANCELED"})
    return f"Order {order['id']} was cancelled, its stock is back."


def register_customer(parts: Parts, store_id: int) -> str:
    """Have somebody open an account."""
    fields = _somebody()
    parts.customers.create(store_id, fields)
    return f"{fields['name']} has an account: {fields['email']}."


def ask_for_data(parts: Parts, store_id: int) -> str:
    """Have a customer ask what is kept of them; Ecwid passes it on to the apps."""
    return _ask(parts, store_id, "Export", "wants to know what is kept of them")


def ask_to_be_forgotten(parts: Parts, store_id: int) -> str:
    """Have a customer ask to be erased; the customer stays in the store meanwhile."""
    return _ask(parts, store_id, "Removal", "wants to be forgotten")


def _ask(parts: Parts, store_id: int, what: str, said: str) -> str:
    customer = one_of(parts, store_id, "customer")
    data = {"customerEmail": customer["email"]}
    parts.events.emit(store_id, f"customer.personalData{what}Request", customer["id"], data)
    return f"Customer {customer['id']}, {customer['email']}, {said}."


def _bought(parts: Parts, store_id: int, coupon: Body | None, **fields: Any) -> Body:
    """Place an order as the shop's own checkout would."""
    product = one_of(parts, store_id, "product", "enabled = 1 AND in_stock = 1")
    item: Body = {
        "productId": product["id"],
        "name": product["name"],
        "sku": product["sku"],
        "price": product["price"],
        "quantity": CHANCE.choice((1, 1, 2)),
    }
    shopper = _somebody()
    shipping = {"shippingMethodId": "standard"}
    order = calculate({"items": [item], "shippingOption": shipping}, coupon)
    kept = ("subtotal", "total", "tax", "couponDiscount", "items", "shippingOption")
    return parts.orders.create(
        store_id,
        {
            "paymentStatus": "AWAITING_PAYMENT",
            "fulfillmentStatus": "AWAITING_PROCESSING",
            "email": shopper["email"],
            "billingPerson": shopper["billingPerson"],
            "shippingPerson": shopper["billingPerson"],
            "discountCoupon": coupon,
            **{name: order[name] for name in kept},
            **fields,
        },
    )


def _ten_percent(parts: Parts, store_id: int) -> Body:
    try:
        return parts.coupons.get(store_id, COUPON_CODE)
    except LookupError:
        fields = {"name": "Thank you", "code": COUPON_CODE, "discountType": "PERCENT"}
        return parts.coupons.create(store_id, fields | {"discount": 10})


def _somebody() -> Body:
    person = make_person(random.Random(CHANCE.random()))  # noqa: S311 - a shopper, not a secret
    handle = (
        f"{person['firstName']}.{person['lastName']}".lower().encode("ascii", "ignore").decode()
    )
    return {
        "name": person["name"],
        "email": f"{handle}.{CHANCE.randrange(10**6)}@shopper.example",
        "billingPerson": person,
    }
