"""Judge whether a coupon may be used for a basket, and say which rule forbids it, by how much.

Ecwid's API stores a coupon in an order as it is given, and checks nothing: these rules are all
that stands between a caller and a discount. They follow what the fields of a coupon say; where the
documentation is silent, `docs/coupon-cases.md` shows what was chosen, case by case.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from portal.i18n import marked
from portal.rules.orders.coupon_limits import RULES, beyond_shipping_limit, is_eligible
from portal.rules.orders.coupon_terms import (
    TYPES,
    Basket,
    CouponRule,
    CouponTerms,
    CouponVerdict,
    Failure,
)
from portal.rules.orders.pricing import HUNDRED, ZERO, Currency, shared_out


def judge_coupon(code: str, terms: CouponTerms | None, basket: Basket) -> CouponVerdict:
    """Return whether the coupon of this code may be used; ``terms`` None: the store has none."""
    if terms is None:
        text = marked("The store has no coupon with the code %(code)s")
        return _refused(code, (Failure(CouponRule.EXISTS, text, {"code": code}),), basket)
    if terms.type not in TYPES:
        text = marked("The coupon is of a kind that is not known here: %(type)s")
        return _refused(code, (Failure(CouponRule.TYPE, text, {"type": terms.type}),), basket)
    eligible = [line.amount if is_eligible(terms, line) else ZERO for line in basket.lines]
    verdict = CouponVerdict(
        terms.code, tuple(_failures(terms, basket)), eligible_subtotal=sum(eligible, ZERO)
    )
    if not verdict.is_accepted:
        return replace(verdict, shares=tuple(ZERO for _ in eligible))
    items_off = _items_off(terms, verdict.eligible_subtotal, basket.currency)
    off_limits = beyond_shipping_limit(terms, basket) if terms.gives_shipping else None
    is_shipping_off = terms.gives_shipping and off_limits is None
    return replace(
        verdict,
        items_off=items_off,
        shipping_off=basket.shipping_cost if is_shipping_off else ZERO,
        shares=tuple(shared_out(items_off, eligible, basket.currency)),
        remark=off_limits,
    )


def _refused(code: str, failures: tuple[Failure, ...], basket: Basket) -> CouponVerdict:
    return CouponVerdict(code, failures, shares=tuple(ZERO for _ in basket.lines))


def _failures(terms: CouponTerms, basket: Basket) -> Iterator[Failure]:
    for rule in RULES:
        failure = rule(terms, basket)
        if failure is not None:
            yield failure


def _items_off(terms: CouponTerms, eligible: Decimal, currency: Currency) -> Decimal:
    """Return what comes off the items: never more than the eligible ones cost, never below zero."""
    if not terms.gives_items:
        return ZERO
    value = max(terms.discount, ZERO)
    if terms.type.startswith("PERCENT"):
        value = eligible * min(value, HUNDRED) / HUNDRED
    return min(currency.rounded(value), eligible)
