"""The amounts of an order of any kind are named and add up to its total."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.ecwid.order_amounts import read_stored_order
from portal.rules.orders.named_amounts import AmountKind
from portal.rules.orders.order_amounts import OrderAmounts, Refund, order_amounts
from portal.rules.orders.pricing import Currency
from tests.ecwid.odd_values import odd_values
from tests.factories import order_payload

EUR = Currency("EUR")
K = AmountKind


def amounts_of(payload: Any, currency: Currency = EUR) -> OrderAmounts:
    return order_amounts(read_stored_order(payload), currency)


def lines_of(payload: Any, currency: Currency = EUR) -> list[tuple[str, str, str]]:
    """Return kind, name and amount of each line."""
    found = amounts_of(payload, currency).amounts
    return [(line.kind, line.name, str(line.amount)) for line in found]


def order(**changes: Any) -> dict[str, Any]:
    """Return an order of 100 without other amounts."""
    return {"subtotal": 100, "total": 100, "pricesIncludeTax": True} | changes


def money(unit: Decimal, most: int = 5_000) -> st.SearchStrategy[Decimal]:
    return st.integers(0, most).map(lambda units: units * unit)


@st.composite
def orders(draw: st.DrawFn) -> tuple[dict[str, Any], Currency, dict[AmountKind, Decimal]]:
    """Return an order of any kind, its currency, and the sum of its lines by kind."""
    currency = Currency("XXX", draw(st.sampled_from([0, 2, 3])))
    amount = money(currency.unit)
    discounts = {
        kind: draw(amount)
        for kind in (
            *(K.COUPON, K.VOLUME_DISCOUNT, K.GROUP_DISCOUNT),
            *(K.VOLUME_AND_GROUP_DISCOUNT, K.PROMOTION, K.GIFT_CARD),
        )
    }
    added = {kind: draw(amount) for kind in (K.ITEMS, K.HANDLING_FEE, K.SURCHARGE, K.TIP)}
    added[K.ITEMS] += 20_000 * currency.unit
    added[K.SHIPPING] = draw(amount)
    taxes = draw(st.lists(st.tuples(st.sampled_from("AB"), amount, st.booleans()), max_size=4))
    added[K.TAX] = sum((tax for _, tax, is_included in taxes if not is_included), Decimal(0))
    has_names = draw(st.booleans())
    promotions = [{"value": discounts[K.PROMOTION], "type": "ABS", "base": "CUSTOM"}]
    if not has_names:
        promotions = [{"value": 5, "type": "PERCENT", "base": "ITEM"}]
    payload = {
        "subtotal": added[K.ITEMS],
        "couponDiscount": discounts[K.COUPON],
        "volumeDiscount": discounts[K.VOLUME_DISCOUNT],
        "membershipBasedDiscount": discounts[K.GROUP_DISCOUNT],
        "totalAndMembershipBasedDiscount": discounts[K.VOLUME_AND_GROUP_DISCOUNT],
        "discount": sum(
            (
                discounts[kind]
                for kind in (
                    *(K.VOLUME_DISCOUNT, K.GROUP_DISCOUNT),
                    *(K.VOLUME_AND_GROUP_DISCOUNT, K.PROMOTION),
                )
            ),
            Decimal(0),
        ),
        "discountInfo": promotions,
        "shippingOption": {"shippingMethodName": "Post", "shippingRate": added[K.SHIPPING]},
        "handlingFee": {"name": "Wrapping", "value": added[K.HANDLING_FEE]},
        "customSurcharges": [
            {"id": "tips", "total": added[K.TIP], "description": "Tips"},
            {"id": "eco", "total": added[K.SURCHARGE], "description": "Eco fee"},
        ],
        "tax": sum((tax for _, tax, _ in taxes), Decimal(0)),
        "items": [
            {"taxes": [{"name": name, "total": tax, "includeInPrice": is_included}]}
            for name, tax, is_included in taxes
        ],
        "giftCardRedemption": discounts[K.GIFT_CARD],
        "refundedAmount": draw(amount),
        "total": sum(added.values(), Decimal(0)) - sum(discounts.values(), Decimal(0)),
    }
    return payload, currency, added | {kind: -value for kind, value in discounts.items()}


@settings(max_examples=100)
@given(orders())
def test_lines_of_every_kind_add_up_to_the_total(
    generated: tuple[dict[str, Any], Currency, dict[AmountKind, Decimal]],
) -> None:
    payload, currency, expected = generated

    amounts = amounts_of(payload, currency)

    by_kind: dict[AmountKind, Decimal] = {}
    for line in amounts.amounts:
        by_kind[line.kind] = by_kind.get(line.kind, Decimal(0)) + line.amount
    assert sum(by_kind.values()) == amounts.total == payload["total"]
    assert {kind: value for kind, value in by_kind.items() if value} == {
        kind: value for kind, value in expected.items() if value
    }
    assert amounts.refunded == payload["refundedAmount"]
    assert amounts.balance == payload["total"] - payload["refundedAmount"]


AMOUNTS = ("total", "subtotal", "discount", "couponDiscount", "tax", "giftCardRedemption")
any_amount = st.decimals(-(10**6), 10**6, places=4)


@given(payload=st.dictionaries(st.sampled_from(AMOUNTS), any_amount), digits=st.integers(0, 3))
def test_lines_add_up_whatever_the_store_sends(payload: dict[str, Any], digits: int) -> None:
    currency = Currency("XXX", digits)

    amounts = amounts_of(payload, currency)

    assert sum((line.amount for line in amounts.amounts), Decimal(0)) == amounts.total
    if "total" in payload:
        assert amounts.total == currency.rounded(payload["total"])


FIELDS = (
    *(*AMOUNTS, "items", "discountInfo", "shippingOption", "handlingFee", "customSurcharges"),
    *("refunds", "taxesOnShipping", "discountCoupon", "customerGroup", "pricesIncludeTax"),
)
PART_FIELDS = (
    *("taxes", "total", "totalWithoutTax", "name", "value", "type", "base", "price", "quantity"),
    *("shippingRate", "shippingRateWithoutTax", "discountedShippingRate", "includeInPrice"),
)
odd_part = st.dictionaries(st.sampled_from(PART_FIELDS), odd_values | any_amount)
odd_parts = odd_values | odd_part | st.lists(odd_part, max_size=4)


@given(payload=st.dictionaries(st.sampled_from(FIELDS), odd_parts) | odd_values)
def test_unreadable_amount_counts_as_missing(payload: Any) -> None:
    amounts = amounts_of(payload)

    assert sum((line.amount for line in amounts.amounts), Decimal(0)) == amounts.total


def test_difference_that_nothing_explains_is_shown() -> None:
    assert lines_of(order(total=90)) == [
        (K.ITEMS, "", "100.00"),
        (K.UNEXPLAINED, "", "-10.00"),
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"total": Decimal("100.004"), "subtotal": Decimal("99.996")}, None),
        ({"total": Decimal("99.99")}, (K.ROUNDING, "", "-0.01")),
        (
            {
                "total": 104,
                "shippingOption": {"shippingRate": 5, "discountedShippingRate": 4},
            },
            (K.SHIPPING_DISCOUNT, "", "-1.00"),
        ),
        (
            {
                "total": Decimal("84.03"),
                "subtotalWithoutTax": Decimal("84.03"),
                "customerTaxExempt": True,
                "tax": 0,
            },
            (K.TAX_EXEMPTION, "", "-15.97"),
        ),
        (
            {
                "total": 100,
                "totalBeforeGiftCardRedemption": 130,
                "giftCardRedemption": 30,
                "customSurcharges": [{"id": "x", "total": 30, "description": "Service"}],
            },
            (K.GIFT_CARD, "", "-30.00"),
        ),
    ],
)
def test_known_difference_has_its_name(
    changes: dict[str, Any], line: tuple[str, str, str] | None
) -> None:
    lines = lines_of(order(**changes))

    assert K.UNEXPLAINED not in {kind for kind, _, _ in lines}
    assert lines[-1] == (line or (K.ITEMS, "", "100.00"))


@pytest.mark.parametrize(
    ("discount", "total", "promotion"),
    [(15, 75, "-15.00"), (15, 85, "-5.00"), (10, 90, None), (10, 80, "-10.00")],
)
def test_discount_contains_the_coupon_if_only_that_adds_up(
    discount: int, total: int, promotion: str | None
) -> None:
    lines = lines_of(order(couponDiscount=10, discount=discount, total=total))

    promotions = [(K.PROMOTION, "", promotion)] if promotion else []
    assert lines[1:] == [(K.COUPON, "", "-10.00"), *promotions]


def test_promotions_have_their_texts() -> None:
    custom = {"type": "ABS", "base": "CUSTOM"}
    two = [
        custom | {"value": 10, "description": "Two for one"},
        custom | {"value": 5, "description": "Birthday"},
    ]
    percent = [two[0], {"value": 2, "type": "PERCENT", "base": "ITEM", "description": "Sale"}]
    member = {"value": 2, "type": "PERCENT", "base": "ON_MEMBERSHIP"}

    each = lines_of(order(total=83, discount=17, membershipBasedDiscount=2, discountInfo=two))
    together = lines_of(order(total=85, discount=15, discountInfo=[*percent, member]))

    assert each[1:] == [
        (K.GROUP_DISCOUNT, "", "-2.00"),
        (K.PROMOTION, "Two for one", "-10.00"),
        (K.PROMOTION, "Birthday", "-5.00"),
    ]
    assert together[1:] == [(K.PROMOTION, "Two for one, Sale", "-15.00")]


@pytest.mark.parametrize(
    ("changes", "on_top", "included"),
    [
        ({"tax": 19, "total": 119, "pricesIncludeTax": False}, [("", "19.00")], []),
        ({"tax": 19, "total": 100, "pricesIncludeTax": True}, [], [("", "19.00")]),
        # Records of older orders don't say whether the prices contain the tax.
        ({"tax": 19, "total": 119, "pricesIncludeTax": None}, [("", "19.00")], []),
        ({"tax": 19, "total": 100, "pricesIncludeTax": None}, [], [("", "19.00")]),
    ],
)
def test_tax_is_on_top_or_included(
    changes: dict[str, Any], on_top: list[tuple[str, str]], included: list[tuple[str, str]]
) -> None:
    amounts = amounts_of(order(**changes))

    taxes = [(line.name, str(line.amount)) for line in amounts.amounts if line.kind is K.TAX]
    assert taxes == on_top
    assert [(tax.name, str(tax.amount)) for tax in amounts.taxes if tax.is_included] == included
    assert K.UNEXPLAINED not in {line.kind for line in amounts.amounts}


def item_with(*taxes: tuple[str, str]) -> dict[str, Any]:
    return {"taxes": [{"name": name, "total": Decimal(total)} for name, total in taxes]}


def test_taxes_are_added_up_by_name() -> None:
    payload = order(
        pricesIncludeTax=False,
        total=Decimal("111.01"),
        tax=Decimal("11.01"),
        items=[item_with(("State", "4.004"), ("City", "1.5")), item_with(("State", "3.504"))],
        taxesOnShipping=[{"name": "City", "total": 2}],
    )

    assert lines_of(payload)[1:] == [(K.TAX, "State", "7.51"), (K.TAX, "City", "3.50")]


def test_tax_on_shipping_is_not_counted_twice() -> None:
    payload = order(
        pricesIncludeTax=False,
        total=110,
        tax=10,
        items=[item_with(("VAT", "10"))],
        taxesOnShipping=[{"name": "VAT", "total": 2}],
    )

    assert lines_of(payload)[1:] == [(K.TAX, "VAT", "10.00")]


def test_taxes_of_nothing_explain_no_tax() -> None:
    payload = order(
        pricesIncludeTax=False, total=101, tax=1, items=[item_with(("VAT", "0"), ("City", "0"))]
    )

    assert lines_of(payload, Currency("XXX", 0))[1:] == [(K.TAX, "", "1")]


def test_tax_that_the_items_do_not_explain_has_its_own_line() -> None:
    payload = order(pricesIncludeTax=False, total=112, tax=12, items=[item_with(("VAT", "7"))])

    assert lines_of(payload)[1:] == [(K.TAX, "VAT", "7.00"), (K.TAX, "", "5.00")]


def test_missing_subtotal_is_the_sum_of_the_items() -> None:
    payload = order(subtotal=None, items=[{"price": Decimal("12.50"), "quantity": 8}])

    assert lines_of(payload) == [(K.ITEMS, "", "100.00")]


def test_order_without_a_total_gets_the_sum_of_its_lines() -> None:
    amounts = amounts_of(order(total=None, couponDiscount=10))

    assert amounts.total == 90


def test_refunds_have_time_and_reason_and_cover_the_refunded_amount() -> None:
    refund = {"date": "2026-03-05 10:00:00 +0000", "reason": "Broken", "amount": 20}

    amounts = amounts_of(order(refundedAmount=50, refunds=[refund]))

    assert amounts.refunds == (
        Refund(Decimal("20.00"), datetime(2026, 3, 5, 10, tzinfo=UTC), "Broken"),
        Refund(Decimal("30.00")),
    )
    assert (amounts.refunded, amounts.balance) == (50, 50)


def test_amounts_of_the_usual_order_add_up() -> None:
    assert lines_of(order_payload()) == [
        (K.ITEMS, "", "49.80"),
        (K.COUPON, "WELCOME-10", "-4.98"),
        (K.SHIPPING, "Standard", "4.90"),
    ]
