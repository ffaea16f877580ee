"""Pages are split into the texts of their records, which are decoded when they are read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import simplejson
from hypothesis import given

from portal.ecwid.listed_records import ListedRecords, split_page, with_fields
from portal.ecwid.strict_json import decode_strictly
from tests.ecwid.odd_values import changes_of
from tests.factories import order_payload

ORDER = order_payload()


def page_with(value: bytes) -> bytes:
    """Return a page whose second record has this JSON in a field that the mirror doesn't read."""
    return b'{"total": 2, "items": [{"id": 1}, {"id": 2, "field": ' + value + b"}]}"


def texts_of(body: bytes) -> list[str]:
    split = split_page(body)
    assert split is not None
    assert split[1].texts is not None
    return list(split[1].texts)


@pytest.mark.parametrize(
    "value",
    [
        *(b"nul", b"01", b"1.", b"NaN", b"[1,]", b"[" * 3_000 + b"]" * 3_000),
        *(b'"\\x"', b'"\\ud800"', b'"\x01"', b'"\xff"', b'"\xed\xa0\x80"'),
        *(b"1E+1000", b"1e-1000", b"0.5e12345", b"9" * 4_301),
    ],
)
def test_page_that_no_database_stores_is_not_split(value: bytes) -> None:
    with pytest.raises((ValueError, ArithmeticError, RecursionError)):
        decode_strictly(page_with(value))

    assert split_page(page_with(value)) is None


@pytest.mark.parametrize(
    "value", [b"1e5", b"1E-999", b'"photo 0e1234.jpg"', b'"\\ud83d\\ude00"', b"9" * 4_000, b"null"]
)
def test_record_is_split_into_the_text_that_was_sent(value: bytes) -> None:
    texts = texts_of(page_with(value))

    assert texts == ['{"id": 1}', '{"id": 2, "field": ' + value.decode() + "}"]


@given(changes=changes_of(ORDER))
def test_page_is_split_if_the_strict_decoder_accepts_it(changes: dict[str, Any]) -> None:
    page = {"total": 2, "items": [ORDER | changes, None]}
    body = simplejson.dumps(page, use_decimal=True).encode()

    try:
        expected = decode_strictly(body)["items"]
    except (ValueError, ArithmeticError):
        assert split_page(body) is None
    else:
        assert ListedRecords.of_texts(texts_of(body)) == expected


@pytest.mark.parametrize("envelope", ['"total": "2"', '"total": 2, "limit": 1.5', '"count": 2'])
def test_page_with_an_odd_envelope_is_not_split(envelope: str) -> None:
    assert split_page(f'{{{envelope}, "items": []}}'.encode()) is None


def test_part_of_the_records_keeps_their_texts() -> None:
    records = ListedRecords.of_texts(["1", "2", "3"])

    assert records[1:] == [2, 3]
    assert records[1:].texts == ["2", "3"]
    assert records[-1] == 3
    assert ListedRecords([5, 6])[:1].texts is None


def test_same_record_is_decoded_once() -> None:
    records = ListedRecords.of_texts(['{"id": 1}'])

    assert records[0] is records[0]


def test_records_are_read_with_some_fields_only() -> None:
    records = ListedRecords.of_texts(['{"id": 1, "total": 2.50, "name": "A"}', "null", "{}"])

    parts = list(with_fields(records, ["id", "total"]))

    assert parts[1:] == [None, {"id": None, "total": None}]
    assert parts[0] == {"id": 1, "total": Decimal("2.50")}


def test_records_without_texts_are_read_as_they_are() -> None:
    records = ListedRecords([{"id": 1, "name": "A"}])

    assert with_fields(records, ["id"]) is records
    assert with_fields([5], ["id"]) == [5]
