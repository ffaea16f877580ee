"""A product selection selects by all products, categories, conditions or by hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.rules.channels.product_selection import (
    ProductConditions,
    ProductSelection,
    SelectionKind,
    conditions_problem,
    with_subcategories,
)
from tests.rules.records.catalog import VARIATION, full_product

PRODUCT = full_product(sku="MUG-1", categoryIds=[7, 9])
ATTRIBUTE = ("attribute", "attribute_value")
PRICES = st.none() | st.decimals(0, 100, places=2)
CONDITIONS = st.builds(
    ProductConditions,
    brand=st.sampled_from(["", "alder", "Birch"]),
    price_from=PRICES,
    price_to=PRICES,
    sku_prefix=st.sampled_from(["", "mug", "BOWL"]),
    attribute=st.sampled_from(["", "Maker", "Color"]),
    attribute_value=st.sampled_from(["", "Alder"]),
    in_stock=st.booleans(),
)


@pytest.mark.parametrize(
    ("conditions", "changes", "is_met"),
    [
        ({}, {}, True),
        ({"brand": " aLDer "}, {}, True),
        ({"brand": "Birch"}, {}, False),
        ({"brand": "Alder"}, {"attributes": []}, False),
        ({"price_from": Decimal("24.9"), "price_to": Decimal("24.9")}, {}, True),
        ({"price_from": Decimal(25)}, {}, False),
        ({"price_to": Decimal(20)}, {}, False),
        ({"price_to": Decimal(20)}, {"price": None}, False),
        ({"sku_prefix": "mug-"}, {}, True),
        ({"sku_prefix": "mug-"}, {"sku": None}, False),
        ({"sku_prefix": "MUG-1-L"}, {"combinations": [VARIATION]}, True),
        ({"attribute": "ean"}, {}, True),
        ({"attribute": "empty"}, {}, False),
        ({"attribute": "Maker", "attribute_value": "alder"}, {}, True),
        ({"attribute": "Maker", "attribute_value": "Oak"}, {}, False),
        ({"in_stock": True}, {}, True),
        ({"in_stock": True}, {"quantity": 0}, False),
        ({"in_stock": True}, {"quantity": 0, "combinations": [VARIATION]}, True),
        ({"brand": "Alder", "in_stock": True}, {"quantity": 0}, False),
    ],
)
def test_product_must_meet_all_conditions(
    conditions: dict[str, Any], changes: dict[str, Any], is_met: bool
) -> None:
    assert ProductConditions(**conditions).is_met_by(PRODUCT | changes) is is_met


@settings(max_examples=200)
@given(CONDITIONS)
def test_conditions_narrow_each_other_and_survive_storing(conditions: ProductConditions) -> None:
    document = conditions.document()
    assert ProductConditions.read(document) == conditions
    assert conditions.is_empty is (document == {})
    # A name and a value of an attribute are one condition.
    attribute = {name: document.pop(name) for name in ATTRIBUTE if name in document}
    parts = [attribute, *({name: value} for name, value in document.items())]
    met = all(ProductConditions.read(part).is_met_by(PRODUCT) for part in parts)
    assert conditions.is_met_by(PRODUCT) is met


@pytest.mark.parametrize(
    ("conditions", "problem"),
    [
        ({}, ("", "required")),
        ({"price_from": Decimal(5), "price_to": Decimal(4)}, ("price_to", "contradiction")),
        ({"attribute_value": "Oak"}, ("attribute", "required")),
        ({"price_from": Decimal(10) ** 13}, ("price_from", "out_of_range")),
        ({"price_to": Decimal(10) ** 13}, ("price_to", "out_of_range")),
        ({"in_stock": True}, None),
    ],
)
def test_rule_that_makes_no_sense_has_a_problem(
    conditions: dict[str, Any], problem: tuple[str, str] | None
) -> None:
    assert conditions_problem(ProductConditions(**conditions)) == problem


@pytest.mark.parametrize(
    ("selection", "is_picked", "is_selected"),
    [
        (ProductSelection(), None, True),
        (ProductSelection(), False, False),
        (ProductSelection(SelectionKind.CATEGORIES, frozenset({9})), None, True),
        (ProductSelection(SelectionKind.CATEGORIES, frozenset({8})), None, False),
        (ProductSelection(SelectionKind.CATEGORIES, frozenset({8})), True, False),
        (ProductSelection(SelectionKind.CATEGORIES, frozenset({9})), False, False),
        (ProductSelection(SelectionKind.HAND_PICKED), None, False),
        (ProductSelection(SelectionKind.HAND_PICKED), True, True),
        (ProductSelection(SelectionKind.RULE, conditions=ProductConditions("Oak")), None, False),
        (ProductSelection(SelectionKind.RULE, conditions=ProductConditions("Alder")), None, True),
    ],
)
def test_kind_and_picks_decide(
    selection: ProductSelection, is_picked: bool | None, is_selected: bool
) -> None:
    assert selection.selects(PRODUCT, is_picked=is_picked) is is_selected


@given(st.dictionaries(st.integers(1, 12), st.none() | st.integers(1, 12)), st.integers(1, 12))
def test_subcategories_are_all_that_lead_up_to_the_chosen_one(
    parents: dict[int, int | None], chosen: int
) -> None:
    def leads_up(category_id: int | None) -> bool:
        for _ in range(14):
            if category_id == chosen:
                return True
            category_id = None if category_id is None else parents.get(category_id)
        return False

    expected = {each for each in parents if leads_up(each)} | {chosen}
    assert with_subcategories([chosen], parents) == expected
