"""A line costs the base price or the bulk price of its product or variation, and its modifiers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.orders.catalog_items import CatalogItem
from portal.rules.orders.line_prices import bulk_quantities, line_price, variation_price
from portal.rules.orders.pricing import PriceTier, unit_price
from tests.rules.orders.catalog import choices, product, variation

SIZES = choices("Size", S="0", L="2.50")
WRAP = choices("Gift wrap", none="0", box="5", foil="10%")
LARGE = {"Size": "L"}
TIERS = (PriceTier(10, Decimal(8)),)


@pytest.mark.parametrize(
    ("own", "chosen", "bulk_quantity", "price"),
    [
        # Without an own price: the product's price and the modifiers of all options.
        ({}, {}, 1, "12.50"),
        ({}, {"Gift wrap": "box"}, 1, "17.50"),
        ({}, {"Gift wrap": "foil"}, 1, "13.50"),
        # With an own price: outside options count as well.
        ({"price": "30"}, {"Gift wrap": "box"}, 1, "37.50"),
        ({"price": "30"}, {"Gift wrap": "foil"}, 1, "35.50"),
        ({"price": "0"}, {}, 1, "2.50"),
        # Bulk prices replace the base; the variation's own ones win.
        ({}, {}, 10, "10.50"),
        ({"price": "30"}, {}, 10, "10.50"),
        ({"price": "30", "tiers": (PriceTier(10, Decimal(25)),)}, {}, 10, "27.50"),
        ({"price": "30", "tiers": (PriceTier(20, Decimal(25)),)}, {}, 10, "32.50"),
    ],
)
def test_price_of_a_variation(
    own: dict[str, Any], chosen: dict[str, str], bulk_quantity: int, price: str
) -> None:
    large = variation(51, options=LARGE, **own)
    item = product(options=(SIZES, WRAP), variations=(large,), tiers=TIERS)

    assert line_price(item, large, LARGE | chosen, bulk_quantity) == Decimal(price)


def test_vase_in_a_gift_box_costs_the_vase_and_the_box() -> None:
    large = variation(51, options=LARGE, price="30")
    item = product(options=(choices("Size", S="0", L="0"), WRAP), variations=(large,))

    assert line_price(item, large, LARGE | {"Gift wrap": "box"}, 1) == 35


def test_listed_price_of_a_variation_has_the_modifiers_of_its_own_options() -> None:
    item = product(options=(SIZES, WRAP), tiers=(PriceTier(1, Decimal(9)),))

    assert variation_price(product(options=(SIZES,)), variation(1, options=LARGE)) == Decimal(
        "12.5"
    )
    assert variation_price(item, variation(1, options=LARGE, price="30")) == Decimal("11.5")
    assert variation_price(product(), variation(1, options={})) == 10


def test_checkbox_counts_each_chosen_modifier() -> None:
    extras = choices("Extras", kind="CHECKBOX", Box="10%", Card="1")

    assert line_price(product(options=(extras,)), None, {"Extras": ("Box", "Card")}, 1) == 12


def test_pieces_of_all_lines_of_a_product_decide_on_its_bulk_price() -> None:
    assert bulk_quantities([(5, 5), (6, 1), (5, 5)]) == {5: 10, 6: 1}


amounts = st.decimals(0, 10_000, places=2)
tiers_ = st.lists(st.builds(PriceTier, st.integers(2, 50), amounts), max_size=4)


@given(amounts, tiers_, st.integers(1, 60), st.lists(st.sampled_from(["S", "L"]), max_size=1))
def test_unit_price_is_a_known_price_plus_modifiers(
    base: Decimal, tiers: list[PriceTier], quantity: int, sizes: list[str]
) -> None:
    modifiers = [each for size in sizes for each in SIZES.modifiers(size)]
    added = sum((modifier.value for modifier in modifiers), Decimal(0))

    price = unit_price(base, quantity, tiers, modifiers)

    reached = [tier for tier in tiers if tier.quantity <= quantity]
    assert price - added in {tier.price for tier in reached} | ({base} if not reached else set())


@given(amounts, tiers_, st.lists(st.integers(1, 20), min_size=1, max_size=5))
def test_splitting_a_line_changes_no_price(
    base: Decimal, tiers: list[PriceTier], parts: list[int]
) -> None:
    item: CatalogItem = product(price=base, tiers=tuple(tiers))
    together = line_price(item, None, {}, sum(parts))

    pieces = bulk_quantities((item.product_id, part) for part in parts)

    assert line_price(item, None, {}, pieces[item.product_id]) == together
