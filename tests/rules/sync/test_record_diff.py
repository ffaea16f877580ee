"""Field changes of a record, and the limits of their size."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.record_diff import (
    FIELDS_LIMIT,
    PATH_LIMIT,
    VALUE_LIMIT,
    FieldChange,
    diff_records,
)

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
RECORDS = st.dictionaries(st.text(), VALUES)


def test_change_has_the_values_before_and_after() -> None:
    changes = diff_records({"name": "Mug", "price": Decimal("9.50")}, {"name": "Cup", "price": 9})

    assert changes == [
        FieldChange("name", '"Mug"', '"Cup"'),
        FieldChange("price", "9.50", "9"),
    ]


def test_nested_field_has_a_path() -> None:
    before = {"options": [{"name": "Size"}], "media": {"images": []}}
    after = {"options": [{"name": "Color"}], "media": {"images": [7]}}

    changes = diff_records(before, after)

    assert [change.field for change in changes] == ["options[0].name", "media.images[0]"]
    assert [change.top_level_field for change in changes] == ["options", "media"]


def test_absent_field_differs_from_null() -> None:
    changes = diff_records({"sku": "M-1"}, {"weight": None})

    assert changes == [FieldChange("sku", '"M-1"', None), FieldChange("weight", None, "null")]


@given(RECORDS)
def test_record_does_not_differ_from_itself(record: dict[str, Any]) -> None:
    assert diff_records(record, record) == []


@given(RECORDS, RECORDS)
def test_different_records_always_have_a_change(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert bool(diff_records(before, after)) == (before != after)


@given(RECORDS, RECORDS)
def test_size_of_changes_is_bounded(before: dict[str, Any], after: dict[str, Any]) -> None:
    long = {**after, **{f"{number}" * 300: "x" * 10_000 for number in range(100)}}

    changes = diff_records(before, long)

    assert len(changes) <= FIELDS_LIMIT
    assert all(len(change.field) <= PATH_LIMIT for change in changes)
    assert all(len(change.after or "") <= VALUE_LIMIT for change in changes)
