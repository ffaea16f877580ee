"""Every kind of msgspec error becomes a field, a code and a sentence."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct

from portal.errors import InvalidFieldError
from portal.validation import convert, requirement


class Size(StrEnum):
    SMALL = "small"
    LARGE = "large"


class Part(Struct, forbid_unknown_fields=True):
    count: Annotated[int, Meta(gt=0, lt=10)]
    labels: dict[str, Annotated[str, Meta(max_length=3)] | list[str]] = {}

    def __post_init__(self) -> None:
        if "x" in self.labels:
            raise InvalidFieldError("labels.x", "reserved", "is reserved")
        if "y" in self.labels:
            raise ValueError("no y")


class Whole(Struct, forbid_unknown_fields=True):
    parts: Annotated[list[Part], Meta(min_length=1, max_length=2)]
    size: Size = Size.SMALL
    color: Literal["blue", "red"] | None = None
    is_gift: bool = False
    weight: Annotated[Decimal, Meta(extra={"must_be": "a weight"})] | None = None
    price: Decimal | None = None
    code: Annotated[str, Meta(pattern="^[A-Z]+$")] | None = None
    at: Annotated[datetime, Meta(tz=True)] | None = None
    least: Annotated[int, Meta(ge=5)] | None = None
    ratio: float | None = None


PART = {"count": 1}
CASES: list[tuple[Any, str, str, str]] = [
    ([], "", "wrong_type", "The request must be an object."),
    ({}, "parts", "required", "parts is required."),
    ({"parts": []}, "parts", "too_short", "parts must be a list of 1 to 2 items."),
    ({"parts": [PART] * 3}, "parts", "too_long", "parts must be a list of 1 to 2 items."),
    ({"parts": [5]}, "parts[0]", "wrong_type", "parts[0] must be an object."),
    ({"parts": [PART, {}]}, "parts[1].count", "required", "parts[1].count is required."),
    (
        {"parts": [{"count": 10}]},
        "parts[0].count",
        "out_of_range",
        "parts[0].count must be a whole number from 1 to 9.",
    ),
    (
        {"parts": [PART | {"color": 1}]},
        "parts[0].color",
        "unknown_field",
        "parts[0].color is not one of the fields count, labels.",
    ),
    (
        {"parts": [PART | {"labels": {"a": "abc", "b": "abcd"}}]},
        "parts[0].labels.b",
        "too_long",
        "parts[0].labels.b must be a text of at most 3 characters or a list.",
    ),
    (
        {"parts": [PART | {"labels": {"a": ["abcd", 5]}}]},
        "parts[0].labels.a[1]",
        "wrong_type",
        "parts[0].labels.a[1] must be a text.",
    ),
    (
        {"parts": [PART | {"labels": {"x": "a"}}]},
        "parts[0].labels.x",
        "reserved",
        "parts[0].labels.x is reserved.",
    ),
    (
        {"parts": [PART | {"labels": {"y": "a"}}]},
        "parts[0]",
        "invalid",
        "parts[0] is invalid: no y.",
    ),
    ({"size": "huge"}, "size", "invalid_choice", "size must be one of small, large."),
    ({"color": "green"}, "color", "invalid_choice", "color must be one of blue, red."),
    ({"color": 5}, "color", "wrong_type", "color must be one of blue, red."),
    ({"is_gift": "yes"}, "is_gift", "wrong_type", "is_gift must be true or false."),
    ({"weight": "x"}, "weight", "invalid_format", "weight must be a weight."),
    ({"price": []}, "price", "wrong_type", "price must be an amount."),
    ({"code": "a"}, "code", "invalid_format", "code must be well-formed."),
    ({"least": 4}, "least", "out_of_range", "least must be a whole number of at least 5."),
    ({"ratio": "x"}, "ratio", "wrong_type", "ratio must be valid."),
    (
        {"at": "2026-03-01T12:00:00"},
        "at",
        "invalid_format",
        "at must be a time with an offset, such as 2026-03-01T12:00:00Z.",
    ),
]


@pytest.mark.parametrize(("document", "field", "code", "sentence"), CASES)
def test_an_invalid_field_has_a_path_a_code_and_a_sentence(
    document: Any, field: str, code: str, sentence: str
) -> None:
    if isinstance(document, dict) and document and "parts" not in document:
        document = {"parts": [PART]} | document

    with pytest.raises(InvalidFieldError) as refused:
        convert(document, Whole)

    error = refused.value
    assert (error.field, error.code, error.sentence) == (field, code, sentence)


def test_a_requirement_reads_the_constraints() -> None:
    assert requirement(Annotated[str, Meta(min_length=2)]) == "a text of at least 2 characters"
    assert requirement(list[int] | None) == "a list"
