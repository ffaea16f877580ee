"""Check of whether a coupon may be used for a basket, and its discount.

Ecwid's API stores a coupon in an order as given and checks nothing, so these rules alone protect
the store from invalid discounts. They follow the fields of the coupon; where Ecwid's documentation
says nothing, `docs/coupon-cases.md` lists the decisions, case by case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from portal.i18n import N_
from portal.rules.orders.coupon_limits import RULES, is_eligible, shipping_method_failure
from portal.rules.orders.coupon_terms import (
    TYPES,
    Basket,
    CouponFailure,
    CouponResult,
    CouponRule,
    CouponTerms,
)
from portal.rules.orders.pricing import HUNDRED, ZERO, Currency, allocate


def evaluate_coupon(code: str, terms: CouponTerms | None, basket: Basket) -> CouponResult:
    """Return the verdict on a coupon; ``terms`` is None if the store has none with this code."""
    if terms is None:
        text = N_("The store has no coupon with the code %(code)s")
        return _refused(code, (CouponFailure(CouponRule.EXISTS, text, {"code": code}),), basket)
    if terms.type not in TYPES:
        text = N_("Coupons of this type aren't supported here: %(type)s")
        return _refused(code, (CouponFailure(CouponRule.TYPE, text, {"type": terms.type}),), basket)
    eligible = [line.amount if is_eligible(terms, line) else ZERO for line in basket.lines]
    coupon_result = CouponResult(
        terms.code, tuple(_failures(terms, basket)), eligible_subtotal=sum(eligible, ZERO)
    )
    if not coupon_result.is_accepted:
        return replace(coupon_result, line_discounts=tuple(ZERO for _ in eligible))
    items_discount = _items_discount(terms, coupon_result.eligible_subtotal, basket.currency)
    off_limits = shipping_method_failure(terms, basket) if terms.discounts_shipping else None
    is_shipping_off = terms.discounts_shipping and off_limits is None
    return replace(
        coupon_result,
        items_discount=items_discount,
        shipping_discount=basket.shipping_cost if is_shipping_off else ZERO,
        line_discounts=tuple(allocate(items_discount, eligible, basket.currency)),
        warning=off_limits,
    )


def _refused(code: str, failures: tuple[CouponFailure, ...], basket: Basket) -> CouponResult:
    return CouponResult(code, failures, line_discounts=tuple(ZERO for _ in basket.lines))


def _failures(terms: CouponTerms, basket: Basket) -> Iterator[CouponFailure]:
    for rule in RULES:
        failure = rule(terms, basket)
        if failure is not None:
            yield failure


def _items_discount(terms: CouponTerms, eligible: Decimal, currency: Currency) -> Decimal:
    """Return the discount on the items: from zero up to the total of the eligible items."""
    if not terms.discounts_items:
        return ZERO
    value = max(terms.discount, ZERO)
    if terms.type.startswith("PERCENT"):
        value = eligible * min(value, HUNDRED) / HUNDRED
    return min(currency.rounded(value), eligible)
