"""List of schema changes on the operator page."""

from __future__ import annotations

import re

import pytest

from portal.models import Resource, SchemaChange
from portal.rules.sync.schema_changes import SchemaChangeKind
from portal.services.pagination import PAGE_SIZE
from tests.factories import make_store
from tests.web.conftest import Visitor, page_text

PAGE = "/operator/schema-changes"


def make_schema_change(store_id: int, field: str, after: str = "text") -> SchemaChange:
    """Save a schema change of a field that was a number."""
    return SchemaChange.create(
        store=store_id,
        resource=Resource.ORDERS,
        field=field,
        change=SchemaChangeKind.TYPE if after else SchemaChangeKind.MISSING,
        before="number",
        after=after,
    )


def fields_of(page: str) -> list[int]:
    """Return the numbers of the fields that a page lists."""
    return [int(number) for number in re.findall(r"field-([0-9]+)", page)]


def test_operator_finds_the_page_which_says_that_nothing_has_changed(
    operator: Visitor,
) -> None:
    assert f'href="{PAGE}"' in operator.get("/operator/failures").text
    assert "No field changes" in page_text(operator.get(PAGE))


def test_each_change_is_listed_with_store_resource_and_advice(operator: Visitor) -> None:
    make_store(id=1003, name="Clay & Co")
    make_store(id=1004, name="Wax")
    make_schema_change(1003, "total")
    make_schema_change(1004, "items[].price", after="")

    page = page_text(operator.get(PAGE))

    assert re.search(r"items\[\].price Orders Wax 1004 number Removed .* Check whether Ecwid", page)
    assert re.search(
        r"total Orders Clay & Co 1003 number text .* Check the store's unreadable records", page
    )
    assert page.index("Wax") < page.index("Clay")


@pytest.mark.promise(11)
def test_long_list_is_paginated(operator: Visitor) -> None:
    make_store(id=1003)
    for number in range(PAGE_SIZE + 2):
        make_schema_change(1003, f"field-{number}")

    first = operator.get(PAGE).text
    later = re.search(r'href="([^"]*after=[^"]*)"', first)
    assert later is not None
    second = operator.get(later[1]).text
    earlier = re.search(r'href="([^"]*before=[^"]*)"', second)
    assert earlier is not None

    assert fields_of(first) == list(range(PAGE_SIZE + 1, 1, -1))
    assert fields_of(second) == [1, 0]
    assert fields_of(operator.get(earlier[1]).text) == fields_of(first)


@pytest.mark.parametrize("place", ["0", "x", "-1", "9" * 30])
def test_malformed_cursor_is_a_404(operator: Visitor, place: str) -> None:
    assert operator.get(PAGE, query_string={"after": place}).status_code == 404
