"""Rules of a coupon: each returns why a basket doesn't meet it, and by how much."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from portal.i18n import N_
from portal.rules.orders.coupon_terms import (
    ACTIVE,
    NEW_ONLY,
    ONCE,
    ONCE_PER_CUSTOMER,
    REPEAT_ONLY,
    Basket,
    BasketLine,
    CouponFailure,
    CouponRule,
    CouponTerms,
)
from portal.rules.orders.pricing import ZERO
from portal.rules.sync.nightly_schedule import parse_timezone


def applies_to_line(terms: CouponTerms, line: BasketLine) -> bool:
    """Return whether the coupon includes this line, by its product or one of its categories."""
    is_limited = bool(terms.product_ids or terms.category_ids)
    is_named = line.product_id in terms.product_ids or bool(line.category_ids & terms.category_ids)
    return is_named or not is_limited


def is_eligible(terms: CouponTerms, line: BasketLine) -> bool:
    """Return whether the coupon may discount this line."""
    return line.allows_discounts and applies_to_line(terms, line)


def _status(terms: CouponTerms, _basket: Basket) -> CouponFailure | None:
    if terms.status == ACTIVE:
        return None
    text = {
        "PAUSED": N_("The coupon is paused"),
        "EXPIRED": N_("The coupon has expired"),
        "USEDUP": N_("The coupon is used up"),
    }.get(terms.status, N_("The coupon isn't active: its status is %(status)s"))
    return CouponFailure(CouponRule.STATUS, text, {"status": terms.status})


def _launch(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    launch = terms.launches_at
    if launch is None or launch <= basket.now:
        return None
    text = N_("The coupon starts on %(when)s (%(zone)s)")
    return CouponFailure(CouponRule.LAUNCH, text, _times(launch, basket))


def _expiry(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    end = terms.expires_at
    if end is None or basket.now < end:
        return None
    text = N_("The coupon expired on %(when)s (%(zone)s)")
    return CouponFailure(CouponRule.EXPIRY, text, _times(end, basket))


def _times(moment: datetime, basket: Basket) -> dict[str, Any]:
    zone = parse_timezone(basket.timezone)
    when = moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    return {"when": when, "zone": basket.timezone if zone is not UTC else "UTC"}


def _uses(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    if terms.uses_limit != ONCE or not basket.uses:
        return None
    text = N_("The coupon may be used once, and was used %(uses)s times")
    return CouponFailure(CouponRule.USES, text, {"uses": basket.uses})


def _uses_per_customer(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    if terms.uses_limit != ONCE_PER_CUSTOMER:
        return None
    rule = CouponRule.USES_PER_CUSTOMER
    if basket.customer_uses is None:
        return CouponFailure(
            rule, N_("This coupon works once per customer: enter the customer's email")
        )
    if not basket.customer_uses:
        return None
    text = N_("The coupon may be used once per customer, and this one used it %(uses)s times")
    return CouponFailure(rule, text, {"uses": basket.customer_uses})


def _new_customer(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    if terms.application_limit != NEW_ONLY:
        return None
    rule = CouponRule.NEW_CUSTOMER
    if basket.previous_orders is None:
        return CouponFailure(
            rule, N_("This coupon is for new customers only: enter the customer's email")
        )
    if not basket.previous_orders:
        return None
    text = N_("The coupon is for new customers only; this one has ordered %(orders)s times")
    return CouponFailure(rule, text, {"orders": basket.previous_orders})


def _repeat_customer(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    if terms.application_limit != REPEAT_ONLY:
        return None
    rule = CouponRule.REPEAT_CUSTOMER
    if basket.previous_orders is None:
        return CouponFailure(
            rule, N_("This coupon is for returning customers only: enter the customer's email")
        )
    if basket.previous_orders:
        return None
    text = N_("The coupon is for returning customers only; this one has not ordered before")
    return CouponFailure(rule, text)


def _catalog(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    if not terms.discounts_items or any(applies_to_line(terms, line) for line in basket.lines):
        return None
    text = N_(
        "None of the %(lines)s items is among the %(products)s products and %(categories)s"
        " categories that the coupon is for"
    )
    values = {
        "lines": len(basket.lines),
        "products": len(terms.product_ids),
        "categories": len(terms.category_ids),
    }
    return CouponFailure(CouponRule.CATALOG, text, values)


def _discounts_allowed(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    named = [line for line in basket.lines if applies_to_line(terms, line)]
    if not terms.discounts_items or not named or any(line.allows_discounts for line in named):
        return None
    text = N_("The store allows no discounts on the %(lines)s items that the coupon is for")
    return CouponFailure(CouponRule.DISCOUNTS_ALLOWED, text, {"lines": len(named)})


def shortfall_of_minimum(minimum: Decimal | None, subtotal: Decimal) -> Decimal:
    """Return the amount missing from the coupon's minimum, or zero; the minimum itself is enough.

    The REST documentation calls ``totalLimit`` "the minimum order subtotal the coupon applies to".
    The admin's label "orders over" can be read otherwise; the API's word counts here. The subtotal
    has all items at their prices, also those that the coupon doesn't discount, before any discount.
    """
    return max((minimum or ZERO) - subtotal, ZERO)


def _minimum(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    minimum = terms.minimum_subtotal or ZERO
    shortfall = shortfall_of_minimum(minimum, basket.subtotal)
    if not shortfall:
        return None
    format_amount = basket.currency.format_amount
    text = N_("%(short)s short of the %(minimum)s minimum")
    values = {"short": format_amount(shortfall), "minimum": format_amount(minimum)}
    return CouponFailure(CouponRule.MINIMUM, text, values, shortfall=shortfall)


def _shipping(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    if terms.discounts_items or not terms.discounts_shipping:
        return None
    if not basket.shipping_method:
        return CouponFailure(
            CouponRule.SHIPPING, N_("This coupon is for shipping: choose a shipping method")
        )
    return shipping_method_failure(terms, basket)


def shipping_method_failure(terms: CouponTerms, basket: Basket) -> CouponFailure | None:
    """Return why the coupon doesn't cover the chosen shipping method, or None."""
    if not terms.shipping_methods or terms.shipping_methods & basket.shipping_method:
        return None
    text = N_("This coupon covers only these shipping methods: %(methods)s")
    methods = ", ".join(sorted(terms.shipping_methods))
    return CouponFailure(CouponRule.SHIPPING, text, {"methods": methods})


# In the order in which failures are reported.
RULES: tuple[Callable[[CouponTerms, Basket], CouponFailure | None], ...] = (
    _status,
    _launch,
    _expiry,
    _uses,
    _uses_per_customer,
    _new_customer,
    _repeat_customer,
    _catalog,
    _discounts_allowed,
    _minimum,
    _shipping,
)
