"""Column types that keep times aware, money exact and JSON unchanged, and their conversions."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache, partial
from typing import Any

import msgspec
import simplejson
from peewee import BigIntegerField, Field, ForeignKeyField, JSONField

MONEY_UNIT = Decimal("0.0001")

# Before all times that are stored.
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def utc_now() -> datetime:
    """Return the current time, aware and in UTC."""
    return datetime.now(UTC)


# Cached, because the rows of a page share the read time, and items the times of their order.
@lru_cache(maxsize=1024)
def moment_text(value: datetime) -> str:
    """Return an aware time in the format of both databases: UTC with microseconds, sortable."""
    return value.astimezone(UTC).isoformat(sep=" ", timespec="microseconds")


@lru_cache(maxsize=1024)
def second_text(second: int) -> str:
    """Return the same text of a Unix second; raise ValueError or OverflowError if it has none."""
    return datetime.fromtimestamp(second, UTC).isoformat(sep=" ", timespec="microseconds")


def to_micros(moment: datetime) -> int:
    """Return the microseconds from `EPOCH` to a moment, exactly."""
    return (moment - EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Return the moment of `to_micros`; raise OverflowError if no datetime can be so far away."""
    return EPOCH + micros * _MICROSECOND


# Cached, because prices repeat, as do the zeros of tax and discount.
@lru_cache(maxsize=4096)
def money_units(amount: Decimal | int) -> int:
    """Return an amount in ten-thousandths, see `MoneyField`."""
    return int((Decimal(amount) / MONEY_UNIT).to_integral_value(ROUND_HALF_EVEN))


class UtcDateTimeField(Field):
    """Aware time, stored as UTC with microseconds; a naive time raises ValueError.

    TIMESTAMPTZ on PostgreSQL; on SQLite a text of fixed width, which sorts correctly.
    """

    field_type = "TIMESTAMPTZ"

    def db_value(self, value: datetime | None) -> str | None:
        """Return the time as a text that both databases accept."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{self.name} must be an aware time")
        return moment_text(value)

    def python_value(self, value: str | datetime | None) -> datetime | None:
        """Return the stored time, aware and in UTC."""
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        return value and value.astimezone(UTC)


class MoneyField(BigIntegerField):
    """Decimal amount, stored as an integer of ten-thousandths: exact and sortable.

    SQLite would turn a DECIMAL column into a binary float. Ecwid's currencies have at most three
    decimals; the fourth leaves room for unit prices. Finer amounts are rounded half to even.
    """

    def db_value(self, value: object) -> int | None:
        """Return the amount in ten-thousandths; a float raises TypeError."""
        if value is None:
            return None
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            raise TypeError(f"{self.name} must be a Decimal, not a float")
        return money_units(value)

    def python_value(self, value: int | None) -> Decimal | None:
        """Return the amount with at least two decimals, such as ``Decimal('24.90')``."""
        if value is None:
            return None
        amount = Decimal(value) * MONEY_UNIT
        cents = amount.quantize(Decimal("0.01"))
        return cents if cents == amount else amount.normalize()


# An escaped NUL, unless its backslash is itself escaped. jsonb rejects it.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


_encode = msgspec.json.Encoder(decimal_format="number").encode
# Much slower; used for texts that the other encoder rejects: lone surrogates.
_encode_any = partial(
    simplejson.JSONEncoder,
    separators=(",", ":"),
    ensure_ascii=False,
    use_decimal=True,
    ignore_nan=True,
)().encode

# jsonb stores numbers in full and accepts at most 16,383 digits after the point. Python refuses to
# parse whole numbers of more than 4,300 digits.
_HUGE_EXPONENT = re.compile(r"[0-9]E[+-]?[0-9]{4}")
_MAX_DIGITS = 4_000


class JsonText(str):
    """JSON that `dump_json` has already encoded; it is stored unchanged."""

    __slots__ = ()


def dump_json(value: Any) -> str:
    """Return compact JSON text that both databases accept; Decimals keep every digit.

    NUL characters are dropped and lone surrogates become question marks, because no database stores
    them. Numbers of more than 4,000 digits become texts; NaN becomes null.
    """
    if isinstance(value, JsonText):
        return value
    try:
        text = _encode(value).decode()
    except UnicodeEncodeError:
        text = _encode_any(value)
    if ("E+" in text or "E-" in text) and _HUGE_EXPONENT.search(text):
        text = simplejson.dumps(
            value,
            separators=(",", ":"),
            ensure_ascii=False,
            use_decimal=False,
            ignore_nan=True,
            default=_number_or_text,
        )
    if "\\u0000" in text:
        text = _NUL.sub(r"\1", text)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _number_or_text(value: Decimal) -> Any:
    is_huge = abs(value.adjusted()) > _MAX_DIGITS
    return str(value) if is_huge else simplejson.RawJSON(str(value))


def strip_unstorable(text: str) -> str:
    """Return ``text`` without NUL and lone surrogates, which databases reject."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


def load_json(text: str | bytes) -> Any:
    """Decode JSON text, with Decimals for all numbers that are not whole."""
    return simplejson.loads(text, use_decimal=True)


JsonField = partial(JSONField, dumps=dump_json, loads=load_json)
JsonField.__doc__ = "Make a column of JSON: text on SQLite, jsonb on PostgreSQL; no floats."


def converters_of(fields: Iterable[Field]) -> dict[str, Callable[[Any], Any]]:
    """Return the converter function of each column that needs one for a statement."""
    found = ((field.column_name, _converter(field)) for field in fields)
    return {column: convert for column, convert in found if convert is not None}


def convert_rows(
    rows: Iterable[dict[str, Any]], converters: Mapping[str, Callable[[Any], Any]]
) -> None:
    """Convert these columns of rows in place; None stays None."""
    for row in rows:
        for column, convert in converters.items():
            if (value := row[column]) is not None:
                row[column] = convert(value)


def _converter(field: Field) -> Callable[[Any], Any] | None:
    if isinstance(field, JSONField):
        # peewee would make SQLite parse the text again, with json(?).
        return dump_json
    if isinstance(field, ForeignKeyField):
        return lambda value: value if type(value) is int else field.db_value(value)
    return field.db_value if isinstance(field, UtcDateTimeField | MoneyField) else None
