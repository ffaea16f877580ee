"""Column types keep times aware, money exact and JSON without loss."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import AutoField, Database

from portal.models import Table
from portal.models.fields import (
    JsonField,
    JsonText,
    MoneyField,
    UtcDateTimeField,
    dump_json,
    load_json,
)
from tests.factories import UPDATED_AT

MONEY_LIMIT = Decimal(10) ** 12

on_one_database = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

amounts = st.decimals(-MONEY_LIMIT, MONEY_LIMIT, places=4)
moments = st.datetimes(
    datetime(1, 1, 2),  # noqa: DTZ001 - the strategy adds the zone
    datetime(9999, 12, 30),  # noqa: DTZ001 - the strategy adds the zone
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))]),
)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.decimals(allow_nan=False, allow_infinity=False, places=6)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


class Sample(Table):
    id = AutoField()
    moment_at = UtcDateTimeField(null=True)
    money = MoneyField(null=True)
    json = JsonField(null=True)


@pytest.fixture
def samples(database: Database) -> Any:
    database.create_tables([Sample])
    yield Sample
    database.drop_tables([Sample])


def saved(samples: Any, **values: Any) -> Any:
    """Return the row as read back from the database."""
    return samples.get_by_id(samples.insert(**values).execute())


@on_one_database
@given(moment=moments)
def test_time_is_read_as_the_same_moment_in_utc(samples: Any, moment: datetime) -> None:
    read = saved(samples, moment_at=moment).moment_at

    assert read == moment
    assert read.utcoffset() == timedelta(0)


def test_naive_time_is_rejected(samples: Any) -> None:
    with pytest.raises(ValueError, match="moment_at must be an aware time"):
        samples.insert(moment_at=UPDATED_AT.replace(tzinfo=None)).execute()


def test_times_sort_and_compare_as_moments_whatever_their_zone(samples: Any) -> None:
    east = timezone(timedelta(hours=9))
    noon, earlier = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 3, 1, 20, tzinfo=east)
    for moment in (noon, earlier):
        samples.insert(moment_at=moment).execute()

    in_order = [row.moment_at for row in samples.select().order_by(samples.moment_at)]
    from_noon_on = samples.select().where(samples.moment_at >= noon).count()

    assert in_order == [earlier, noon]
    assert from_noon_on == 1


@pytest.mark.parametrize("column", ["moment_at", "money", "json"])
def test_none_stays_none(samples: Any, column: str) -> None:
    row = saved(samples, **{column: None})

    assert getattr(row, column) is None


@on_one_database
@given(amount=amounts)
def test_amount_of_four_decimals_is_read_exactly(samples: Any, amount: Decimal) -> None:
    read = saved(samples, money=amount).money

    assert isinstance(read, Decimal)
    assert read == amount


@pytest.mark.parametrize(
    ("given_amount", "kept"),
    [
        (Decimal("24.9"), "24.90"),
        (Decimal(1000), "1000.00"),
        (7, "7.00"),
        (Decimal("0.0010"), "0.001"),
        (Decimal("0.00005"), "0.00"),
        (Decimal("0.00015"), "0.0002"),
        (Decimal("-0.12345"), "-0.1234"),
    ],
)
def test_amounts_have_two_decimals_and_round_half_to_even(
    samples: Any, given_amount: Decimal, kept: str
) -> None:
    read = saved(samples, money=given_amount).money

    assert str(read) == kept


@pytest.mark.parametrize("wrong", [24.9, "24.90", True])
def test_money_rejects_other_types(samples: Any, wrong: object) -> None:
    with pytest.raises(TypeError, match="money must be a Decimal"):
        samples.insert(money=wrong).execute()


def test_amounts_sort_by_value(samples: Any) -> None:
    for amount in ("10", "9.5", "-3"):
        samples.insert(money=Decimal(amount)).execute()

    in_order = [row.money for row in samples.select().order_by(samples.money)]

    assert in_order == [Decimal(-3), Decimal("9.5"), Decimal(10)]


def without_what_no_database_stores(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "")
    if isinstance(value, list):
        return [without_what_no_database_stores(item) for item in value]
    if isinstance(value, dict):
        clean = without_what_no_database_stores
        return {clean(name): clean(item) for name, item in value.items()}
    return value


@on_one_database
@given(value=json_values)
def test_json_is_read_as_written_without_nul(samples: Any, value: Any) -> None:
    read = saved(samples, json=[value]).json

    assert read == [without_what_no_database_stores(value)]


def test_decimals_deep_in_json_keep_every_digit(samples: Any) -> None:
    price = Decimal("0.1000000000000000000000000000000001")

    read = saved(samples, json={"combinations": [{"price": price}]}).json

    kept = read["combinations"][0]["price"]
    assert isinstance(kept, Decimal)
    assert kept == price


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\x00b", "ab"),
        ("\x00\x00", ""),
        ("a literal \\u0000", "a literal \\u0000"),
        ("a backslash\\\x00 and NUL", "a backslash\\ and NUL"),
        ("half \ud83d of a pair", "half ? of a pair"),
        ("line\u2028separator 🫖", "line\u2028separator 🫖"),
    ],
)
def test_json_drops_nul_and_replaces_lone_surrogates(samples: Any, text: str, kept: str) -> None:
    read = saved(samples, json=[text, {text: 1}]).json

    assert read == [kept, {kept: 1}]


@pytest.mark.parametrize("exponent", ["E+5000", "E+131073", "E-16384", "E+999999", "E-999999"])
def test_json_stores_numbers_beyond_all_limits_as_texts(samples: Any, exponent: str) -> None:
    huge = Decimal(f"1.5{exponent}")

    read = saved(samples, json={"huge": huge, "sku": "1E12345", "price": Decimal("2.50")}).json

    assert read == {"huge": str(huge), "sku": "1E12345", "price": Decimal("2.50")}


@pytest.mark.parametrize("exponent", ["E+300", "E-300", "E+3999", "E-3999"])
def test_json_keeps_large_and_small_numbers_exact(samples: Any, exponent: str) -> None:
    number = Decimal(f"1.5{exponent}")

    assert saved(samples, json=[number]).json == [number]


def test_json_rejects_unsupported_types() -> None:
    with pytest.raises(TypeError, match="object is unsupported"):
        dump_json([Decimal("1E+99999"), object()])


def test_json_text_is_compact_and_standard() -> None:
    text = dump_json({"price": Decimal("24.90"), "names": ["Кружка"]})

    assert text == '{"price":24.90,"names":["Кружка"]}'
    assert json.loads(text)["price"] == 24.9


def test_json_has_null_for_nan_and_infinity() -> None:
    assert dump_json([float("nan"), float("inf")]) == "[null,null]"
    assert dump_json([float("nan"), "\ud800"]) == '[null,"?"]'
    assert dump_json([float("inf"), Decimal("1E+9999")]) == '[null,"1E+9999"]'


def test_encoded_json_is_stored_unchanged(samples: Any) -> None:
    written = JsonText(dump_json({"price": Decimal("24.90")}))

    assert saved(samples, json=written).json == {"price": Decimal("24.90")}
    assert dump_json(written) is written


def test_json_numbers_are_read_without_floats() -> None:
    assert [type(value) for value in load_json(b"[1.5, 1]")] == [Decimal, int]
