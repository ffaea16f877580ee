"""Sample coupons and orders. Orders refer to existing products, customers and coupons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

from portal.sandbox.dates import format_date
from portal.sandbox.sample_data.amounts import add_special_amounts, included_tax
from portal.sandbox.sample_data.catalog import YEAR_S
from portal.sandbox.sample_data.customers import make_person
from portal.sandbox.sample_data.sale_details import add_order_details, coupon_limits, selections

DAY_S = 24 * 3600
PAYMENT_METHODS = ("Card", "PayPal", "Bank transfer", "Invoice")
COUPON_NAMES = (
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


def make_coupons(
    count: int,
    *,
    seed: int,
    now: int,
    products: Sequence[int] = (),
    categories: Sequence[int] = (),
) -> Iterator[tuple[int, Fields]]:
    """Yield creation time in Unix seconds and fields. The first code is ``WELCOME-10``.

    ``products`` and ``categories`` are ids that the limits of some coupons name.
    """
    rng = Random(f"coupons {seed}")  # noqa: S311 - not a secret
    for n in range(count):
        created = now - 2 * YEAR_S * (count - n) // (count + 1)
        name = COUPON_NAMES[n % len(COUPON_NAMES)]
        kind, discount = rng.choice(
            (("PERCENT", 10), ("PERCENT", 20), ("ABS", 5), ("ABS", 15), ("SHIPPING", 0))
        )
        fields: Fields = {
            "name": f"{name} {n + 1}",
            "code": f"{name.upper().replace(' ', '')}-{n + 10}",
            "discountType": kind if n else "PERCENT",
            "discount": discount if n else 10,
            "launchDate": format_date(created),
        }
        if n and rng.random() < 0.3:  # noqa: PLR2004 - share of the records
            fields["totalLimit"] = rng.choice((25, 50, 100))
        if n and rng.random() < 0.25:  # noqa: PLR2004
            fields["usesLimit"] = rng.choice(("ONCEPERCUSTOMER", "SINGLE"))
        if n and rng.random() < 0.2:  # noqa: PLR2004
            fields["expirationDate"] = format_date(created + rng.randrange(30, 400) * DAY_S)
        if n:
            fields |= coupon_limits(n, fields["discountType"], products, categories)
        yield created, fields


def make_orders(
    count: int,
    *,
    seed: int,
    now: int,
    products: Sequence[Fields],
    customers: Sequence[tuple[int, str]],
    coupons: Sequence[Fields],
    group: Fields | None = None,
) -> Iterator[tuple[int, int, Fields]]:
    """Yield creation and update times in Unix seconds, and fields, oldest order first.

    ``customers`` are pairs of id and e-mail address. Without customers, guests place the orders.
    ``group`` is a customer group of the store.
    """
    rng = Random(f"orders {seed}")  # noqa: S311 - not a secret
    special = Random(f"amounts {seed}")  # noqa: S311 - not a secret
    details = Random(f"details {seed}")  # noqa: S311 - not a secret
    times = Random(f"times {seed}")  # noqa: S311 - not a secret
    for n in range(count):
        age_s = _age_s(n, count)
        # Days differ, and no order is older than the one before it.
        spread_s = max(1, _age_s(n - 1, count) - age_s - 60)
        created = now - age_s - rng.randrange(60) - times.randrange(spread_s)
        updated = min(created + rng.randrange(5 * DAY_S), now - 60)
        fields = _order(rng, age_s, products, coupons)
        add_special_amounts(special, fields, max(created, updated), group)
        add_order_details(details, fields, created)
        if customers:
            fields["customerId"], fields["email"] = rng.choice(customers)
        else:
            fields["email"] = f"guest.{n}@shopper.example"
        yield created, max(created, updated), fields


def _age_s(n: int, count: int) -> int:
    """Return the age of an order of a store that grows: a fifth is from the last of 24 months."""
    return int(2 * YEAR_S * ((count - n) / (count + 1)) ** 2) + 60 * (count - n)


def _order(
    rng: Random, age_s: int, products: Sequence[Fields], coupons: Sequence[Fields]
) -> Fields:
    items = [_item(rng, rng.choice(products)) for _ in range(rng.choice((1, 1, 2, 2, 3, 5)))]
    subtotal = round(sum(item["price"] * item["quantity"] for item in items), 2)
    rate = 0.0 if subtotal >= 75 else 4.9  # noqa: PLR2004 - free shipping from 75
    person = make_person(rng)
    fields: Fields = {
        "items": items,
        "subtotal": subtotal,
        "billingPerson": person,
        "shippingPerson": person,
        "paymentMethod": rng.choice(PAYMENT_METHODS),
        "shippingOption": {
            "shippingMethodName": "Standard delivery",
            "shippingRate": rate,
            "isPickup": False,
            "fulfillmentType": "SHIPPING",
        },
        **_statuses(rng, age_s),
    }
    coupon_discount = 0.0
    if coupons and rng.random() < 0.12:  # noqa: PLR2004 - share of the records
        coupon = rng.choice(coupons)
        is_percentage = coupon["discountType"] == "PERCENT"
        amount = subtotal * coupon["discount"] / 100 if is_percentage else coupon["discount"]
        coupon_discount = round(min(amount, subtotal), 2)
        fields["discountCoupon"] = coupon
        fields["couponDiscount"] = coupon_discount
    fields["total"] = round(subtotal + rate - coupon_discount, 2)
    fields["tax"] = included_tax(fields["total"])
    return fields


def _item(rng: Random, product: Fields) -> Fields:
    item: Fields = {
        "productId": product["id"],
        "name": product["name"],
        "sku": product["sku"],
        "price": product["price"],
        "quantity": rng.choice((1, 1, 1, 2, 3)),
    }
    if product.get("combinations"):
        variation = rng.choice(product["combinations"])
        item["combinationId"] = variation["id"]
        item["sku"] = variation["sku"]
        item["price"] = variation["defaultDisplayedPrice"]
        item["selectedOptions"] = selections(product, variation["options"])
    return item


def _statuses(rng: Random, age_s: int) -> Fields:
    """Return the statuses of an order of this age; a few orders are canceled or returned."""
    draw = rng.random()
    if draw < 0.03:  # noqa: PLR2004 - share of the records
        return {"paymentStatus": "CANCELLED", "fulfillmentStatus": "WILL_NOT_DELIVER"}
    if draw < 0.05:  # noqa: PLR2004
        return {"paymentStatus": "REFUNDED", "fulfillmentStatus": "RETURNED"}
    if age_s < 2 * DAY_S:
        payment = "AWAITING_PAYMENT" if draw < 0.3 else "PAID"  # noqa: PLR2004
        return {"paymentStatus": payment, "fulfillmentStatus": "AWAITING_PROCESSING"}
    if age_s < 6 * DAY_S:
        return {"paymentStatus": "PAID", "fulfillmentStatus": "SHIPPED"}
    return {"paymentStatus": "PAID", "fulfillmentStatus": "DELIVERED"}
