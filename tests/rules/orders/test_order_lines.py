"""Quoted lines have what the variation has of its own, and else what the product has."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from portal.rules.orders.catalog_items import CatalogItem, Dimensions
from portal.rules.orders.order_lines import ResolvedLines, resolve_lines
from portal.rules.orders.order_request import LineRequest
from portal.rules.orders.pricing import Currency, PriceTier
from tests.rules.orders.catalog import choices, line, product, variation

EUR = Currency.of("EUR")
COLOR = choices("Color", blue="0", red="0")
BOX, CRATE = (Dimensions(*map(Decimal, sides)) for sides in ((1, 1, 1), (9, 9, 9)))
OF_PRODUCT = {
    "sku": "VASE",
    "weight": Decimal("0.1"),
    "dimensions": BOX,
    "needs_shipping": True,
    "stock": 4,
}


def resolve(item: CatalogItem, *requests: LineRequest, currency: Currency = EUR) -> ResolvedLines:
    return resolve_lines(requests, [[item]] * len(requests), currency)


@pytest.mark.parametrize(
    ("own", "of_line"),
    [
        ({"weight": Decimal(20)}, {"weight": Decimal(20)}),
        ({"weight": Decimal(0)}, {"weight": Decimal(0)}),
        ({"dimensions": CRATE}, {"dimensions": CRATE}),
        ({"needs_shipping": False}, {"needs_shipping": False}),
        ({"stock": 2, "shares_stock": False}, {"stock": 2}),
        ({"stock": None, "shares_stock": False}, {"stock": None}),
        ({}, {}),
    ],
)
def test_what_a_variation_has_of_its_own_wins(own: dict[str, Any], of_line: dict[str, Any]) -> None:
    blue = variation(51, options={"Color": "blue"}, **{"shares_stock": True} | own)
    item = product(options=(COLOR,), variations=(blue,), **OF_PRODUCT)

    [quoted] = resolve(item, line(product_id=5, variation_id=51)).lines

    assert quoted.variation_id == 51
    assert {name: getattr(quoted, name) for name in OF_PRODUCT} == OF_PRODUCT | of_line


def test_line_without_a_variation_has_what_the_product_has() -> None:
    [quoted] = resolve(product(**OF_PRODUCT), line(product_id=5)).lines

    assert quoted.variation_id is None
    assert {name: getattr(quoted, name) for name in OF_PRODUCT} == OF_PRODUCT


def test_bulk_price_counts_all_lines_of_a_product() -> None:
    item = product(options=(COLOR,), tiers=(PriceTier(10, Decimal(8)),))
    blue, red = (
        line(product_id=5, quantity=5, options={"Color": color}) for color in ("blue", "red")
    )

    both, one = resolve(item, blue, red), resolve(item, blue)

    assert sum(each.total for each in both.lines) == 80
    assert sum(each.total for each in one.lines) == 50


@pytest.mark.parametrize(
    ("fields", "code", "message"),
    [
        ({"is_enabled": False}, "product_disabled", "is disabled in the store"),
        ({"is_gift_card": True}, "gift_card", "Vase is a gift card"),
        ({"is_subscription_only": True}, "subscription_only", "sold only as a subscription"),
        ({"is_price_set_by_customer": True}, "price_set_by_customer", "has no fixed price"),
    ],
)
def test_product_without_a_fixed_price_to_pay_once_is_refused(
    fields: dict[str, Any], code: str, message: str
) -> None:
    lines, [problem] = resolve(product(**fields), line(product_id=5))

    assert len(lines) == 1
    assert (problem.code, problem.line, problem.field) == (code, 0, "product_id")
    assert message in problem.message


def test_unselected_line_has_only_its_problem() -> None:
    other = product(6, sku="VASE")

    lines, problems = resolve_lines([line(sku="VASE")], [[product(), other]], EUR)

    assert lines == ()
    assert [problem.code for problem in problems] == ["sku_ambiguous"]


@pytest.mark.parametrize(
    ("price", "currency", "expected", "difference"),
    [
        ("8.95", EUR, "9.6213", "0"),
        ("8.95", EUR, "9.63", "-0.01"),
        ("0.125", Currency("USD", 3), "0.134", "0"),
        ("1990", Currency("HUF", 0), "2139.25", "0"),
    ],
)
def test_expected_price_is_compared_in_the_precision_of_the_store(
    price: str, currency: Currency, expected: str, difference: str
) -> None:
    item = product(price=Decimal(price), options=(choices("Foil", yes="7.5%"),))
    request = line(product_id=5, options={"Foil": "yes"}, expected_price=Decimal(expected))

    [quoted] = resolve(item, request, currency=currency).lines

    assert quoted.price_difference == Decimal(difference)
