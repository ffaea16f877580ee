"""Make up what a shop has sold: orders of real products by real customers, some with a coupon."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from portal.sandbox.dates import date_text
from portal.sandbox.resources.calculation import TAX_RATE
from portal.sandbox.shop.catalogue import YEAR_S
from portal.sandbox.shop.people import make_person

DAY_S = 24 * 3600
PAYMENT_METHODS = ("Card", "PayPal", "Bank transfer", "Invoice")
OCCASIONS = (
    "Welcome",
    "Spring",
    "Thank you",
    "Birthday",
    "Market day",
    "Studio",
    "Winter",
    "Return",
)
Fields = dict[str, Any]


def make_coupons(count: int, *, seed: int, now: int) -> Iterator[tuple[int, Fields]]:
    """Yield time of creation in Unix seconds and fields; the first one is ``WELCOME-10``."""
    chance = Random(f"coupons {seed}")  # noqa: S311 - a shop, not a secret
    for n in range(count):
        created = now - 2 * YEAR_S * (count - n) // (count + 1)
        occasion = OCCASIONS[n % len(OCCASIONS)]
        kind, discount = chance.choice(
            (("PERCENT", 10), ("PERCENT", 20), ("ABS", 5), ("ABS", 15), ("SHIPPING", 0))
        )
        fields: Fields = {
            "name": f"{occasion} {n + 1}",
            "code": f"{occasion.upper().replace(' ', '')}-{n + 10}",
            "discountType": kind if n else "PERCENT",
            "discount": discount if n else 10,
            "launchDate": date_text(created),
        }
        if n and chance.random() < 0.3:  # noqa: PLR2004 - shares of a shop
            fields["totalLimit"] = chance.choice((25, 50, 100))
        if n and chance.random() < 0.25:  # noqa: PLR2004
            fields["usesLimit"] = chance.choice(("ONCEPERCUSTOMER", "SINGLE"))
        if n and chance.random() < 0.2:  # noqa: PLR2004
            fields["expirationDate"] = date_text(created + chance.randrange(30, 400) * DAY_S)
        yield created, fields


def make_orders(
    count: int,
    *,
    seed: int,
    now: int,
    products: Sequence[Fields],
    customers: Sequence[tuple[int, str]],
    coupons: Sequence[Fields],
) -> Iterator[tuple[int, int, Fields]]:
    """Yield times of creation and update in Unix seconds, and fields; the oldest order first.

    ``customers`` are id and e-mail address; without them, guests buy.
    """
    chance = Random(f"orders {seed}")  # noqa: S311 - a shop, not a secret
    for n in range(count):
        age_s = 2 * YEAR_S * (count - n) // (count + 1)
        created = now - age_s - chance.randrange(60)
        updated = min(created + chance.randrange(5 * DAY_S), now - 60)
        fields = _order(chance, age_s, products, coupons)
        if customers:
            fields["customerId"], fields["email"] = chance.choice(customers)
        else:
            fields["email"] = f"guest.{n}@shopper.example"
        yield created, max(created, updated), fields


def _order(
    chance: Random, age_s: int, products: Sequence[Fields], coupons: Sequence[Fields]
) -> Fields:
    items = [
        _item(chance, chance.choice(products)) for _ in range(chance.choice((1, 1, 2, 2, 3, 5)))
    ]
    subtotal = round(sum(item["price"] * item["quantity"] for item in items), 2)
    rate = 0.0 if subtotal >= 75 else 4.9  # noqa: PLR2004 - free from there
    person = make_person(chance)
    fields: Fields = {
        "items": items,
        "subtotal": subtotal,
        "billingPerson": person,
        "shippingPerson": person,
        "paymentMethod": chance.choice(PAYMENT_METHODS),
        "shippingOption": {
            "shippingMethodName": "Standard delivery",
            "shippingRate": rate,
            "isPickup": False,
            "fulfillmentType": "SHIPPING",
        },
        **_statuses(chance, age_s),
    }
    reduction = 0.0
    if coupons and chance.random() < 0.12:  # noqa: PLR2004 - shares of a shop
        coupon = chance.choice(coupons)
        is_share = coupon["discountType"] == "PERCENT"
        off = subtotal * coupon["discount"] / 100 if is_share else coupon["discount"]
        reduction = round(min(off, subtotal), 2)
        fields["discountCoupon"] = coupon
        fields["couponDiscount"] = reduction
    fields["total"] = round(subtotal + rate - reduction, 2)
    fields["tax"] = round(fields["total"] * float(TAX_RATE / (100 + TAX_RATE)), 2)
    return fields


def _item(chance: Random, product: Fields) -> Fields:
    item: Fields = {
        "productId": product["id"],
        "name": product["name"],
        "sku": product["sku"],
        "price": product["price"],
        "quantity": chance.choice((1, 1, 1, 2, 3)),
    }
    if product.get("combinations"):
        variation = chance.choice(product["combinations"])
        item["combinationId"] = variation["id"]
        item["sku"] = variation["sku"]
        item["price"] = variation["price"]
        item["selectedOptions"] = [
            {"name": option["name"], "value": option["value"], "type": "CHOICE"}
            for option in variation["options"]
        ]
    return item


def _statuses(chance: Random, age_s: int) -> Fields:
    """Return how far an order of this age is; a few were cancelled or sent back."""
    draw = chance.random()
    if draw < 0.03:  # noqa: PLR2004 - shares of a shop
        return {"paymentStatus": "CANCELED", "fulfillmentStatus": "WILL_NOT_DELIVER"}
    if draw < 0.05:  # noqa: PLR2004
        return {"paymentStatus": "REFUNDED", "fulfillmentStatus": "RETURNED"}
    if age_s < 2 * DAY_S:
        payment = "AWAITING_PAYMENT" if draw < 0.3 else "PAID"  # noqa: PLR2004
        return {"paymentStatus": payment, "fulfillmentStatus": "AWAITING_PROCESSING"}
    if age_s < 6 * DAY_S:
        return {"paymentStatus": "PAID", "fulfillmentStatus": "SHIPPED"}
    return {"paymentStatus": "PAID", "fulfillmentStatus": "DELIVERED"}
