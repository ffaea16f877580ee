"""Requested options are matched with the store's spelling, and checked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from portal.rules.orders.catalog_items import Option
from portal.rules.orders.chosen_options import match_options, match_variation, option_problems
from tests.rules.orders.catalog import choices, product

ITEM = product(
    options=(
        Option("Size ", "SELECT", choices("", **{" L": "0", "S": "0"}).choices, is_required=True),
        choices("Extras", kind="CHECKBOX", Box="0", Card="0"),
        Option("Engraving", "TEXTFIELD"),
        Option("Artwork", "FILES"),
    )
)


@pytest.mark.parametrize(
    ("requested", "matched"),
    [
        ({"Size": "L"}, {"Size ": " L"}),
        ({"Size ": "S  "}, {"Size ": "S"}),
        ({"Size": "  "}, {}),
        ({"Size": "XL"}, {"Size ": "XL"}),
        ({"Extras": ("Box ", "Card")}, {"Extras": ("Box", "Card")}),
        ({"Extras": ()}, {}),
        ({"Engraving": " For Ada "}, {"Engraving": " For Ada "}),
        ({"Engraving": " "}, {}),
        ({"Glaze": "Oat"}, {"Glaze": "Oat"}),
        ({"Size ": "S", " Size": "L"}, {"Size ": "S", " Size": "L"}),
    ],
)
def test_options_get_the_spelling_of_the_store(
    requested: dict[str, Any], matched: dict[str, Any]
) -> None:
    assert match_options(ITEM, requested) == matched


def test_exact_spelling_wins_and_a_choice_that_matches_twice_stays_unknown() -> None:
    item = product(options=(choices("Size", **{"L": "0", "L ": "5", "S ": "0", " S": "0"}),))

    assert match_options(item, {"Size": "L "}) == {"Size": "L "}
    assert match_options(item, {"Size": "L"}) == {"Size": "L"}
    assert match_options(item, {"Size": "S"}) == {"Size": "S"}
    assert [p.code for p in option_problems(0, item, {"Size": "S"}, {})] == ["option_invalid"]


def test_options_of_a_variation_get_the_spelling_of_the_product() -> None:
    assert match_variation(ITEM.options, {"Size": "L", "Gone": "x"}) == {"Size ": " L", "Gone": "x"}


@pytest.mark.parametrize(
    ("requested", "code", "message"),
    [
        ({"Size": "XL"}, "option_invalid", "Size  can't be XL, only  L, S"),
        ({"Size": ("L", "S")}, "option_invalid", "can't be  L, S"),
        ({"Extras": ("Box", "Bow")}, "option_invalid", "can't be Box, Bow, only Box, Card"),
        ({"Glaze": "Oat"}, "option_unknown", "Vase has no option Glaze"),
        ({"Artwork": "a.png"}, "option_needs_file", "Artwork takes files"),
        ({"Engraving": ("a", "b")}, "option_invalid", "can't be a, b, only TEXTFIELD"),
    ],
)
def test_impossible_option_is_a_problem(requested: dict[str, Any], code: str, message: str) -> None:
    [problem] = option_problems(3, ITEM, requested, {"Size ": "S"})

    assert (problem.code, problem.line, problem.field) == (code, 3, "options")
    assert message in problem.message


@pytest.mark.parametrize("kind", ["SELECT", "RADIO", "CHECKBOX", "TEXTFIELD", "DATE"])
@pytest.mark.parametrize("requested", [{}, {"Name": " "}, {"Name": ()}])
def test_required_option_must_have_a_value(kind: str, requested: dict[str, Any]) -> None:
    item = product(options=(Option("Name", kind, is_required=True),))

    [problem] = option_problems(0, item, requested, match_options(item, requested))

    assert (problem.code, problem.field) == ("option_missing", "options")
    assert problem.message == "Vase: fill in Name"


@pytest.mark.parametrize(
    ("chosen", "message"),
    [
        ({"Size": "S"}, None),
        ({"Size": "L"}, "Size has L at several prices"),
        ({"Extras": ("Box", "Card")}, "Extras has Box, Card at several prices"),
        ({"Color": "Red"}, "Vase has several options Color"),
    ],
)
def test_option_or_choice_that_a_product_has_twice_is_refused(
    chosen: dict[str, Any], message: str | None
) -> None:
    size, extras = choices("Size", S="0", L="5"), choices("Extras", kind="CHECKBOX", Box="1")
    item = product(
        options=(
            replace(size, ambiguous=frozenset("L")),
            replace(extras, ambiguous=frozenset({"Box"})),
            choices("Color", Red="1"),
            choices("Color", Red="2"),
        )
    )

    # Also if the variation has it, and the request only names the variation.
    problems = list(option_problems(0, item, {}, chosen))

    assert [(p.code, p.field) for p in problems] == [("option_ambiguous", "options")] * bool(
        message
    )
    assert (message or "") in "".join(p.message for p in problems)


def test_required_file_can_only_be_uploaded_in_the_store() -> None:
    item = product(options=(Option("Artwork", "FILES", is_required=True),))

    [problem] = option_problems(0, item, {}, {})

    assert (problem.code, problem.field) == ("option_needs_file", "product_id")
    assert (
        problem.message == "Vase needs a file (Artwork) and can be bought only in the store itself"
    )
