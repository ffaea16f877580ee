"""Tables that the tests of event processing share."""

from __future__ import annotations

from portal.models import Category, Coupon, Customer, MirrorTable, Order, Product

# By the part of the event type before the full stop.
TABLE_OF: dict[str, type[MirrorTable]] = {
    "product": Product,
    "category": Category,
    "order": Order,
    "customer": Customer,
    "discount_coupon": Coupon,
}
