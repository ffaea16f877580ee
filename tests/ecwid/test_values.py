"""Fields of a record are read as typed values, or the error names the field."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from portal.ecwid.values import Record
from portal.errors import RecordError

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HUGE, NEGATIVE = Decimal("1E+999999999"), Decimal("-1E+999999999")


def record(value: Any) -> Record:
    return Record("products", {"id": 5, "field": value})


@pytest.mark.parametrize("payload", [None, [], "text", 5, True])
def test_record_must_be_an_object(payload: Any) -> None:
    with pytest.raises(RecordError, match="products without id: record is no JSON object"):
        Record("products", payload)


@pytest.mark.parametrize("read", ["integer", "count", "money", "text", "code", "email", "moment"])
@pytest.mark.parametrize("payload", [{}, {"field": None}], ids=["missing", "null"])
def test_missing_field_is_none(read: str, payload: dict[str, Any]) -> None:
    assert getattr(Record("products", payload), read)("field") is None


GOOD: list[tuple[str, Any, Any]] = [
    ("integer", 5, 5),
    ("integer", "5", 5),
    ("integer", "-5", -5),
    ("integer", Decimal("5.0"), 5),
    ("integer", Decimal("5E+3"), 5000),
    ("integer", 2**63 - 1, 2**63 - 1),
    ("integer", 1 - 2**63, 1 - 2**63),
    ("count", 2**31 - 1, 2**31 - 1),
    ("count", -3, -3),
    ("money", Decimal("24.90"), Decimal("24.90")),
    ("money", 24, Decimal(24)),
    ("money", "24.90", Decimal("24.90")),
    ("money", Decimal("-0.0001"), Decimal("-0.0001")),
    ("money", Decimal("1E-999999999"), Decimal("1E-999999999")),
    ("money", Decimal("999999999999.99"), Decimal("999999999999.99")),
    ("text", "Кружка", "Кружка"),
    ("text", 12, "12"),
    ("text", Decimal("1.50"), "1.50"),
    ("text", "a\x00b", "ab"),
    ("text", "half \ud83d", "half ?"),
    ("text", "", ""),
    ("code", "x" * 255, "x" * 255),
    ("email", "Ada@Shopper.example", "Ada@Shopper.example"),
    ("email", "x" * 512, "x" * 512),
    ("email", "", None),
    ("items", [1, {}], [1, {}]),
    ("moment", "2026-03-01 12:00:00 +0000", NOON),
    ("moment", "2026-03-01 16:00:00 +0400", NOON),
    ("moment", "2026-03-01 04:00:00 -0800", NOON),
    ("moment", "", None),
]
BAD: list[tuple[str, Any]] = [
    *[
        ("integer", value)
        for value in ("", "x", "5.5", "--5", "-", "\u0665", " 5", "5" * 5000, "²")
    ],
    *[
        ("integer", value)
        for value in (True, [], {}, Decimal("5.5"), HUGE, NEGATIVE, 2**63, -(2**63))
    ],
    *[("integer", Decimal(value)) for value in ("5.5", "NaN", "sNaN", "Infinity")],
    *[("count", value) for value in (2**31, -(2**31), "2147483648", "many", True)],
    *[("money", value) for value in ("", "free", True, [], {}, "NaN", "Infinity", "1_0 0")],
    *[("money", value) for value in (HUGE, Decimal("1E+12"), Decimal("-1E+12"), 10**4000)],
    *[("money", Decimal(value)) for value in ("NaN", "sNaN", "-Infinity")],
    *[("text", value) for value in (True, [], {})],
    *[("code", value) for value in ("x" * 256, {}, False)],
    *[("email", value) for value in ("x" * 513, [], True)],
    *[("items", value) for value in ({}, "a", 5, True)],
    *[("moment", value) for value in ("yesterday", "2026-03-01", "2026-02-30 12:00:00 +0000")],
    *[("moment", value) for value in ("0001-01-01 00:00:00 +1400", "2026-03-01 12:00:00", [])],
]


@pytest.mark.parametrize(("read", "value", "expected"), GOOD)
def test_valid_value_is_read_exactly(read: str, value: Any, expected: Any) -> None:
    found = getattr(record(value), read)("field")

    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(("read", "value"), BAD, ids=lambda value: repr(value)[:40])
def test_invalid_value_is_rejected_by_field_name(read: str, value: Any) -> None:
    with pytest.raises(RecordError) as refused:
        getattr(record(value), read)("field")

    error = refused.value
    assert (error.resource, error.entity_id, error.field) == ("products", "5", "field")
    assert str(error).startswith("products 5: field is ")


@pytest.mark.parametrize("default", [True, False])
@pytest.mark.parametrize("value", [None, True, False])
def test_flag_is_read_or_its_default_is_used(value: bool | None, default: bool) -> None:
    expected = default if value is None else value

    assert record(value).boolean("field", default=default) is expected


@pytest.mark.parametrize("value", [0, 1, "true", "", [], Decimal(1)])
def test_flag_that_is_neither_true_nor_false_is_rejected(value: Any) -> None:
    with pytest.raises(RecordError, match="field is neither true nor false"):
        record(value).boolean("field", default=True)


def test_missing_list_is_empty() -> None:
    assert record(None).items("field") == []


def read_person(order: Record) -> tuple[str | None, str | None]:
    person = order.part("person")
    return person.text("name"), person.part("address").text("city")


@pytest.mark.parametrize("payload", [{}, {"person": None}, {"person": {}}], ids=repr)
def test_missing_part_has_no_fields(payload: dict[str, Any]) -> None:
    assert read_person(Record("orders", payload)) == (None, None)


@pytest.mark.parametrize(
    ("payload", "named"),
    [
        ({"person": []}, "person"),
        ({"person": {"name": {}}}, "person.name"),
        ({"person": {"address": {"city": []}}}, "person.address.city"),
    ],
    ids=repr,
)
def test_invalid_part_is_named_by_its_path(payload: dict[str, Any], named: str) -> None:
    values = {"id": "EBJFT"} | payload

    with pytest.raises(RecordError) as refused:
        read_person(Record("orders", values))

    assert (refused.value.entity_id, refused.value.field) == ("EBJFT", named)


def test_part_of_a_list_is_named_by_its_position() -> None:
    values = {"id": "EBJFT", "items": [{"id": 1, "price": 5}, {"id": 2, "price": "free"}]}

    first, second = Record("orders", values).parts("items")

    assert first.money("price") == 5
    with pytest.raises(RecordError) as refused:
        second.money("price")
    assert (refused.value.entity_id, refused.value.field) == ("EBJFT", "items[1].price")


def test_invalid_part_of_a_list_is_named_by_its_position() -> None:
    with pytest.raises(RecordError, match=r"orders 5: items\[1\] is no object"):
        Record("orders", {"id": 5, "items": [{}, None]}).parts("items")


@pytest.mark.parametrize(
    ("payload", "shown"),
    [({"id": "EBJFT", "number": 90}, "EBJFT"), ({"id": "", "number": 90}, "90"), ({}, None)],
    ids=repr,
)
def test_record_is_named_by_the_first_id_that_has_a_value(
    payload: dict[str, Any], shown: str | None
) -> None:
    assert Record("orders", payload, ("id", "number")).error("f", "").entity_id == shown


def test_time_in_seconds_is_preferred_over_its_text() -> None:
    both = Record("products", {"updated": "yesterday", "updateTimestamp": 1772366400})

    assert both.moment("updated", "updateTimestamp") == NOON


def test_time_without_seconds_is_read_from_its_text() -> None:
    text_only = Record("products", {"updated": "2026-03-01 12:00:00 +0000"})

    assert text_only.moment("updated", "updateTimestamp") == NOON


@pytest.mark.parametrize("seconds", [2**62, -(2**62), "soon"])
def test_invalid_seconds_are_rejected_by_their_own_field_name(seconds: Any) -> None:
    broken = Record("products", {"id": 5, "updateTimestamp": seconds})

    with pytest.raises(RecordError) as refused:
        broken.moment("updated", "updateTimestamp")

    assert refused.value.field == "updateTimestamp"


@pytest.mark.parametrize("payload", [{}, {"id": None}])
def test_record_needs_an_id(payload: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match="products without id: id is missing"):
        Record("products", payload).identity()


@pytest.mark.parametrize(
    ("entity_id", "shown"), [("x\x00" * 400, "x" * 255), ([5], "[5]"), (Decimal("1.5"), "1.5")]
)
def test_invalid_id_is_shown_in_a_form_that_can_be_stored(entity_id: Any, shown: str) -> None:
    with pytest.raises(RecordError) as refused:
        Record("products", {"id": entity_id}).identity()

    assert refused.value.entity_id == shown
