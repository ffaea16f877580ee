"""Amounts in a JSON body are texts, and no text has U+0000."""

from __future__ import annotations

from typing import Any

import pytest

from portal.errors import InvalidFieldError
from portal.rules.orders.order_request import OrderRequest
from portal.web.api.body_checks import check_body, with_whole_numbers
from portal.web.api.submission_schemas import OrderUpdateRequest

LINE = {"sku": "MUG", "quantity": 1}


@pytest.mark.parametrize(
    ("document", "field", "code"),
    [
        ({"expected_total": 24.9}, "expected_total", "invalid_format"),
        ({"expected_total": 24}, "expected_total", "invalid_format"),
        ({"expected_total": "1_000"}, "expected_total", "invalid_format"),
        ({"expected_total": " 5"}, "expected_total", "invalid_format"),
        ({"expected_total": "5\n"}, "expected_total", "invalid_format"),
        ({"expected_total": "1e3"}, "expected_total", "invalid_format"),
        ({"expected_total": "٣"}, "expected_total", "invalid_format"),
        (
            {"lines": [LINE, LINE | {"expected_price": 24.9}]},
            "lines[1].expected_price",
            "invalid_format",
        ),
        ({"comment": "a\x00"}, "comment", "invalid_character"),
        (
            {"lines": [{"options": {"Size": ["a\x00"]}}]},
            "lines[0].options.Size[0]",
            "invalid_character",
        ),
        ({"extra_fields": {"a\x00": "b"}}, "extra_fields", "invalid_character"),
    ],
)
def test_body_that_no_schema_admits_is_refused(
    document: dict[str, Any], field: str, code: str
) -> None:
    with pytest.raises(InvalidFieldError) as refused:
        check_body(document, OrderRequest)

    assert (refused.value.field, refused.value.code) == (field, code)


@pytest.mark.parametrize(
    "document",
    [
        {"lines": [LINE | {"expected_price": "24.90"}, LINE | {"expected_price": None}]},
        {"expected_total": "999999999999.0000000001", "price_tolerance": "0"},
        {"comment": r"the text \u0000", "shipping_person": None},
    ],
)
def test_other_bodies_are_accepted(document: dict[str, Any]) -> None:
    check_body(document, OrderRequest)


def test_body_without_amounts_is_checked_for_texts_only() -> None:
    check_body({"private_notes": "24.9"}, OrderUpdateRequest)


def test_text_with_a_line_feed_behind_its_pattern_is_refused() -> None:
    parcel = {"tracking_number": "RX1", "tracking_url": "https://track.example/RX1"}
    check_body({"parcels": [parcel]}, OrderUpdateRequest)

    with pytest.raises(InvalidFieldError) as refused:
        check_body({"parcels": [parcel | {"tracking_url": "https://a\n"}]}, OrderUpdateRequest)

    assert refused.value.field == "parcels[0].tracking_url"


def test_whole_number_with_a_fraction_of_zero_is_a_whole_number() -> None:
    document = {"quantity": 2.0, "parts": [1.0, 1.5, True, None, "2.0"]}

    assert repr(with_whole_numbers(document)) == repr(
        {"quantity": 2, "parts": [1, 1.5, True, None, "2.0"]}
    )
