"""Basket of a quote, by which the rules of a coupon are evaluated."""

from __future__ import annotations

from collections.abc import Sequence

from portal.models import Store, utc_now
from portal.rules.orders.calculations import ShippingOption
from portal.rules.orders.coupon_terms import Basket, BasketLine
from portal.rules.orders.pricing import ZERO
from portal.rules.orders.quotes import KnownCustomer, QuotedLine
from portal.services.orders.coupon_usage import FoundCoupon


def coupon_basket(
    store: Store,
    lines: Sequence[QuotedLine],
    customer: KnownCustomer | None,
    coupon: FoundCoupon | None,
    shipping: ShippingOption | None,
) -> Basket:
    """Return the basket; ``customer`` is None if the order request names none.

    The customer's orders that the mirror doesn't have yet count, too.
    """
    previous = None
    if customer is not None:
        unseen = coupon.unseen_orders if coupon else 0
        previous = max(customer.previous_orders, unseen)
    return Basket(
        lines=tuple(
            BasketLine(line.product_id, line.total, line.category_ids, line.allows_discounts)
            for line in lines
        ),
        currency=store.money_currency,
        now=utc_now(),
        timezone=store.timezone,
        previous_orders=previous,
        customer_uses=coupon.customer_uses if coupon else None,
        uses=coupon.uses if coupon else 0,
        shipping_method=frozenset({shipping.id, shipping.name}) if shipping else frozenset(),
        shipping_cost=shipping.rate if shipping else ZERO,
    )
