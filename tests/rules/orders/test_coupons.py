"""Properties of coupon verdicts: discounts stay within limits, and the order of lines is
irrelevant.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.orders.coupon_terms import TYPES, Basket, BasketLine, CouponRule, CouponTerms
from portal.rules.orders.coupons import evaluate_coupon
from portal.rules.orders.pricing import Currency
from tests.rules.orders.test_coupon_cases import ROWS

NOW = datetime(2026, 3, 15, 12, tzinfo=UTC)
ids = st.frozensets(st.integers(0, 4), max_size=3)


@st.composite
def baskets(draw: st.DrawFn) -> Basket:
    currency = Currency("EUR", draw(st.integers(0, 3)))

    def amounts(most: int = 100_000) -> st.SearchStrategy[Decimal]:
        return st.integers(0, most).map(lambda n: n * currency.unit)

    lines = st.builds(BasketLine, st.integers(1, 4), amounts(), ids, st.booleans())
    return Basket(
        tuple(draw(st.lists(lines, min_size=1, max_size=6))),
        currency,
        NOW,
        previous_orders=draw(st.none() | st.integers(0, 3)),
        customer_uses=draw(st.none() | st.integers(0, 1)),
        uses=draw(st.integers(0, 2)),
        shipping_method=frozenset(
            draw(st.sets(st.sampled_from(["express", "pickup"]), max_size=1))
        ),
        shipping_cost=draw(amounts(2_000)),
    )


coupons = st.builds(
    CouponTerms,
    code=st.just("CODE"),
    type=st.sampled_from(TYPES),
    discount=st.decimals(-5, 500, places=3),
    launches_at=st.none() | st.just(NOW - timedelta(1)),
    minimum_subtotal=st.none() | st.integers(0, 300).map(Decimal),
    uses_limit=st.sampled_from(["UNLIMITED", "SINGLE", "ONCEPERCUSTOMER"]),
    application_limit=st.sampled_from(["UNLIMITED", "NEW_CUSTOMER_ONLY", "REPEAT_CUSTOMER_ONLY"]),
    product_ids=ids,
    category_ids=ids,
    shipping_methods=st.frozensets(st.sampled_from(["express", "pickup"]), max_size=1),
)


@given(coupons, baskets())
def test_discount_never_exceeds_the_eligible_amount(terms: CouponTerms, basket: Basket) -> None:
    coupon_result = evaluate_coupon("CODE", terms, basket)

    assert 0 <= coupon_result.items_discount <= coupon_result.eligible_subtotal <= basket.subtotal
    assert 0 <= coupon_result.shipping_discount <= basket.shipping_cost
    assert coupon_result.is_accepted or coupon_result.total_discount == 0
    assert coupon_result.total_discount <= basket.subtotal + basket.shipping_cost


@given(coupons, baskets())
def test_shares_add_up_and_never_exceed_their_line(terms: CouponTerms, basket: Basket) -> None:
    coupon_result = evaluate_coupon("CODE", terms, basket)

    assert sum(coupon_result.line_discounts) == coupon_result.items_discount
    assert all(
        0 <= share <= line.amount and share == basket.currency.rounded(share)
        for share, line in zip(coupon_result.line_discounts, basket.lines, strict=True)
    )


@given(coupons, baskets(), st.randoms(use_true_random=False))
def test_order_of_lines_is_irrelevant(
    terms: CouponTerms, basket: Basket, chance: st.DataObject
) -> None:
    lines = list(basket.lines)
    chance.shuffle(lines)  # type: ignore[attr-defined]
    moved = replace(basket, lines=tuple(lines))

    one, other = (evaluate_coupon("CODE", terms, each) for each in (basket, moved))

    assert replace(one, line_discounts=()) == replace(other, line_discounts=())
    assert line_discounts(one.line_discounts, basket) == line_discounts(other.line_discounts, moved)


def line_discounts(given: tuple[Decimal, ...], basket: Basket) -> list[tuple[Decimal, Decimal]]:
    return sorted((line.amount, share) for line, share in zip(basket.lines, given, strict=True))


def test_every_broken_rule_is_reported_with_the_missing_amount() -> None:
    terms = CouponTerms("C", "ABS", Decimal(5), "PAUSED", minimum_subtotal=Decimal(50))
    basket = Basket((BasketLine(5, Decimal("37.50")),), Currency.of("EUR"), NOW)

    failures = evaluate_coupon("C", terms, basket).failures

    assert [failure.rule for failure in failures] == [CouponRule.STATUS, CouponRule.MINIMUM]
    assert failures[1].shortfall == Decimal("12.50")


def test_documented_cases_cover_every_rule() -> None:
    assert {row[4] for row in ROWS} == {*CouponRule, "accepted"}
