"""A line request means exactly one product or variation, or it is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.orders.catalog_items import CatalogItem
from portal.rules.orders.item_selection import select_item, sku_shared_by_many
from tests.rules.orders.catalog import choices, line, product, variation

SIZE, COLOR = choices("Size", S="0", L="0"), choices("Color", red="0", blue="0")
SMALL, LARGE, RED = {"Size": "S"}, {"Size": "L"}, {"Color": "red"}


def tee(*skus: str | None, **fields: Any) -> CatalogItem:
    """Return a product whose variations S (51) and L (52) have these SKUs."""
    sizes = zip((51, 52), skus, (SMALL, LARGE), strict=True)
    variations = tuple(variation(number, sku, options=own) for number, sku, own in sizes)
    known = {"name": "Tee", "sku": "TEE", "options": (SIZE, COLOR), "variations": variations}
    return product(5, **known | fields)


OWN = tee("TEE-S", "TEE-L")
INHERITED = tee(None, None)
SHARED = tee("X", "X")
MIXED = tee("TEE-S", None)
PARTIAL = product(
    5,
    name="Tee",
    sku="TEE",
    options=(SIZE, COLOR),
    variations=(variation(51, "P-L", options=LARGE), variation(52, "P-R", options=RED)),
)
OTHER = product(6, name="Cap", sku="TEE")
OTHER_SIZED = product(6, name="Cap", sku="CAP", options=(SIZE,), variations=())


@pytest.mark.parametrize(
    ("request_", "items", "selected"),
    [
        # By SKU.
        ({"sku": "TEE"}, [OWN], (5, None)),
        ({"sku": "TEE-L"}, [OWN], (5, 52)),
        ({"sku": "tee-l "}, [OWN], (5, 52)),
        ({"sku": "TEE", "options": LARGE}, [OWN], (5, 52)),
        ({"sku": "TEE", "options": LARGE}, [INHERITED], (5, 52)),
        ({"sku": "X", "options": LARGE}, [SHARED], (5, 52)),
        ({"sku": "X", "options": SMALL | RED}, [SHARED], (5, 51)),
        ({"sku": "TEE", "options": RED}, [OWN], (5, None)),
        ({"sku": "TEE-S", "options": RED}, [OWN], (5, 51)),
        ({"sku": "TEE", "options": SMALL}, [MIXED], (5, 51)),
        # By SKU, of several products.
        ({"sku": "TEE", "options": LARGE}, [INHERITED, OTHER], (5, 52)),
        ({"sku": "TEE"}, [product(7, sku="tee"), OWN], (5, None)),
        ({"sku": "TEE"}, [OTHER, tee("A", "B", is_enabled=False)], (6, None)),
        ({"sku": "TEE"}, [tee("A", "B", is_enabled=False)], (5, None)),
        ({"sku": "X", "variation_id": 52}, [SHARED], (5, 52)),
        ({"sku": "TEE", "variation_id": 52}, [OTHER, OWN], (5, 52)),
        # By id.
        ({"product_id": 5}, [INHERITED], (5, None)),
        ({"product_id": 5, "options": LARGE}, [OWN], (5, 52)),
        ({"product_id": 5, "variation_id": 51}, [OWN], (5, 51)),
        ({"product_id": 5, "variation_id": 51, "options": SMALL | RED}, [OWN], (5, 51)),
        ({"product_id": 5, "options": LARGE | RED}, [tee(None, None, options=(SIZE,))], (5, 52)),
        # By id and SKU, which agree.
        ({"product_id": 5, "sku": "TEE"}, [INHERITED], (5, None)),
        ({"product_id": 5, "sku": "TEE-L"}, [OWN], (5, 52)),
        ({"product_id": 5, "sku": "TEE", "variation_id": 51}, [OWN], (5, 51)),
        ({"product_id": 5, "sku": "X", "options": LARGE}, [SHARED], (5, 52)),
    ],
)
def test_request_selects_one_product_or_variation(
    request_: dict[str, Any], items: list[CatalogItem], selected: tuple[int, int | None]
) -> None:
    selection = select_item(0, line(**request_), items)

    assert selection.problems == ()
    assert selection.catalog_item is not None
    found = selection.variation.id if selection.variation else None
    assert (selection.catalog_item.product_id, found) == selected


@pytest.mark.parametrize(
    ("request_", "items", "code", "field", "message"),
    [
        ({"sku": "NONE"}, [], "sku_unknown", "sku", "no product with the SKU NONE"),
        ({"product_id": 9}, [], "product_missing", "product_id", "no product 9"),
        (
            {"sku": "TEE"},
            [OWN, OTHER],
            "sku_ambiguous",
            "sku",
            "TEE: Tee (product_id 5); Cap (product_id 6). Send the id",
        ),
        ({"sku": "tee"}, [product(7, sku="Tee"), OWN], "sku_ambiguous", "sku", "(product_id 7)"),
        (
            {"sku": "X"},
            [SHARED],
            "sku_ambiguous",
            "sku",
            "X: Tee (Size: S) (variation_id 51); Tee (Size: L) (variation_id 52)",
        ),
        ({"sku": "TEE"}, [INHERITED], "sku_ambiguous", "sku", "Tee (Size: L) (variation_id 52)"),
        ({"sku": "TEE"}, [MIXED], "sku_ambiguous", "sku", "Tee (product_id 5); Tee (Size: L)"),
        ({"sku": "X", "options": RED}, [SHARED], "sku_ambiguous", "sku", "(variation_id 51)"),
        (
            {"sku": "TEE", "options": LARGE},
            [OWN, product(6, name="Cap", sku="TEE", options=(SIZE,))],
            "sku_ambiguous",
            "sku",
            "Tee (Size: L) (variation_id 52); Cap (product_id 6)",
        ),
        ({"sku": "TEE", "options": {"Y": "1"}}, [OWN, OTHER], "sku_ambiguous", "sku", "Cap"),
        (
            {"product_id": 5, "options": LARGE | RED},
            [PARTIAL],
            "variation_ambiguous",
            "options",
            "Tee (Size: L) (variation_id 51); Tee (Color: red) (variation_id 52). Send the var",
        ),
        (
            {"product_id": 5, "variation_id": 51, "options": LARGE},
            [OWN],
            "options_conflict",
            "options",
            "Tee (Size: S) was requested with Size: L. Send only one of them",
        ),
        ({"sku": "TEE-S", "options": LARGE}, [OWN], "options_conflict", "options", "Size: L"),
        (
            {"product_id": 6, "sku": "TEE-S"},
            [OTHER_SIZED],
            "sku_mismatch",
            "sku",
            "Cap doesn't have the SKU TEE-S",
        ),
        (
            {"product_id": 5, "sku": "TEE-S", "variation_id": 52},
            [OWN],
            "sku_mismatch",
            "sku",
            "Tee (Size: L) doesn't have the SKU TEE-S",
        ),
        (
            {"product_id": 5, "variation_id": 77},
            [OWN],
            "variation_unknown",
            "variation_id",
            "Tee has no variation 77",
        ),
    ],
)
def test_ambiguous_or_contradictory_request_is_refused(
    request_: dict[str, Any], items: list[CatalogItem], code: str, field: str, message: str
) -> None:
    [problem] = select_item(2, line(**request_), items).problems

    assert (problem.code, problem.line, problem.field) == (code, 2, field)
    assert message in problem.message


def test_long_list_of_matches_is_cut() -> None:
    items = [product(number, sku="TEE") for number in range(1, 8)]

    [problem] = select_item(0, line(sku="TEE"), items).problems

    assert "(product_id 5); …. Send" in problem.message


def test_sku_of_many_products_is_refused_without_listing_them() -> None:
    problem = sku_shared_by_many(1, "N/A")

    assert (problem.code, problem.line, problem.field) == ("sku_ambiguous", 1, "sku")
    assert problem.message == "Many products have the SKU N/A: send product_id instead"


def test_variation_adds_its_options_in_the_order_of_the_store() -> None:
    selection = select_item(0, line(sku="TEE-L", options={"Color": "red"}), [OWN])

    assert list(selection.chosen.items()) == [("Size", "L"), ("Color", "red")]


skus = st.sampled_from(["A", "a", "B", None])
tees = st.builds(lambda one, *own: tee(*own, sku=one), skus, skus, skus)


@given(tees, tees, st.sampled_from(["A", "a", "B"]), st.sampled_from([None, SMALL, LARGE]))
def test_order_of_the_candidates_is_irrelevant(
    one: CatalogItem, other: CatalogItem, sku: str, options: dict[str, str] | None
) -> None:
    items = [one, product(6, sku=other.sku, options=(SIZE,), variations=())]
    request = line(sku=sku, options=options)

    forward, backward = (select_item(0, request, order) for order in (items, list(reversed(items))))

    assert [p.code for p in forward.problems] == [p.code for p in backward.problems]
    if "sku_mismatch" not in [p.code for p in forward.problems]:
        assert forward[:3] == backward[:3]
