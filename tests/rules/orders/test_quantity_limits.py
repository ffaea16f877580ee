"""Lines that share a stock or a purchase limit are added up."""

from __future__ import annotations

from typing import Any

import pytest

from portal.rules.orders.catalog_items import CatalogItem
from portal.rules.orders.order_lines import resolve_lines
from portal.rules.orders.pricing import Currency
from portal.rules.orders.quantity_limits import quantity_problems
from tests.rules.orders.catalog import choices, line, product, variation


def problems_of(item: CatalogItem, *pieces: tuple[int | None, int]) -> list[tuple[str, int | None]]:
    """Return code and line of the problems; ``pieces`` are variations and quantities."""
    requests = [line(product_id=5, variation_id=v, quantity=n) for v, n in pieces]
    lines = resolve_lines(requests, [[item]] * len(requests), Currency.of("EUR")).lines
    return [(problem.code, problem.line) for problem in quantity_problems(lines, {5: item})]


def vase(of_product: dict[str, Any], *own: dict[str, Any]) -> CatalogItem:
    """Return a product with the variations 51 and 52."""
    sizes = [
        variation(51 + n, options={"Size": size}, **fields)
        for n, (size, fields) in enumerate(zip("SL", own, strict=True))
    ]
    return product(options=(choices("Size", S="0", L="0"),), variations=tuple(sizes), **of_product)


SHARING = {"shares_stock": True}


@pytest.mark.parametrize(
    ("item", "pieces", "found"),
    [
        (product(stock=5), [(None, 3), (None, 2)], []),
        (product(stock=5), [(None, 3), (None, 3)], [("out_of_stock", 0)]),
        (product(stock=None), [(None, 500)], []),
        (product(stock=0, allows_preorder=True), [(None, 1)], []),
        # Variations with a stock of their own, and without.
        (vase({"stock": 1}, {"stock": 4}, {"stock": 4}), [(51, 4), (52, 4)], []),
        (vase({"stock": 9}, {"stock": 4}, {"stock": 4}), [(51, 1), (52, 5)], [("out_of_stock", 1)]),
        (vase({"stock": 5}, SHARING, SHARING), [(51, 3), (52, 3)], [("out_of_stock", 0)]),
        (vase({"stock": 5}, SHARING, SHARING), [(51, 3), (52, 2)], []),
        (vase({"stock": None}, SHARING, SHARING), [(51, 30), (52, 2)], []),
        (
            vase({"allows_preorder": True}, {"stock": 0, "allows_preorder": False}, {"stock": 0}),
            [(51, 1), (52, 1)],
            [("out_of_stock", 0)],
        ),
        (vase({}, {"stock": 0, "allows_preorder": True}, SHARING), [(51, 1)], []),
        # Limits of the product count all lines; those of a variation its own lines.
        (vase({"minimum": 4}, SHARING, SHARING), [(51, 2), (52, 2)], []),
        (vase({"minimum": 4}, SHARING, SHARING), [(51, 2), (52, 1)], [("below_minimum", 0)]),
        (vase({"maximum": 4}, SHARING, SHARING), [(51, 2), (52, 3)], [("above_maximum", 0)]),
        (
            vase({"maximum": 9}, SHARING, {"maximum": 2, **SHARING}),
            [(51, 5), (52, 3)],
            [("above_maximum", 1)],
        ),
        (
            vase({"minimum": 4}, SHARING, {"minimum": 2, **SHARING}),
            [(51, 4), (52, 1)],
            [("below_minimum", 1)],
        ),
    ],
)
def test_stock_and_limits(
    item: CatalogItem, pieces: list[tuple[int | None, int]], found: list[tuple[str, int]]
) -> None:
    assert problems_of(item, *pieces) == found
