"""Expected fields are learned from the records, and a schema change is reported once."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.rules.sync.schema_changes import (
    FIELDS_LIMIT,
    LEARNING_RECORDS,
    MISSING_RECORDS_LIMIT,
    DetectedChange,
    SchemaChangeKind,
    SchemaProfile,
    field_types,
    json_type,
)

USUAL = {"id": 5, "name": "Mug", "price": Decimal("24.90")}


def learned(*records: dict[str, Any]) -> SchemaProfile:
    """Return a profile that has learned from each of these records `LEARNING_RECORDS` times."""
    profile = SchemaProfile()
    for record in records or (USUAL,):
        profile.observe([record] * LEARNING_RECORDS, is_learning=True)
    return profile


def reported(profile: SchemaProfile, *records: Any) -> list[DetectedChange]:
    """Return the schema changes that the profile finds in these records."""
    return profile.observe(records, is_learning=False)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (None, None),
        (True, "boolean"),
        (0, "number"),
        (Decimal("0.5"), "number"),
        (0.5, "number"),
        ("", "string"),
        ([], "array"),
        ({}, "object"),
    ],
)
def test_json_has_six_types_and_null_is_none_of_them(value: Any, name: str | None) -> None:
    assert json_type(value) == name


def test_fields_are_named_by_their_path() -> None:
    order = {"id": "EBJFT", "tags": ["a", 5], "items": [{"price": 5, "sku": None}], "tax": {"a": 1}}

    assert field_types(order) == {
        "id": {"string"},
        "tags": {"array"},
        "tags[]": {"string", "number"},
        "items": {"array"},
        "items[].price": {"number"},
        "items[].sku": set(),
        "tax": {"object"},
        "tax.a": {"number"},
    }


def test_deep_fields_are_ignored() -> None:
    assert set(field_types({"a": {"b": {"c": {"d": 1}}}})) == {"a", "a.b", "a.b.c"}


@pytest.mark.parametrize("record", [None, 5, "text", [{"id": 5}]])
def test_value_that_is_no_record_has_no_fields(record: Any) -> None:
    assert field_types(record) == {}
    assert reported(learned(), record) == []


def test_changed_type_is_reported_once() -> None:
    profile = learned()
    changed = USUAL | {"price": "24.90"}

    assert reported(profile, changed) == [
        DetectedChange("price", SchemaChangeKind.TYPE, "number", "string")
    ]
    assert reported(profile, changed, USUAL, changed) == []


def test_each_new_type_of_a_field_is_reported() -> None:
    profile = learned()

    reported(profile, USUAL | {"price": "24.90"})

    assert reported(profile, USUAL | {"price": {}}) == [
        DetectedChange("price", SchemaChangeKind.TYPE, "number, string", "object")
    ]


def test_field_learned_with_two_types_may_have_both() -> None:
    profile = learned(USUAL, USUAL | {"price": "free"})

    assert reported(profile, USUAL, USUAL | {"price": "free"}) == []


def test_null_is_no_change_of_type() -> None:
    assert reported(learned(), USUAL | {"price": None}) == []


def test_first_type_of_a_field_that_was_always_null_is_no_change() -> None:
    profile = learned({"id": 5, "weight": None})

    assert reported(profile, {"id": 5, "weight": 3}) == []
    assert reported(profile, {"id": 5, "weight": "3"}) == [
        DetectedChange("weight", SchemaChangeKind.TYPE, "number", "string")
    ]


def test_new_field_is_no_schema_change() -> None:
    assert reported(learned(), USUAL | {"color": "green"}) == []


def test_field_that_disappeared_is_reported_once() -> None:
    profile = learned()
    without = {"id": 5, "name": "Mug"}

    assert reported(profile, *[without] * (MISSING_RECORDS_LIMIT - 1)) == []
    assert reported(profile, without) == [
        DetectedChange("price", SchemaChangeKind.MISSING, "number", "")
    ]
    assert reported(profile, *[without] * MISSING_RECORDS_LIMIT) == []


def test_field_that_returns_in_between_is_not_missing() -> None:
    profile = learned()
    without = {"id": 5, "name": "Mug"}

    reported(profile, *[without] * (MISSING_RECORDS_LIMIT - 1), USUAL)

    assert reported(profile, *[without] * (MISSING_RECORDS_LIMIT - 1)) == []


def test_field_that_only_some_records_had_may_be_missing() -> None:
    profile = learned(USUAL, USUAL | {"sku": "M-1"})

    assert reported(profile, *[USUAL] * MISSING_RECORDS_LIMIT) == []


def test_first_records_of_a_small_store_only_teach() -> None:
    profile = SchemaProfile()

    assert reported(profile, *[USUAL] * 10, USUAL | {"price": "free"}) == []
    assert profile.records == 11


def test_number_of_fields_is_limited() -> None:
    translations = {f"language{number}": "x" for number in range(FIELDS_LIMIT * 2)}

    assert len(learned(translations).fields) == FIELDS_LIMIT


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=4)
    ),
    max_leaves=15,
)
RECORDS = st.lists(st.dictionaries(st.text(max_size=5), JSON, max_size=5), min_size=1, max_size=8)


@given(records=RECORDS)
def test_learned_records_are_never_a_schema_change(records: list[dict[str, Any]]) -> None:
    profile = learned(*records)

    assert reported(profile, *records) == []


@given(records=RECORDS)
def test_profile_is_unchanged_after_storing(records: list[dict[str, Any]]) -> None:
    profile = learned(*records)

    assert SchemaProfile.read(profile.stored(), profile.records) == profile


@given(records=RECORDS, more=RECORDS, is_learning=st.booleans())
def test_profile_reports_that_it_has_changed(
    records: list[dict[str, Any]], more: list[dict[str, Any]], is_learning: bool
) -> None:
    before = learned(*records)
    profile = SchemaProfile.read(before.stored(), before.records)

    profile.observe(more, is_learning=is_learning)

    assert profile.is_changed or profile == before


def test_usual_records_change_no_profile() -> None:
    before = learned(USUAL)
    profile = SchemaProfile.read(before.stored(), before.records)

    profile.observe([USUAL], is_learning=False)

    assert not profile.is_changed
